"""A stack that takes no image yet is compared without one; one that fails with and without is told."""

from pathlib import Path

import pytest

from sandbox.review.collect import PLACEHOLDER_NOTE, collect
from tests.sandbox.review.revisions import KEY

PROGRAM = """
import pulumi
given = pulumi.Config("fortress").get("image_digest")
if given and {refuses}:
    raise pulumi.RunError(f"no image yet, given {{given}}")
if {fails}:
    raise pulumi.RunError("no such size")
pulumi.ComponentResource("shop:it:Service" if given else "shop:it:Platform", "it")
"""


def _collected(folder: Path, *, refuses: bool, fails: bool = False):
    (folder / "Pulumi.yaml").write_text(
        "name: fortress\nruntime: python\nconfig:\n  fortress:image_digest: {type: string, default: ''}\n"
    )
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    (folder / "__main__.py").write_text(PROGRAM.format(refuses=refuses, fails=fails))
    return collect(folder, "dev", [], KEY)


@pytest.mark.parametrize(
    ("refuses", "name", "note"),
    [(False, "Service", PLACEHOLDER_NOTE), (True, "Platform", "this stack takes no image of the service yet")],
)
def test_an_image_is_stood_in_for_where_the_program_takes_one(tmp_path: Path, refuses: bool, name: str, note: str):
    found = _collected(tmp_path, refuses=refuses)
    assert [node.type for node in found.nodes.values() if node.name == "it"] == [f"shop:it:{name}"]
    assert [each for each in found.notes if each.startswith(note)] == list(found.notes)


def test_a_program_that_fails_either_way_is_told(tmp_path: Path):
    assert _collected(tmp_path, refuses=True, fails=True).failure.startswith("no such size")
