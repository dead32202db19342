from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.workspace import STATE_DIRECTORY_VARIABLE, Workspace


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(STATE_DIRECTORY_VARIABLE, str(tmp_path / "state"))
    return tmp_path / "state"


def test_a_new_folder_and_one_of_before_are_taken(state: Path) -> None:
    (Workspace.here().state / "parts").mkdir()
    assert Workspace.here().state == state


def test_a_folder_that_holds_other_files_is_left_alone(state: Path) -> None:
    state.mkdir()
    (state / "thesis.txt").touch()
    with pytest.raises(SandboxError, match="holds other files; allowed is an empty folder"):
        Workspace.here()
    assert [path.name for path in state.iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_a_folder_is_refused(state: Path) -> None:
    state.touch()
    with pytest.raises(SandboxError, match="cannot hold the local stack: File exists"):
        Workspace.here()
