"""`make dlq`: what the consumers of the local stack could not take, as the service itself tells it."""

from __future__ import annotations

import os
import subprocess
import sys

from sandbox.errors import SandboxError
from sandbox.stack import outputs
from sandbox.workspace import Workspace


def run(workspace: Workspace, *, replay: bool) -> None:
    """Lists dead letters, one JSON object a line; `replay` gives each to its subscriber again."""
    stack = outputs(workspace)
    environment = {
        "STREAM_BOOTSTRAP_SERVERS": stack["stream_bootstrap_servers"],
        "STREAM_SECURITY_PROTOCOL": "PLAINTEXT",
        "STREAM_TOPIC_ORDER_EVENTS": stack["order_events_topic"],
    }
    command = [sys.executable, "-m", "app", "replay-dead-letters" if replay else "dead-letters"]
    done = subprocess.run(
        command,
        cwd=workspace.checkout,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
        raise SandboxError(f"the broker did not answer ({said[0]}); `make status` shows what is wrong")
