"""Stack `local` as recorded: what it exports and its whole state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError
from sandbox.workspace import Workspace

PROJECT = "fortress"
STACK = "local"
STACK_TYPE = "pulumi:pulumi:Stack"


def stands(workspace: Workspace) -> bool:
    """Whether there is a record of the stack."""
    return _record(workspace).exists()


def deployment(workspace: Workspace) -> dict[str, Any]:
    """The stack's deployment as `pulumi stack export` prints it: version 3, secrets sealed."""
    path = _record(workspace)
    if not path.exists():
        raise SandboxError(f"stack `{STACK}` does not stand: there is no {path}; `make up` raises it")
    try:
        document = json.loads(path.read_bytes())
        return {"version": document["version"], "deployment": document["checkpoint"]["latest"]}
    except (ValueError, KeyError) as error:
        raise SandboxError(f"the state file {path} is cut short or damaged ({error!r}); put back {path}.bak") from None


def outputs(workspace: Workspace) -> dict[str, Any]:
    """What the program exports."""
    resources = deployment(workspace)["deployment"].get("resources") or []
    stack = next((resource for resource in resources if resource["type"] == STACK_TYPE), {})
    if not stack.get("outputs"):
        raise SandboxError(f"stack `{STACK}` does not stand: it has no outputs; `make up` raises it")
    return stack["outputs"]


def is_raised(workspace: Workspace) -> bool:
    """Whether the stack has been up."""
    try:
        outputs(workspace)
    except SandboxError:
        return False
    return True


def _record(workspace: Workspace) -> Path:
    return workspace.backend / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"
