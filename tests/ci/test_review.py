"""`.ci/review` compares every stack and ends with the gravest status."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sandbox.review import repository

SCRIPT = Path(__file__).parents[2] / ".ci" / "review"
FAKE = """#!/usr/bin/env bash
echo "$@" >> calls
while [[ $1 != --stack ]]; do shift; done
exit "$(cat "status-$2" 2>/dev/null || echo 0)"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository whose Python notes what it is asked and ends as the stack's file says."""
    folder = repository.make(tmp_path / "checkout")
    (folder / "Pulumi.local.yaml").touch()
    (folder / "Pulumi.old.yaml").touch()
    repository.commit(folder)
    (folder / "Pulumi.old.yaml").unlink()
    (folder / "Pulumi.prod.yaml").touch()
    for target in (folder / ".venv/bin", folder / ".ci"):
        target.mkdir(parents=True)
    (folder / ".venv/bin/python").write_text(FAKE)
    (folder / ".venv/bin/python").chmod(0o755)
    shutil.copy(SCRIPT, folder / ".ci")
    return folder


def _run(checkout: Path, base: str = "main") -> tuple[int, list[str]]:
    done = subprocess.run([checkout / ".ci/review", base, "out"], check=False, capture_output=True, text=True)
    return done.returncode, (checkout / "calls").read_text().splitlines()


def test_every_stack_of_either_side_is_compared_but_the_local_one(checkout: Path):
    status, calls = _run(checkout)
    assert status == 0
    assert calls == [
        f"-m sandbox diff --stack {stack} --base main --format markdown --output out/{stack}.json"
        for stack in ("dev", "old", "prod")
    ]


def test_a_base_that_does_not_exist_is_left_to_the_comparison_to_tell(checkout: Path):
    assert len(_run(checkout, "nowhere")[1]) == 2


@pytest.mark.parametrize(
    ("statuses", "ends"),
    [((4, 3, 5), 5), ((3, 1, 5), 1), ((0, 4, 0), 4), ((4, 0, 3), 3), ((0, 0, 0), 0)],
)
def test_the_gravest_status_is_the_runs(checkout: Path, statuses: tuple[int, ...], ends: int):
    for stack, status in zip(("dev", "old", "prod"), statuses, strict=True):
        (checkout / f"status-{stack}").write_text(str(status))
    assert _run(checkout)[0] == ends
