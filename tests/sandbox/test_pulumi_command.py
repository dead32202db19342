import json
import shlex
import stat
from pathlib import Path

import pytest

from sandbox import pulumi_command
from sandbox.errors import SandboxError
from sandbox.parts.part import PartRecord
from sandbox.parts.providers import Providers
from sandbox.workspace import Workspace

DATABASE = "urn:pulumi:local::fortress::fortress:data:Database$aws:rds/instance:Instance::database"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    state = tmp_path / "a state"
    state.mkdir()
    return Workspace(checkout=tmp_path, state=state)


@pytest.fixture
def providers(tmp_path: Path) -> Providers:
    part = Providers(tmp_path / "providers")
    part.write(PartRecord(kind="providers", name="providers", port=14500, settings={"kubernetes_port": "14501"}))
    return part


def test_the_exports_can_be_read_by_a_shell_and_name_both_providers(workspace: Workspace, providers: Providers) -> None:
    words = shlex.split(pulumi_command.exports(workspace, providers))
    assert "PULUMI_DEBUG_PROVIDERS=aws:14500,kubernetes:14501" in words
    assert f"PULUMI_BACKEND_URL=file://{workspace.backend}" in words


def test_the_passphrase_itself_is_in_no_export(workspace: Workspace, providers: Providers) -> None:
    assert workspace.passphrase_file.read_text() not in pulumi_command.exports(workspace, providers)
    assert stat.S_IMODE(workspace.passphrase_file.stat().st_mode) == 0o600


def test_a_command_that_fails_is_told_with_its_exit_status(workspace: Workspace, providers: Providers) -> None:
    command = pulumi_command.PulumiCommand(Path("/bin/false"), workspace, providers, policy_pack=None)
    with pytest.raises(SandboxError, match="`/bin/false destroy --stack local --yes` failed with exit status 1"):
        command.destroy()


def test_up_reads_what_stands_first_when_asked_to(workspace: Workspace, providers: Providers) -> None:
    command = pulumi_command.PulumiCommand(Path("/bin/false"), workspace, providers, policy_pack=Path("policies"))
    with pytest.raises(SandboxError, match="preview --stack local --refresh --policy-pack policies"):
        command.up(refresh=True)


@pytest.mark.parametrize(("named", "goes_up"), [([], False), (["database"], True)])
def test_up_carries_out_a_plan_that_loses_state_only_where_it_is_asked_for_by_name(
    named: list[str], goes_up: bool, workspace: Workspace, providers: Providers
) -> None:
    plan = {
        "config": {"fortress:protection": json.dumps({"replaceable": named})},
        "steps": [{"op": "replace", "urn": DATABASE, "oldState": {}, "replaceReasons": ["kmsKeyId"]}],
    }
    log = workspace.state / "calls"
    executable = workspace.state / "command"
    executable.write_text(f"#!/bin/sh\necho \"$1\" >> '{log}'\n[ \"$1\" = up ] || echo '{json.dumps(plan)}'\n")
    executable.chmod(0o755)
    command = pulumi_command.PulumiCommand(executable, workspace, providers, policy_pack=None)
    if goes_up:
        command.up(refresh=False)
    else:
        with pytest.raises(SandboxError, match=r"aws:rds/instance:Instance database would be replaced for kmsKeyId"):
            command.up(refresh=False)
    assert log.read_text().split() == (["preview", "up"] if goes_up else ["preview"])
