"""`make up` by the built-in engine refuses to lose state; the cloud is the test provider under the name `aws`."""

from pathlib import Path

import pytest

from sandbox import built_in, configuration
from sandbox.built_in import BuiltIn
from sandbox.errors import SandboxError
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace
from tests.conformance.engines import write_program
from tests.conformance.provider import TestProvider

PROGRAM = """
import pulumi
pulumi.CustomResource("aws:rds/instance:Instance", "database", {{"fixed": "{fixed}"}})
pulumi.CustomResource("aws:ec2/securityGroup:SecurityGroup", "group", {{"fixed": "{fixed}"}})
{more}
"""
KEY = 'pulumi.CustomResource("aws:kms/key:Key", "key", {"value": "1"})'
PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy
content = StackValidationPolicy("none", "Nothing is wrong", lambda *_: None, EnforcementLevel.ADVISORY)
PolicyPack("content", [content])
"""


class Machine:
    """A project on the built-in engine."""

    def __init__(self, folder: Path) -> None:
        self.provider = TestProvider()
        (folder / "policies").mkdir()
        (folder / "policies" / "PulumiPolicy.yaml").write_text("runtime: python\n")
        (folder / "policies" / "__main__.py").write_text(PACK)
        (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
        (folder / "Pulumi.local.yaml").write_text("config: {}\n")
        (folder / "state").mkdir()
        self.workspace = Workspace(checkout=folder, state=folder / "state")

    def up(self, *, fixed: str, more: str = "", replaced: tuple[str, ...] = ()) -> None:
        write_program(self.workspace.checkout, PROGRAM.format(fixed=fixed, more=more))
        local = self.workspace.configuration_file
        configuration.write(self.workspace.checkout / "Pulumi.local.yaml", local, "sha256:ab", replaced)
        parts = Parts(self.workspace.state, notify=print)
        BuiltIn(self.workspace, parts, stack="local", configuration_file=local).up(refresh=False)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setattr(built_in, "_providers", lambda _: {"aws": machine.provider})
    machine.up(fixed="x", more=KEY)
    machine.provider.calls.clear()
    return machine


def test_a_replacement_of_what_keeps_state_changes_nothing(machine: Machine) -> None:
    with pytest.raises(
        SandboxError, match=r"Instance database would be replaced for fixed[\s\S]*REPLACE='database'"
    ) as told:
        machine.up(fixed="y", more=KEY)
    assert "group" not in str(told.value)
    assert machine.provider.calls == []


def test_a_deletion_of_what_keeps_state_changes_nothing(machine: Machine) -> None:
    with pytest.raises(SandboxError, match="aws:kms/key:Key key would be deleted"):
        machine.up(fixed="x")
    assert machine.provider.calls == []


def test_what_is_asked_for_by_name_is_done(machine: Machine) -> None:
    machine.up(fixed="y", replaced=("database", "key"))
    assert {"create database", "delete database", "delete key"} <= set(machine.provider.calls)
