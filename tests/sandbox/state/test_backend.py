import json
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.state.backend import Backend


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    made = Backend(folder=tmp_path, passphrase="pw")
    made.prepare("project", "local")
    return made


def test_a_stack_that_was_never_written_is_empty(backend: Backend) -> None:
    assert backend.load("project", "local").resources == []


def test_a_checkpoint_is_laid_out_as_the_cli_does(backend: Backend, tmp_path: Path) -> None:
    backend.write("project", "local", '{"resources":[]}')
    found = json.loads((tmp_path / ".pulumi/stacks/project/local.json").read_text())
    assert found == {"version": 3, "checkpoint": {"stack": "organization/project/local", "latest": {"resources": []}}}
    assert (tmp_path / ".pulumi/meta.yaml").read_text() == "version: 1\n"
    assert [each.name for each in (tmp_path / ".pulumi/stacks/project").iterdir()] == ["local.json"]


def test_operations_that_were_under_way_are_named(backend: Backend) -> None:
    operation = {"type": "creating", "resource": {"urn": "u", "type": "t", "custom": True}}
    backend.write("project", "local", json.dumps({"pending_operations": [operation]}))
    assert backend.load("project", "local").interrupted == [("u", "creating")]


@pytest.mark.parametrize("content", ['{"version":3,"checkpoi', "", "[]", '{"version":3}'])
def test_a_file_cut_short_is_refused_with_what_to_do(backend: Backend, content: str) -> None:
    path = backend.state_file("project", "local")
    path.write_text(content)
    with pytest.raises(SandboxError, match=r"cut short or damaged.*nothing was changed.*local\.json\.bak"):
        backend.load("project", "local")
    assert path.read_text() == content


def test_an_unknown_version_is_refused_naming_it(backend: Backend) -> None:
    path = backend.state_file("project", "local")
    path.write_text('{"version":4,"features":["taint"],"checkpoint":{}}')
    with pytest.raises(SandboxError, match=r"version 4 \(features: taint\).*use the pulumi CLI"):
        backend.load("project", "local")


def test_secrets_kept_elsewhere_are_refused(backend: Backend) -> None:
    backend.write("project", "local", '{"secrets_providers":{"type":"cloud","state":{}}}')
    with pytest.raises(SandboxError, match="kept by 'cloud'"):
        backend.load("project", "local")


def test_the_state_before_a_run_is_put_aside(backend: Backend) -> None:
    backend.write("project", "local", '{"resources":[]}')
    backend.prepare("project", "local")
    path = backend.state_file("project", "local")
    assert path.with_suffix(".json.bak").read_text() == path.read_text()
