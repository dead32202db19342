"""`make preflight`: whether an account's quotas leave room for a stack; for `local` the embedded AWS is asked."""

from __future__ import annotations

import os
import subprocess
import sys

from sandbox import base
from sandbox.parts.registry import Parts
from sandbox.stack import STACK
from sandbox.workspace import Workspace


def run(workspace: Workspace, stack: str) -> int:
    """Asks and prints; the exit status is 1 where the stack does not fit, or where that cannot be told.

    Raises SandboxError where `local` is asked about and the embedded AWS does not stand.
    """
    environment = {**os.environ, **(_embedded(workspace) if stack == STACK else {})}
    command = [sys.executable, "-m", "infra.preflight", stack]
    return subprocess.run(command, cwd=workspace.checkout, env=environment, check=False).returncode


def _embedded(workspace: Workspace) -> dict[str, str]:
    """The embedded AWS takes any key."""
    return {
        "AWS_ENDPOINT_URL": base.url(base.standing(Parts(workspace.state), base.AWS)),
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
    }
