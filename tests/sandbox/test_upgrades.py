"""A version that AWS does not go to is told before anything is asked of it."""

import io
import json
import sys
from typing import Any

import pytest

from sandbox.errors import SandboxError
from sandbox.review import losses
from sandbox.upgrades import UPGRADES, objection, refuse

CLUSTER, DATABASE = "aws:eks/cluster:Cluster", "aws:rds/instance:Instance"
STREAM = "aws:msk/cluster:Cluster"
URN = f"urn:pulumi:prod::fortress::fortress:cluster:Cluster${CLUSTER}::cluster"


def told(type_: str, old: str, new: str) -> str | None:
    name = UPGRADES[type_].property
    found = objection(type_, {name: old}, {name: new})
    return found[1] if found else None


def plan(operation: str, old: str, new: str) -> dict[str, Any]:
    states = {"oldState": {"inputs": {"version": old}}, "newState": {"inputs": {"version": new}}}
    return {"config": {}, "steps": [{"op": operation, "urn": URN, **states}]}


@pytest.mark.parametrize(
    ("type_", "old", "new"),
    [
        (CLUSTER, "1.35", "1.35"),
        (CLUSTER, "1.35", "1.36"),
        (CLUSTER, "1.9", "1.10"),
        (DATABASE, "17", "18"),
        (DATABASE, "16.3", "18"),
        (DATABASE, "18", "18.3"),
        (DATABASE, "18.3", "18"),
        (STREAM, "3.9.x", "4.1.x.kraft"),
    ],
)
def test_what_aws_goes_to_is_let_through(type_: str, old: str, new: str) -> None:
    assert told(type_, old, new) is None


@pytest.mark.parametrize(
    ("type_", "old", "new", "allowed"),
    [
        (CLUSTER, "1.35", "1.37", "1.35 and 1.36"),
        (CLUSTER, "1.35", "1.34", "1.35 and 1.36"),
        (CLUSTER, "1.35", "2.0", "1.35 and 1.36"),
        (DATABASE, "18", "17", "18 or later"),
        (DATABASE, "18.3", "18.2", "18.3 or later"),
        (STREAM, "4.1.x.kraft", "3.9.x", "4.1.x.kraft or later"),
    ],
)
def test_what_it_does_not_go_to_is_told_with_what_it_does(type_: str, old: str, new: str, allowed: str) -> None:
    upgrade = UPGRADES[type_]
    expected = f"{upgrade.property}: given {new}; allowed are {allowed}, since {old} stands ({upgrade.source})"
    assert told(type_, old, new) == expected


def test_what_has_no_version_yet_is_not_judged() -> None:
    assert objection(CLUSTER, {}, {"version": "1.35"}) is None
    assert objection(CLUSTER, {"version": "1.35"}, {"version": {"unknown": True}}) is None
    assert objection("aws:ec2/vpc:Vpc", {"version": "2"}, {"version": "1"}) is None


def test_a_plan_that_passes_a_version_over_is_refused() -> None:
    with pytest.raises(SandboxError, match=r"1 version\(s\)[\s\S]*Cluster cluster: version: given 1.37"):
        refuse(plan("update", "1.35", "1.37"))


def test_what_is_made_anew_takes_any_version() -> None:
    refuse(plan("replace", "1.35", "1.37"))
    refuse(plan("same", "1.35", "1.35"))


def test_a_pipeline_is_told_by_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(plan("update", "1.35", "1.34"))))
    assert losses.main() == 1
    assert "given 1.34; allowed are 1.35 and 1.36" in capsys.readouterr().err
