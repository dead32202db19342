"""Helm charts: pinned, in a namespace under the restricted profile where only what is given may be said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.kubernetes import network_policy, restricted_namespace_labels

RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
CONFINED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True}
"""What the restricted profile asks of a container, and a root file system that cannot be written."""
NO_ONE = 65534
"""The user and the group that own nothing, by every Linux's own numbering."""
KEPT = {"helm.sh/resource-policy": "keep"}
"""The annotation of what a release leaves behind: definitions, whose end would be that of all their objects."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart at one version."""

    repository: str
    name: str
    version: str


def closed_namespace(
    logical_name: str,
    *,
    name: str,
    kubernetes_version: str,
    ingress: Sequence[k8s.networking.v1.NetworkPolicyIngressRuleArgs] | None,
    egress: Sequence[k8s.networking.v1.NetworkPolicyEgressRuleArgs],
    parent: pulumi.Resource,
) -> k8s.core.v1.Namespace:
    """The namespace and its two policies; without `ingress` nobody calls what is in it."""
    namespace = k8s.core.v1.Namespace(
        logical_name,
        metadata={"name": name, "labels": restricted_namespace_labels(kubernetes_version)},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    inside = pulumi.ResourceOptions(parent=parent, depends_on=[namespace])
    network_policy(
        f"{logical_name}-default-deny", namespace=name, name="default-deny", ingress=[], egress=[], opts=inside
    )
    network_policy(logical_name, namespace=name, name=name, ingress=ingress, egress=egress, opts=inside)
    return namespace


def release(
    logical_name: str,
    *,
    name: str,
    namespace: k8s.core.v1.Namespace,
    chart: Chart,
    values: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
) -> k8s.helm.v3.Release:
    """The chart with these values; what fails is rolled back."""
    return k8s.helm.v3.Release(
        logical_name,
        name=name,
        namespace=namespace.metadata.name,
        chart=chart.name,
        version=chart.version,
        repository_opts={"repo": chart.repository},
        values=dict(values),
        atomic=True,
        opts=opts,
    )


def requests(*, cpu: str, memory: str) -> dict[str, dict[str, str]]:
    """What a controller asks for; its memory is also its limit, its processor is not limited."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
