"""`make diff`, from a repository with two revisions to the exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.commands import diff
from sandbox.review.verdict import REVIEW, Review, Status
from sandbox.workspace import CHECKOUT, Workspace
from tests.sandbox.review import repository
from tests.sandbox.review.revisions import REVISIONS

pytestmark = pytest.mark.parts


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return repository.make(tmp_path / "checkout")


def _diff(checkout: Path, stack: str = "dev") -> tuple[int, Review]:
    output = checkout.parent / "review.json"
    workspace = Workspace(checkout=checkout, state=checkout.parent / "state")
    status = diff.run(workspace, stack, "main", "terminal", str(output))
    return status, REVIEW.validate_json(output.read_bytes())


def _change(checkout: Path, revision: str) -> None:
    program = checkout / "__main__.py"
    for old, new in REVISIONS[revision].replaced.items():
        program.write_text(program.read_text().replace(old, new))


def test_no_change_is_said_and_harmless_but_for_what_stood_before(checkout: Path, capsys: pytest.CaptureFixture[str]):
    status, found = _diff(checkout)
    assert status == Status.POLICY
    assert found.changes == ()
    assert [(each.state, each.label, each.position) for each in found.violations] == [
        ("standing", "SecurityGroupIngressRule edge-https", "__main__.py:23")
    ]
    assert "no resource changes" in capsys.readouterr().out


def test_a_port_opened_is_a_new_violation_at_its_line(checkout: Path):
    _change(checkout, "port-opened")
    status, found = _diff(checkout)
    assert status == Status.POLICY
    assert [(each.state, each.label) for each in found.violations] == [
        ("new", "SecurityGroupIngressRule database-from-anywhere"),
        ("standing", "SecurityGroupIngressRule edge-https"),
    ]


def test_a_policy_that_a_change_silences_is_told(checkout: Path):
    pack = checkout / "policies" / "__main__.py"
    pack.write_text(pack.read_text().replace("0.0.0.0/0", "nobody"))
    status, found = _diff(checkout)
    assert status == Status.HARMLESS
    assert [(each.state, each.label) for each in found.violations] == [
        ("silenced", "SecurityGroupIngressRule edge-https")
    ]


def test_data_that_would_be_lost_decides_the_status(checkout: Path, capsys: pytest.CaptureFixture[str]):
    _change(checkout, "rename-without-alias")
    assert _diff(checkout)[0] == Status.DATA_LOSS
    assert "DATA WOULD BE LOST" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("import nothing_like_it\n", "No module named 'nothing_like_it' (__main__.py:1)"),
        ("raise SystemExit(3)\n", "the program exited with status 3"),
        ("import os; os._exit(7)\n", "it ended with status 7"),
        ("import pulumi\nraise pulumi.RunError('no such size: 7')\n", "no such size: 7"),
    ],
)
def test_a_program_that_fails_on_one_side_is_told_with_its_line_and_no_trace(
    checkout: Path, capsys: pytest.CaptureFixture[str], broken: str, said: str
):
    (checkout / "__main__.py").write_text(broken)
    assert _diff(checkout)[0] == Status.ERROR
    out = capsys.readouterr().out
    assert "Nothing was compared" in out
    assert said in out
    assert "on this side" in out
    assert "Traceback" not in out
    assert "no resource changes" not in out


def test_a_stack_on_one_side_only_is_all_created_or_all_deleted(checkout: Path):
    (checkout / "Pulumi.new.yaml").write_text("config:\n  aws:region: us-east-1\n")
    _, found = _diff(checkout, "new")
    assert {change.kind for change in found.changes} == {"create"}
    assert any("there is no Pulumi.new.yaml" in note for note in found.notes)
    (checkout / "Pulumi.dev.yaml").unlink()
    status, found = _diff(checkout, "dev")
    assert status == Status.DATA_LOSS
    assert {change.kind for change in found.changes} == {"delete"}


def test_a_stack_on_neither_side_is_an_error(checkout: Path):
    status, found = _diff(checkout, "nowhere")
    assert status == Status.ERROR
    assert "neither side has this stack" in found.failure


def test_a_base_that_does_not_exist_is_one_line_and_no_trace(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "diff", "--base", "nowhere-at-all"], cwd=CHECKOUT, check=False, text=True,
        capture_output=True, env=os.environ | {"FORTRESS_STATE_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == Status.ERROR
    assert done.stderr.startswith("error: there is no revision 'nowhere-at-all' to compare with")
    assert len(done.stderr.splitlines()) == 1


def test_a_base_that_does_not_exist_is_told_in_the_comment_too(checkout: Path, capsys: pytest.CaptureFixture[str]):
    workspace = Workspace(checkout=checkout, state=checkout.parent / "state")
    output = checkout.parent / "review.json"
    assert diff.run(workspace, "dev", "nowhere-at-all", "markdown", str(output)) == Status.ERROR
    out = capsys.readouterr().out
    assert "Nothing was compared" in out
    assert "there is no revision 'nowhere-at-all'" in out
    assert REVIEW.validate_json(output.read_bytes()).status is Status.ERROR
