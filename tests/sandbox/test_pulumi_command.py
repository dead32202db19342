import shlex
import stat
from pathlib import Path

import pytest

from sandbox import pulumi_command
from sandbox.errors import SandboxError
from sandbox.parts.part import PartRecord
from sandbox.parts.providers import Providers
from sandbox.workspace import Workspace


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
    with pytest.raises(SandboxError, match="`/bin/false up --stack local --yes` failed with exit status 1"):
        command.up(refresh=False)


def test_up_reads_what_stands_first_when_asked_to(workspace: Workspace, providers: Providers) -> None:
    command = pulumi_command.PulumiCommand(Path("/bin/false"), workspace, providers, policy_pack=Path("policies"))
    with pytest.raises(SandboxError, match="up --stack local --yes --refresh --policy-pack policies"):
        command.up(refresh=True)
