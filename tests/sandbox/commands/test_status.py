from pathlib import Path

import pytest

from sandbox.commands import status
from sandbox.errors import SandboxError
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace
from tests.harness.processes import free_port

pytestmark = pytest.mark.parts


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(checkout=tmp_path, state=tmp_path)


@pytest.fixture
def collector(workspace: Workspace):
    parts = Parts(workspace.state)
    yield parts.create("collector", "traces", preferred_port=free_port())
    parts.stop_all()


def test_where_nothing_stands_the_command_that_raises_it_is_named(workspace: Workspace) -> None:
    with pytest.raises(SandboxError, match=r"nothing stands here: `make up`"):
        status.run(workspace)


def test_a_part_that_runs_is_shown_with_its_address_and_process(
    workspace: Workspace, collector: Part, capsys: pytest.CaptureFixture[str]
) -> None:
    status.run(workspace)
    shown = capsys.readouterr().out
    assert f"127.0.0.1:{collector.record.port}" in shown
    assert str(collector.record.pid) in shown
    assert "running" in shown


def test_a_part_that_was_killed_is_called_dead_and_what_brings_it_back_is_said(
    workspace: Workspace, collector: Part
) -> None:
    process = collector.process()
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(SandboxError, match=r"traces is dead: `make up` brings back"):
        status.run(workspace)


def test_a_part_that_was_stopped_is_not_called_dead(workspace: Workspace, collector: Part) -> None:
    collector.stop()
    with pytest.raises(SandboxError, match=r"traces is stopped"):
        status.run(workspace)
