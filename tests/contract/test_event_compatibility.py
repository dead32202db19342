"""Versions of an event understand each other, forward and backward, and the AsyncAPI document tells of them all."""

import copy
import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.adapters.event_schemas import schemas
from app.asyncapi import document
from tests.harness.compatibility import faults

ASYNCAPI = Path(__file__).parents[2] / "docs" / "reference" / "asyncapi.json"
CREATED = schemas()["order.created/1"]


def versions() -> dict[str, list[dict[str, Any]]]:
    """By type, its schemas in the order of their versions."""
    found = defaultdict(dict)
    for name, schema in schemas().items():
        type_, version = name.split("/")
        found[type_][int(version)] = schema
    return {type_: [of[number] for number in sorted(of)] for type_, of in found.items()}


@pytest.mark.parametrize(("type_", "of"), versions().items())
def test_every_version_reads_every_other_and_itself(type_: str, of: list[dict[str, Any]]) -> None:
    for older, newer in [*pairwise(of), (of[-1], of[-1])]:
        assert list(faults(reader=newer, writer=older)) == [], f"{type_}: not backward compatible"
        assert list(faults(reader=older, writer=newer)) == [], f"{type_}: not forward compatible"


def evolved(**changes: Any) -> dict[str, Any]:
    """`order.created` with changed members of `data`; `...` takes one out."""
    schema = copy.deepcopy(CREATED)
    data = schema["properties"]["data"]
    for name, change in changes.items():
        if change is ...:
            del data["properties"][name]
            data["required"].remove(name)
        else:
            data["properties"][name] = {**data["properties"].get(name, {}), **change}
    return schema


def test_a_field_that_may_be_left_out_can_be_added() -> None:
    newer = evolved(colour={"type": "string"})
    assert list(faults(reader=newer, writer=CREATED)) == list(faults(reader=CREATED, writer=newer)) == []


@pytest.mark.parametrize(
    ("change", "breaks_new_readers", "breaks_old_readers"),
    [
        ({"currency": ...}, False, True),
        ({"quantity": {"type": "string"}}, True, True),
        ({"size": {"maximum": 20}}, False, True),
        ({"size": {"maximum": 12}}, True, False),
        ({"status": {"const": "placed"}}, True, True),
        ({"unit_price_cents": {"minimum": 1}}, True, False),
        ({"order_id": {"pattern": "^order_"}}, True, True),
    ],
)
def test_a_change_that_a_reader_cannot_take_is_found(
    change: dict[str, Any], breaks_new_readers: bool, breaks_old_readers: bool
) -> None:
    newer = evolved(**change)
    assert bool(list(faults(reader=newer, writer=CREATED))) is breaks_new_readers
    assert bool(list(faults(reader=CREATED, writer=newer))) is breaks_old_readers


def test_a_field_that_must_be_there_cannot_be_added() -> None:
    newer = evolved(colour={"type": "string"})
    newer["properties"]["data"]["required"].append("colour")
    assert list(faults(reader=newer, writer=CREATED)) == ["$.data.colour is demanded and not promised"]


def test_a_keyword_that_is_not_judged_is_not_let_pass() -> None:
    newer = evolved(size={"multipleOf": 2})
    assert list(faults(reader=newer, writer=CREATED)) == [
        "$.data.size uses multipleOf, whose compatibility is not judged"
    ]


def test_the_asyncapi_document_is_what_the_schemas_say() -> None:
    assert json.loads(ASYNCAPI.read_text()) == document(), "python -m app.asyncapi > docs/reference/asyncapi.json"


def test_every_reference_of_the_document_leads_somewhere() -> None:
    described = document()
    text = json.dumps(described)
    for channel in described["channels"].values():
        for message in channel["messages"].values():
            name = message["payload"]["$ref"].removeprefix("#/components/schemas/")
            assert name in described["components"]["schemas"]
    for operation in described["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in described["channels"]
    assert "order.created/1" in text
