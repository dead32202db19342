"""A stack from nothing to nothing, with what can go wrong on the way."""

import json
import signal
from pathlib import Path

import pytest

from tests.harness.stack import LocalStack, eventually

pytestmark = pytest.mark.stack


def test_an_up_killed_in_the_middle_is_gone_on_with_and_down_leaves_nothing(state: Path) -> None:
    stack = LocalStack(state)
    try:
        first = stack.start("up")
        eventually(lambda: len(_resources(state)) > 40)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        stack.run("up")
        assert json.loads(stack.run("export"))["deployment"].get("pending_operations", []) == []
        valkey = stack.part("valkey").process()
        assert valkey is not None
        valkey.kill()
        stack.run("down")
        assert stack.processes() == []
        assert not state.exists()
    finally:
        stack.end_by_force()


def test_a_state_file_cut_short_is_refused_and_left_as_it_is(state: Path) -> None:
    stack = LocalStack(state)
    path = _state_file(state)
    path.parent.mkdir(parents=True)
    (state / "lock").touch()
    path.write_text('{"version": 3, "checkpoint": {"latest": {"resour')
    try:
        assert "cut short or damaged" in stack.run("up", succeeds=False)
        assert path.read_text() == '{"version": 3, "checkpoint": {"latest": {"resour'
    finally:
        stack.end_by_force()


def test_what_does_not_stand_is_said_with_the_command_that_raises_it(state: Path) -> None:
    for command in ("url", "token", "order", "export", "status"):
        assert "`make up` raises" in LocalStack(state).run(command, succeeds=False)


def test_dev_and_prod_are_previewed_without_a_credential_and_carried_out_by_nothing_here(state: Path) -> None:
    for stack in ("dev", "prod"):
        assert "to create" in LocalStack(state).run("preview", "--stack", stack)


def _state_file(state: Path) -> Path:
    return state / "pulumi" / ".pulumi" / "stacks" / "fortress" / "local.json"


def _resources(state: Path) -> list[object]:
    path = _state_file(state)
    return json.loads(path.read_text())["checkpoint"]["latest"]["resources"] if path.exists() else []
