"""The order service on Kubernetes; `component` has the order in which its parts have to stand."""

from infra.components.workload.component import Scale, Workload, WorkloadArgs
from infra.components.workload.connections import (
    CacheConnection,
    Connections,
    DatabaseConnection,
    IdentityConnection,
    StreamConnection,
)
from infra.components.workload.names import NAMESPACE
from infra.components.workload.rollout import CanaryStep

__all__ = [
    "NAMESPACE",
    "CacheConnection",
    "CanaryStep",
    "Connections",
    "DatabaseConnection",
    "IdentityConnection",
    "Scale",
    "StreamConnection",
    "Workload",
    "WorkloadArgs",
]
