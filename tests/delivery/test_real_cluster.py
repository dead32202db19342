"""What the runner of the scenarios refuses to touch."""

from typing import Any

import pytest

from sandbox.kubernetes.clusters import Cluster
from sandbox.parts.part import PartError
from tests.delivery.real_cluster import RealCluster


class Untouchable:
    """Objects of a cluster in which somebody has a namespace of the scenarios' name; nothing can be written."""

    def get(self, api_version: str, kind: str, name: str) -> dict[str, Any]:
        return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "labels": {"team": "other"}}}


def test_a_namespace_that_somebody_else_made_is_neither_emptied_nor_used() -> None:
    cluster = Cluster(objects=Untouchable(), prometheus="", image="", restart_controller=lambda: None)  # type: ignore[arg-type]
    with pytest.raises(PartError, match="namespace 'delivery' is in use"):
        RealCluster(cluster)
