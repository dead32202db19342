"""A revision becomes a folder; one that does not exist, or another lock, is told."""

import sys
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.review.revision import base_of, head_of
from tests.sandbox.review import repository


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return repository.make(tmp_path / "checkout")


def test_a_revision_is_a_folder_of_its_own_that_goes_away(checkout: Path, tmp_path: Path):
    (checkout / "Pulumi.yaml").write_text("name: other\n")
    with base_of(checkout, "main", tmp_path) as base:
        assert (base.folder / "Pulumi.yaml").read_text().startswith("name: shop")
        assert base.name == f"main ({repository.git(checkout, 'rev-parse', 'HEAD')[:7]})"
    assert not base.folder.exists()


def test_a_branch_is_compared_with_where_it_left_its_base(checkout: Path, tmp_path: Path):
    left = repository.git(checkout, "rev-parse", "HEAD")
    repository.git(checkout, "checkout", "--quiet", "-b", "feature")
    repository.git(checkout, "checkout", "--quiet", "main")
    (checkout / "later").write_text("")
    repository.commit(checkout)
    repository.git(checkout, "checkout", "--quiet", "feature")
    with base_of(checkout, "main", tmp_path) as base:
        assert base.name == f"main ({left[:7]})"
        assert not (base.folder / "later").exists()


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", "main..main"])
def test_a_base_that_does_not_exist_is_told_with_those_that_do(checkout: Path, tmp_path: Path, revision: str):
    with pytest.raises(SandboxError, match=r"there is no revision .*branch of this repository: main"), \
            base_of(checkout, revision, tmp_path):  # fmt: skip
        pass


def test_a_folder_without_a_repository_is_told(tmp_path: Path):
    with pytest.raises(SandboxError, match="not a git repository"), base_of(tmp_path, "main", tmp_path):
        pass


def test_what_is_not_committed_is_told(checkout: Path):
    assert "not committed" not in head_of(checkout).name
    (checkout / "Pulumi.yaml").write_text("name: other\n")
    assert head_of(checkout).name.endswith("and what is not committed")


def test_the_same_lock_needs_no_other_interpreter(checkout: Path, tmp_path: Path):
    with base_of(checkout, "main", tmp_path) as base:
        assert (base.python, base.note) == (Path(sys.executable), "")


def test_another_lock_that_cannot_be_installed_is_told(checkout: Path, tmp_path: Path):
    (checkout / "requirements" / "infra.txt").write_text("pulumi==3.2.0 \\\n    --hash=sha256:0\n")
    with base_of(checkout, "main", tmp_path) as base:
        assert base.python == Path(sys.executable)
        assert "the program's lock differs (pulumi 3.1.0 → 3.2.0)" in base.note
        assert "both sides ran on this side's packages" in base.note


@pytest.mark.parts
def test_another_lock_gets_an_environment_of_its_own(checkout: Path, tmp_path: Path):
    (checkout / "requirements" / "dev.txt").write_text("")
    repository.commit(checkout)
    (checkout / "requirements" / "infra.txt").write_text("pulumi==3.2.0 \\\n    --hash=sha256:0\n")
    with base_of(checkout, "main", tmp_path) as base:
        assert base.python.is_relative_to(tmp_path)
        assert base.python.exists()
        assert base.note.endswith("each side ran on its own")
