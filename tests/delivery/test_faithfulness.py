"""The local controllers take a rollout through what the real one was recorded taking it through."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.observation import journey
from tests.delivery.play import play
from tests.delivery.scenarios import SCENARIOS, Scenario
from tests.delivery.stand_in import StandIn

RECORDINGS = Path(__file__).with_name("recordings")
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[StandIn]:
    running = StandIn(tmp_path)
    yield running
    running.close()


@every_scenario
def test_the_stand_in_goes_the_way_that_the_real_controller_went(scenario: Scenario, stand_in: StandIn) -> None:
    recorded = json.loads((RECORDINGS / f"{scenario.name}.json").read_text(encoding="utf-8"))
    assert journey(play(scenario, stand_in)) == recorded
    assert stand_in.half_switched == []
