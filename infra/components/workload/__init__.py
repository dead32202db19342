"""The order service on Kubernetes; `component` has the order in which its parts have to stand."""

from infra.components.workload.analyses import Prometheus
from infra.components.workload.component import Scale, Workload, WorkloadArgs
from infra.components.workload.connections import (
    CacheConnection,
    Connections,
    DatabaseConnection,
    IdentityConnection,
    LakeConnection,
    LettersConnection,
    StreamConnection,
)
from infra.components.workload.names import NAMESPACE
from infra.components.workload.objectives import ServiceObjectivesArgs

__all__ = [
    "NAMESPACE",
    "CacheConnection",
    "Connections",
    "DatabaseConnection",
    "IdentityConnection",
    "LakeConnection",
    "LettersConnection",
    "Prometheus",
    "Scale",
    "ServiceObjectivesArgs",
    "StreamConnection",
    "Workload",
    "WorkloadArgs",
]
