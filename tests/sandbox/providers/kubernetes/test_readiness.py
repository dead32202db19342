"""What a stack's update makes of a Rollout: it waits for the controller's verdict on the version that it declared."""

from typing import Any

import pytest

from sandbox.cluster.kinds import ROLLOUT
from sandbox.providers.kubernetes.cluster_client import ClusterClient
from sandbox.providers.kubernetes.readiness import Readiness, of


def verdict(**status: Any) -> Readiness:
    """Of the second generation of a Rollout whose version `new` follows `old`."""
    found = {"observedGeneration": "2", "currentPodHash": "new", "stableRS": "old", "message": "", **status}
    live = {"metadata": {"name": "orders", "namespace": "shop", "generation": 2}, "status": found}
    return of(ClusterClient("http://127.0.0.1:9"), ROLLOUT, live)


def test_the_phase_of_the_version_before_is_no_verdict() -> None:
    assert verdict(observedGeneration="1", phase="Healthy", stableRS="new") == Readiness(
        reason="the rollout has not begun"
    )


def test_an_aborted_version_fails_with_the_controller_s_words() -> None:
    found = verdict(phase="Degraded", message="RolloutAborted: success-rate failed")
    assert found == Readiness(failed=True, reason="RolloutAborted: success-rate failed")


def test_a_pause_is_waited_for_and_says_who_can_end_it() -> None:
    found = verdict(phase="Paused", message="BlueGreenPause")
    assert (found.ready, found.failed) == (False, False)
    assert "`make promote` or `make abort`" in found.reason


def test_a_version_that_serves_everything_is_ready() -> None:
    assert verdict(phase="Healthy", stableRS="new").ready


@pytest.mark.parametrize("phase", ["Progressing", "Paused"])
def test_steps_that_go_on_are_waited_for(phase: str) -> None:
    found = verdict(phase=phase, message="waiting for all steps to complete")
    assert (found.ready, found.failed) == (False, False)
