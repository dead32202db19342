"""`make preflight` of the local stack, asked of the real embedded AWS."""

from pathlib import Path

import pytest

from infra.quotas import QUOTAS
from sandbox.commands import preflight
from sandbox.errors import SandboxError
from sandbox.parts.registry import Parts
from sandbox.workspace import CHECKOUT, Workspace
from tests.harness.processes import free_port

pytestmark = pytest.mark.parts


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(checkout=CHECKOUT, state=tmp_path)


def test_each_quota_is_a_line_and_what_the_embedded_aws_lacks_is_said_to_be_unknown(
    workspace: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    parts = Parts(workspace.state)
    try:
        parts.create("aws", "aws", preferred_port=free_port())
        assert preflight.run(workspace, "local") == 0
    finally:
        parts.stop_all()
    told = capfd.readouterr()
    lines = [line for line in told.out.splitlines() if line.startswith(("enough ", "unknown "))]
    assert {line[9:].partition(":")[0] for line in lines} <= {quota.name for quota in QUOTAS}
    assert "unknown  EKS clusters in the region: need 1, 0 in use, the quota is not told here (eks L-1194D53C)" in lines
    assert any(line.startswith("enough   VPCs in the region: need 1, 1 in use, have ") for line in lines)
    assert f" of {len(lines)} quotas could not be asked for here" in told.out
    assert "Traceback" not in told.out + told.err


def test_where_nothing_stands_the_command_that_raises_it_is_named(workspace: Workspace) -> None:
    with pytest.raises(SandboxError, match="`make up` raises the stack"):
        preflight.run(workspace, "local")


def test_where_the_embedded_aws_is_stopped_the_command_that_brings_it_back_is_named(workspace: Workspace) -> None:
    parts = Parts(workspace.state)
    parts.create("aws", "aws", preferred_port=free_port()).stop()
    with pytest.raises(SandboxError, match="aws is stopped: `make up` brings it back"):
        preflight.run(workspace, "local")
