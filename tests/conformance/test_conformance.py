"""The built-in engine does what the real one was recorded doing; where a `pulumi` CLI is on PATH, that still holds.

`FORTRESS_RECORD=1 pytest tests/conformance -m cli` writes the recordings anew, to be reviewed as a diff.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.engines import BuiltInEngine, RealEngine, ScenarioEngine
from tests.conformance.scenarios import SCENARIOS, Scenario, chain, up

RECORDINGS = Path(__file__).with_name("recordings")
RECORD = "FORTRESS_RECORD"

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
needs_cli = pytest.mark.skipif(shutil.which("pulumi") is None, reason="no pulumi CLI on PATH")


def observed(engine: ScenarioEngine, scenario: Scenario) -> list[dict[str, Any]]:
    try:
        return [{"command": str(run.command), **engine.run(run)} for run in scenario.runs]
    finally:
        engine.close()


def recording(scenario: Scenario) -> Path:
    return RECORDINGS / f"{scenario.name}.json"


@every_scenario
def test_the_built_in_engine_does_what_the_real_one_did(scenario: Scenario, tmp_path: Path) -> None:
    assert observed(BuiltInEngine(tmp_path), scenario) == json.loads(recording(scenario).read_text(encoding="utf-8"))


@pytest.mark.cli
@needs_cli
@every_scenario
def test_the_real_engine_does_what_it_was_recorded_doing(scenario: Scenario, tmp_path: Path) -> None:
    found = observed(RealEngine(tmp_path), scenario)
    if os.environ.get(RECORD):
        text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
        recording(scenario).write_text(f"{text}\n", encoding="utf-8")
    assert found == json.loads(recording(scenario).read_text(encoding="utf-8"))


@pytest.mark.cli
@needs_cli
@pytest.mark.parametrize("order", [(BuiltInEngine, RealEngine), (RealEngine, BuiltInEngine)])
def test_a_stack_made_by_one_engine_is_continued_by_the_other(
    order: tuple[type[ScenarioEngine], type[ScenarioEngine]], tmp_path: Path
) -> None:
    program = chain(more="password=Output.secret('hush'), fixed='x', opts=Options(protect=True)")
    first, second = (kind(folder) for kind, folder in zip(order, made(tmp_path), strict=True))
    first.run(up(program))
    shutil.copytree(first.folder / "state", second.folder / "state", dirs_exist_ok=True)
    second.provider.things |= first.provider.things
    found = second.run(up(program))
    first.close()
    second.close()
    assert found["succeeded"]
    assert {operation for operation, _ in found["steps"]} == {"same"}


def made(folder: Path) -> list[Path]:
    folders = [folder / "first", folder / "second"]
    for each in folders:
        each.mkdir()
    return folders
