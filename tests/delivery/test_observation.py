from tests.delivery.observation import Observation, Verdict, journey, observe, shows

ROLLOUT = {
    "spec": {"strategy": {"canary": {}}},
    "status": {
        "phase": "Paused",
        "currentStepIndex": 1,
        "stableRS": "aaa",
        "currentPodHash": "bbb",
        "canary": {"weights": {"canary": {"weight": 20}, "stable": {"weight": 80}}},
    },
}
VERSIONS = {"aaa": "one", "bbb": "two"}


def seen(**status: object) -> Observation:
    return observe({**ROLLOUT, "status": {**ROLLOUT["status"], **status}}, VERSIONS)


def test_an_observation_names_versions_and_not_hashes() -> None:
    found = seen()
    assert (found.active, found.updating, found.weight, found.step) == ("one", "two", 20, 1)
    assert found.verdict is Verdict.OPEN


def test_of_blue_green_the_active_service_says_who_serves() -> None:
    blue_green = {**ROLLOUT, "spec": {"strategy": {"blueGreen": {}}}}
    blue_green["status"] = {**ROLLOUT["status"], "blueGreen": {"activeSelector": "bbb"}}
    assert observe(blue_green, VERSIONS).active == "two"


def test_the_verdict_is_read_from_the_status() -> None:
    pause = {"reason": "InconclusiveAnalysisRun", "startTime": "2026-01-01T00:00:00Z"}
    assert seen(abort=True, phase="Degraded").verdict is Verdict.ABORTED
    assert seen(pauseConditions=[pause]).verdict is Verdict.INCONCLUSIVE
    assert seen(phase="Healthy", stableRS="bbb").verdict is Verdict.PROMOTED


def test_a_journey_has_each_value_once_in_its_order() -> None:
    found = journey([seen(phase="Progressing"), seen(), seen(), seen(phase="Healthy", stableRS="bbb")])
    assert found["phase"] == ["Progressing", "Paused", "Healthy"]
    assert found["active"] == ["one", "two"]
    assert found["step"] == [1]


def test_an_expectation_names_only_what_it_cares_for() -> None:
    assert shows(seen(), {"phase": "Paused", "weight": 20})
    assert not shows(seen(), {"phase": "Paused", "weight": 50})
