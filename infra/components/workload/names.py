"""The names inside the cluster that the parts of the workload share."""

from enum import StrEnum

import pulumi_kubernetes as k8s

from infra.shared.kubernetes import labels

NAMESPACE = "orders"
STABLE_SERVICE = "orders-stable"
CANARY_SERVICE = "orders-canary"
ACTIVE_SERVICE = "orders-active"
PREVIEW_SERVICE = "orders-preview"
ROUTE = "orders"
"""The route whose weights the rollout moves."""
CONTAINER = "orders"


class Process(StrEnum):
    """The processes that one image runs; the word is also the command, the service account and the pods' name."""

    API = "api"
    ROLES = "roles"
    MIGRATE = "migrate"
    RELAY = "relay"
    CONSUMER = "consumer"
    WEBHOOKS = "webhooks"


POOLED = frozenset({Process.API, Process.CONSUMER, Process.WEBHOOKS})
"""Processes that go through the database's proxy where there is one. The relay listens for notifications and the
Jobs take advisory locks: both hold on to their session, which a proxy would have to pin."""


def process_name(process: Process) -> str:
    """The name of everything that belongs to one process."""
    return f"orders-{process}"


def process_metadata(process: Process) -> k8s.meta.v1.ObjectMetaArgs:
    """The metadata of an object of one process."""
    name = process_name(process)
    return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=NAMESPACE, labels=labels(name, process.value))
