from pathlib import Path

import pytest

from sandbox.commands import logs
from sandbox.errors import SandboxError
from sandbox.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    part, pods = tmp_path / "parts" / "aws", tmp_path / "cluster" / "pods" / "orders"
    part.mkdir(parents=True)
    pods.mkdir(parents=True)
    (part / "part.log").write_text("".join(f"aws line {number}\n" for number in range(30)))
    (pods / "orders-api-1.log").write_text("ready\n")
    return Workspace(checkout=tmp_path, state=tmp_path)


def test_the_last_lines_of_every_part_and_pod_are_shown(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.run(workspace, None)
    shown = capsys.readouterr().out
    assert "==> aws " in shown
    assert "==> orders-api-1 " in shown
    assert "aws line 29\n" in shown
    assert "aws line 5\n" not in shown


def test_one_is_shown_at_length_by_a_part_of_its_name(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    logs.run(workspace, "aw")
    shown = capsys.readouterr().out
    assert "aws line 5\n" in shown
    assert "orders-api-1" not in shown
    logs.run(workspace, "api")
    assert capsys.readouterr().out.startswith("==> orders-api-1 ")


def test_a_name_that_nothing_has_is_refused_with_those_there_are(workspace: Workspace) -> None:
    with pytest.raises(SandboxError, match="'apii'; there are: aws, orders-api-1"):
        logs.run(workspace, "apii")
