"""A version that AWS does not go to, and another kind of nodes, are told before anything is asked of it."""

import io
import json
import sys
from typing import Any

import pytest

from sandbox.errors import SandboxError
from sandbox.review import losses
from sandbox.upgrades import UPGRADES, objections, refuse

CLUSTER, DATABASE = "aws:eks/cluster:Cluster", "aws:rds/instance:Instance"
STREAM = "aws:msk/cluster:Cluster"
URN = f"urn:pulumi:prod::fortress::fortress:cluster:Cluster${CLUSTER}::cluster"


def told(type_: str, old: str, new: str) -> str | None:
    name = UPGRADES[type_].property
    return next((reason for _, reason in objections(type_, {name: old}, {name: new})), None)


def plan(operation: str, old: str, new: str, **inputs: Any) -> dict[str, Any]:
    states = {"oldState": {"inputs": {"version": old}}, "newState": {"inputs": {"version": new, **inputs}}}
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
    assert not list(objections(CLUSTER, {}, {"version": "1.35"}))
    assert not list(objections(CLUSTER, {"version": "1.35"}, {"version": {"unknown": True}}))
    assert not list(objections("aws:ec2/vpc:Vpc", {"version": "2"}, {"version": "1"}))


def test_a_cluster_keeps_the_kind_of_nodes_that_it_was_made_with() -> None:
    auto, own = {"name": "a", "computeConfig": {"enabled": True, "nodePools": ["system"]}}, {"name": "a"}
    ((name, off),) = objections(CLUSTER, auto, own)
    assert name == "computeConfig"
    assert off.startswith("computeConfig.enabled: given false; allowed is true, since nodes of Auto Mode stand")
    ((_, on),) = objections(CLUSTER, own, auto)
    assert on.startswith("computeConfig.enabled: given true; allowed is false, since nodes of its own stand")


def test_other_pools_of_auto_mode_and_a_cluster_that_is_not_there_yet_are_let_through() -> None:
    auto = {"computeConfig": {"enabled": True, "nodePools": ["system"]}}
    assert not list(objections(CLUSTER, auto, {"computeConfig": {"enabled": True}}))
    assert not list(objections(CLUSTER, {"name": "a"}, {"computeConfig": {"enabled": False}}))
    assert not list(objections(CLUSTER, {}, auto))


def test_a_plan_that_passes_a_version_over_is_refused() -> None:
    with pytest.raises(SandboxError, match=r"1 change\(s\)[\s\S]*Cluster cluster: version: given 1.37"):
        refuse(plan("update", "1.35", "1.37"))


def test_a_plan_is_refused_for_everything_that_is_wrong_at_once() -> None:
    with pytest.raises(SandboxError, match=r"2 change\(s\)[\s\S]*given 1.37[\s\S]*computeConfig.enabled: given true"):
        refuse(plan("update", "1.35", "1.37", computeConfig={"enabled": True}))


def test_what_is_made_anew_takes_any_version_and_any_nodes() -> None:
    refuse(plan("replace", "1.35", "1.37", computeConfig={"enabled": True}))
    refuse(plan("same", "1.35", "1.35"))


def test_a_pipeline_is_told_by_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(plan("update", "1.35", "1.34"))))
    assert losses.main() == 1
    assert "given 1.34; allowed are 1.35 and 1.36" in capsys.readouterr().err
