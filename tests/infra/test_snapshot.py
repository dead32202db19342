"""Each stack's graph is the reviewed one; a change of it is a change of text in the same commit."""

import difflib
from collections.abc import Callable

import pulumi
import pytest
import yaml

from tests.infra.program import STACKS, Run
from tests.infra.recorder import Graph, record
from tests.infra.snapshot import COMMAND, SNAPSHOTS, page, pages, unknown_page

NAMES = [f"{stack}{mode}.yaml" for stack in STACKS for mode in ("", ".preview")]
SHOWN_LINES = 60


class Thing(pulumi.CustomResource):
    address: pulumi.Output[str]

    def __init__(self, name: str, inputs: dict[str, object], **options: object) -> None:
        properties = {**inputs, "address": None}
        super().__init__("test:index:Thing", name, properties, pulumi.ResourceOptions(**options))  # type: ignore[arg-type]


def small(*, preview: bool = False) -> Graph:
    def program() -> None:
        first = Thing("first", {"count": 3, "password": pulumi.Output.secret("hush")}, protect=True)
        document = pulumi.Output.json_dumps({"Statement": [{"Resource": first.id, "Action": "*"}]})
        Thing("second", {"policy": document, "plain": "{no json"}, depends_on=[first])

    return record(program, preview=preview)


@pytest.mark.parametrize("name", NAMES)
def test_a_stack_asks_for_what_was_reviewed(name: str, program: Callable[[Run], Graph]) -> None:
    found, reviewed = pages(program)[name], (SNAPSHOTS / name).read_text(encoding="utf-8")
    changed = list(difflib.unified_diff(reviewed.splitlines(), found.splitlines(), "reviewed", "now", lineterm="", n=2))
    assert not changed, "\n".join([*changed[:SHOWN_LINES], f"review the change, then run `{COMMAND}`"])


def test_there_is_no_snapshot_of_a_stack_that_is_gone() -> None:
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(NAMES)


def test_a_resource_is_a_block_of_its_inputs_and_of_the_options_that_decide_about_it() -> None:
    assert yaml.safe_load(page(small())) == {
        "pulumi:pulumi:Stack::fortress-test": {},
        "test:index:Thing::first": {"(protected)": True, "count": 3, "password": "[secret]"},
        "test:index:Thing::second": {
            "(depends on)": ["test:index:Thing::first"],
            "plain": "{no json",
            "policy": {"Statement": [{"Action": "*", "Resource": "first-id"}]},
        },
    }


def test_no_secret_is_written_and_what_is_unknown_is_said_so() -> None:
    assert "hush" not in page(small())
    assert yaml.safe_load(unknown_page(small(preview=True))) == {"test:index:Thing::second": {"unknown": ["policy"]}}
    assert "[unknown]" in page(small(preview=True))


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_snapshot_is_a_secret(name: str) -> None:
    text = (SNAPSHOTS / name).read_text(encoding="utf-8").lower()
    assert "begin private key" not in text
    assert "begin rsa private key" not in text
