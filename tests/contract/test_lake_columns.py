"""The lake's columns are what the events' schemas say and what the service writes."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.adapters.lake import row_of
from app.domain.events import EventType
from infra.components.lake import COLUMNS
from tests.app.events import order_event

SCHEMAS = sorted((Path(__file__).parents[2] / "app" / "events").glob("*/*.schema.json"))
ENVELOPE = {"id": "event_id", "type": "event_type", "time": "at"}
TOLD_BY_THE_TYPE = "status"
KINDS = {"string": {"string"}, "integer": {"int", "bigint"}, "date-time": {"timestamp"}}


def kind(schema: dict[str, Any]) -> str:
    return "date-time" if schema.get("format") == "date-time" else schema.get("type", "string")


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.parent.name)
def test_every_property_of_an_event_is_a_column_of_its_kind(path: Path) -> None:
    properties = json.loads(path.read_text())["properties"]
    data = {name: each for name, each in properties["data"]["properties"].items() if name != TOLD_BY_THE_TYPE}
    assert set(data) | set(ENVELOPE.values()) <= set(COLUMNS)
    assert {name: COLUMNS[name] for name, each in data.items() if COLUMNS[name] not in KINDS[kind(each)]} == {}
    assert properties["time"]["format"] == "date-time"
    assert COLUMNS["at"] == "timestamp"


def test_every_column_is_a_property_of_some_event() -> None:
    told = {name for path in SCHEMAS for name in json.loads(path.read_text())["properties"]["data"]["properties"]}
    assert set(COLUMNS) == (told - {TOLD_BY_THE_TYPE}) | set(ENVELOPE.values())


@pytest.mark.parametrize("type_", EventType)
def test_a_row_has_each_column_and_no_other(type_: EventType) -> None:
    assert list(row_of(order_event(type_))) == list(COLUMNS)
