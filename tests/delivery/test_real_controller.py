"""What the real Argo Rollouts makes of the scenarios; the recordings are what the stand-in is held to.

`FORTRESS_RECORD=1 make cluster-test` writes them anew, to be reviewed as a diff.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.kubernetes import clusters
from sandbox.kubernetes.clusters import Cluster
from sandbox.workspace import Workspace
from tests.delivery.observation import journey
from tests.delivery.play import play
from tests.delivery.real_cluster import RealCluster
from tests.delivery.scenarios import SCENARIOS, Scenario

RECORDINGS = Path(__file__).with_name("recordings")
RECORD, CLUSTER, PROMETHEUS = "FORTRESS_RECORD", "FORTRESS_CLUSTER", "FORTRESS_PROMETHEUS"

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(CLUSTER not in os.environ, reason="no real cluster: `make cluster-test` brings one"),
]


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    """The cluster of the context that is named, else this machine's own."""
    state = Workspace.here().state
    if context := os.environ[CLUSTER]:
        return clusters.named(state, context, os.environ[PROMETHEUS])
    return clusters.of_control_plane(clusters.own(state, print))


@pytest.fixture
def real(cluster: Cluster) -> Iterator[RealCluster]:
    real = RealCluster(cluster)
    yield real
    real.clear()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_real_controller_does_what_it_was_recorded_doing(scenario: Scenario, real: RealCluster) -> None:
    found = journey(play(scenario, real))
    recording = RECORDINGS / f"{scenario.name}.json"
    if os.environ.get(RECORD):
        recording.parent.mkdir(exist_ok=True)
        recording.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    assert found == json.loads(recording.read_text(encoding="utf-8"))
