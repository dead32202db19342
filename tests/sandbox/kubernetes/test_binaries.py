"""The programs of the cluster: built once, never by halves."""

from pathlib import Path

import pytest

from sandbox.kubernetes import binaries
from sandbox.parts.part import PartError

NO_PROCESS = 2**22 + 1
"""More than Linux numbers processes."""
GO = """#!/bin/sh
echo "$@" >> {calls}
case "$1" in
  list) echo v1.34.4 ;;
  build) {build} ;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a `go` that only writes down how it was called says so."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    say(tmp_path, "true")
    return tmp_path / "calls"


def say(folder: Path, build: str) -> None:
    go = folder / "go"
    go.write_text(GO.format(calls=folder / "calls", build=build))
    go.chmod(0o755)


def test_what_was_built_is_found_again(calls: Path) -> None:
    first = binaries.build(print)
    assert first.is_dir()
    said = calls.read_text()
    assert binaries.build(print) == first
    assert calls.read_text() == said


def test_kubernetes_is_built_to_say_its_pinned_version(calls: Path) -> None:
    binaries.build(print)
    assert "-X k8s.io/component-base/version.gitVersion=v1.34.4" in calls.read_text()


def test_a_build_that_fails_says_why_and_leaves_nothing(calls: Path) -> None:
    say(calls.parent, "echo no space left on device; exit 1")
    with pytest.raises(PartError, match="no space left on device"):
        binaries.build(print)
    assert list(binaries.cache().iterdir()) == []


@pytest.mark.usefixtures("calls")
def test_what_a_killed_build_left_is_removed_by_the_next() -> None:
    name = binaries.build(print).name
    binaries.build(print).rmdir()
    left = binaries.cache() / f".{name}.{NO_PROCESS}"
    left.mkdir()
    assert binaries.build(print).is_dir()
    assert not left.exists()


def test_without_go_the_refusal_says_what_is_missing(calls: Path) -> None:
    (calls.parent / "go").unlink()
    with pytest.raises(PartError, match="there is no `go` on PATH"):
        binaries.build(print)


def test_every_module_that_is_read_is_pinned() -> None:
    pinned = (binaries.MODULE / "go.mod").read_text()
    assert all(f"\t{name} v" in pinned or f"require {name} v" in pinned for name in binaries.READ_MODULES)
