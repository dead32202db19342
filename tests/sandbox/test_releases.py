from pathlib import Path

import pytest

from sandbox import image, releases
from sandbox.errors import SandboxError
from sandbox.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    checkout = tmp_path / "checkout"
    (checkout / "app").mkdir(parents=True)
    (checkout / "app" / "__main__.py").write_text("print('orders')\n")
    (checkout / "requirements").mkdir()
    (checkout / "requirements" / "app.txt").write_text("fastapi==1\n")
    return Workspace(checkout=checkout, state=tmp_path / "state")


def test_a_version_is_found_again_by_its_name_and_its_digest(workspace: Workspace) -> None:
    built = releases.build(workspace, "2")
    assert releases.find(workspace, "2") == built
    assert releases.name_of(workspace, built.digest) == "2"


def test_a_fault_is_laid_over_the_sources_as_another_image(workspace: Workspace) -> None:
    good, bad = releases.build(workspace, "good"), releases.build(workspace, "bad", "errors:0.3")
    assert good.digest != bad.digest
    folder = image.folder_of(workspace.images, bad.digest)
    assert (folder / "fault" / "fault").read_text() == "errors:0.3"
    assert (folder / "app" / "__main__.py").read_text() == "print('orders')\n"


def test_two_versions_of_the_same_sources_are_two_images(workspace: Workspace) -> None:
    assert releases.build(workspace, "2").digest != releases.build(workspace, "3").digest


def test_a_name_keeps_its_image(workspace: Workspace) -> None:
    releases.build(workspace, "2")
    releases.build(workspace, "2")
    with pytest.raises(SandboxError, match=r"version 2 is image sha256:.* already"):
        releases.build(workspace, "2", "crash")


@pytest.mark.parametrize("version", ["", "-2", "two words", "../2", "v" * 64])
def test_a_name_that_is_none_is_refused_with_what_is_allowed(workspace: Workspace, version: str) -> None:
    with pytest.raises(SandboxError, match="allowed are 1 to 63 letters"):
        releases.build(workspace, version)


@pytest.mark.parametrize("fault", ["errors", "errors:0", "errors:1.1", "errors:x", "latency:0ms", "latency:9s", "rain"])
def test_an_unknown_fault_is_refused_with_those_there_are_and_nothing_is_built(
    workspace: Workspace, fault: str
) -> None:
    with pytest.raises(SandboxError, match=f"FAULT={fault}: allowed are errors:SHARE"):
        releases.build(workspace, "2", fault)
    assert releases.named(workspace) == {}


@pytest.mark.parametrize("fault", ["errors:0.3", "errors:1", "latency:400ms", "crash", "leak"])
def test_the_faults_of_the_help_text_are_built(workspace: Workspace, fault: str) -> None:
    assert releases.build(workspace, "2", fault).version == "2"


def test_a_version_that_does_not_exist_is_refused_with_those_that_do(workspace: Workspace) -> None:
    releases.build(workspace, "2")
    with pytest.raises(SandboxError, match="VERSION= names nothing; there are: 2"):
        releases.find(workspace, "")
    with pytest.raises(SandboxError, match="no version '9'; there are: 2: `make release VERSION=9`"):
        releases.find(workspace, "9")


def test_the_way_back_leads_to_what_served_and_not_to_what_was_given_up(workspace: Workspace) -> None:
    one, _bad, three = (
        releases.build(workspace, name, fault) for name, fault in (("1", ""), ("2", "crash"), ("3", "leak"))
    )
    assert releases.served_before(workspace, one.digest) is None
    for served in (one, three):
        releases.keep_as_served(workspace, served.digest)
    assert releases.served_before(workspace, three.digest) == one.digest
    releases.keep_as_served(workspace, one.digest)
    assert releases.served_before(workspace, one.digest) == three.digest


def test_a_digest_that_nobody_named_is_shown_by_its_beginning(workspace: Workspace) -> None:
    assert releases.name_of(workspace, "sha256:" + "a" * 64) == "a" * 12
