"""Kubernetes resources, carried out by the local cluster."""

from sandbox.providers.kubernetes.provider import KubernetesProvider

__all__ = ["KubernetesProvider"]
