"""What keeps state goes only when somebody asked for it by name."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import SandboxError
from sandbox.review import losses
from sandbox.review.losses import Loss, losses_of, refuse, replaceable
from sandbox.workspace import CHECKOUT

PARENT = "urn:pulumi:prod::fortress::fortress:data:Database$"
DATABASE = f"{PARENT}aws:rds/instance:Instance::database"
KEY = f"{PARENT}aws:kms/key:Key::database-key"
GROUP = f"{PARENT}aws:ec2/securityGroup:SecurityGroup::database"


def step(operation: str, urn: str, **more: Any) -> dict[str, Any]:
    return {"op": operation, "urn": urn, **more}


def plan(*steps: dict[str, Any], named: list[str] | None = None) -> dict[str, Any]:
    return {"config": {"fortress:protection": json.dumps({"replaceable": named or []})}, "steps": list(steps)}


def test_a_replacement_is_refused_with_the_resource_its_property_and_the_way_to_allow_it() -> None:
    found = losses_of(plan(step("replace", DATABASE, replaceReasons=["kmsKeyId", "availabilityZone"])))
    with pytest.raises(SandboxError) as raised:
        refuse(found, [])
    for part in (
        "aws:rds/instance:Instance database would be replaced for availabilityZone, kmsKeyId",
        "lost: every database in it",
        "make up REPLACE='database'",
        "`replaceable: [database]` in Pulumi.<stack>.yaml",
    ):
        assert part in str(raised.value)


def test_all_that_would_go_is_told_at_once() -> None:
    found = losses_of(plan(step("delete", KEY, oldState={}), step("replace", DATABASE, replaceReasons=["engine"])))
    with pytest.raises(SandboxError, match=r"2 resource\(s\)[\s\S]*database-key would be deleted[\s\S]*replaced for"):
        refuse(found, [])


def test_who_is_named_may_go_and_nobody_else() -> None:
    found = [Loss(urn=DATABASE, deleted=False), Loss(urn=KEY, deleted=True)]
    refuse(found, ["database", "database-key"])
    with pytest.raises(SandboxError, match="database-key") as raised:
        refuse(found, ["database"])
    assert "Instance database would" not in str(raised.value)


@pytest.mark.parametrize(
    "harmless",
    [
        step("update", DATABASE),
        step("create", DATABASE),
        step("replace", GROUP, replaceReasons=["name"]),
        step("delete", KEY, oldState={"retainOnDelete": True}),
        step("delete-replaced", DATABASE),
    ],
    ids=lambda each: f"{each['op']} {each['urn'].rpartition(':')[2]}",
)
def test_what_loses_nothing_by_itself_is_let_through(harmless: dict[str, Any]) -> None:
    assert losses_of(plan(harmless)) == []


@pytest.mark.parametrize("section", [{"replaceable": ["a"]}, '{"replaceable": ["a"]}'])
def test_names_are_read_from_a_file_and_from_a_plan_alike(section: Any) -> None:
    assert replaceable({"fortress:protection": section}) == {"a"}
    assert replaceable({}) == frozenset()


@pytest.mark.parametrize(("named", "status"), [([], 1), (["database"], 0)])
def test_a_pipeline_is_told_by_the_exit_status(
    named: list[str], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.dumps(plan(step("replace", DATABASE, replaceReasons=["engine"]), named=named))
    monkeypatch.setattr(sys, "stdin", io.StringIO(document))
    assert losses.main() == status
    assert ("database would be replaced for engine" in capsys.readouterr().err) is bool(status)


def test_what_is_no_plan_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("error: no stack"))
    assert losses.main() == 1
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("operation", "preview_status", "expected"),
    [("replace", 0, 1), ("replace", 255, 1), ("same", 255, 255), ("same", 0, 0)],
)
def test_the_pipelines_script_ends_with_the_refusal_or_with_the_previews_failure(
    operation: str, preview_status: int, expected: int, tmp_path: Path
) -> None:
    document = tmp_path / "plan.json"
    document.write_text(json.dumps(plan(step(operation, DATABASE, replaceReasons=["engine"]))))
    program = tmp_path / "pulumi"
    program.write_text(f'#!/bin/sh\necho "$*" > "{tmp_path}/called"\ncat "{document}"\nexit {preview_status}\n')
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [CHECKOUT / ".ci" / "refuse_losses", "prod", "sha256:ab"], env=environment, capture_output=True, check=False
    )
    assert done.returncode == expected, done.stderr
    assert "--stack prod --config fortress:image_digest=sha256:ab" in (tmp_path / "called").read_text()
