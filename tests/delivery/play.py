"""Puts a controller through a scenario."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tests.delivery.observation import Observation, shows
from tests.delivery.scenarios import Act, Scenario, rollout
from tests.harness.local_cluster import until

ACT_SECONDS = 120


class Cluster(Protocol):
    """A controller with the surroundings of `scenarios.surroundings` in place and no Rollout yet."""

    @property
    def observations(self) -> Sequence[Observation]:
        """Every value that the Rollout's status has had since it was made, watched and not sampled."""
        ...

    def pod(self, version: str) -> Mapping[str, Any]:
        """The pod of a version, `spec.template.spec`; that of `broken` never becomes ready."""
        ...

    def apply(self, manifest: Mapping[str, Any]) -> None: ...
    def patch_status(self, patch: Mapping[str, Any]) -> None: ...
    def restart_controller(self) -> None: ...


def play(scenario: Scenario, cluster: Cluster) -> list[Observation]:
    """Carries out the acts, each when the one before has led to what it must; returns all that was observed."""
    for act in scenario.acts:
        _carry_out(act, scenario, cluster)
        until(lambda act=act: _reached(act, cluster), ACT_SECONDS)
    return list(cluster.observations)


def _carry_out(act: Act, scenario: Scenario, cluster: Cluster) -> None:
    if act.ship:
        cluster.apply(rollout(scenario, act.ship, cluster.pod(act.ship)))
    if act.patch is not None:
        cluster.patch_status(act.patch)
    if act.restart_controller:
        cluster.restart_controller()


def _reached(act: Act, cluster: Cluster) -> bool:
    observations = cluster.observations
    return bool(observations) and shows(observations[-1], act.until)
