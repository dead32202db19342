import json
from pathlib import Path

import pytest

from sandbox.commands import dlq
from sandbox.errors import SandboxError
from sandbox.stack import PROJECT, STACK, STACK_TYPE
from sandbox.workspace import CHECKOUT, Workspace


def test_a_broker_that_is_away_is_one_message_and_no_trace(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    outputs = {"stream_bootstrap_servers": "127.0.0.1:9", "order_events_topic": "order-events"}
    resources = [{"type": STACK_TYPE, "outputs": outputs}]
    state = tmp_path / "pulumi" / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": resources}}}))
    with pytest.raises(SandboxError, match=r"the broker did not answer \(.*\); `make status`"):
        dlq.run(Workspace(checkout=CHECKOUT, state=tmp_path), replay=False)
    assert capfd.readouterr().err == ""
