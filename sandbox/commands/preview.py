"""`make preview`: what `up` would change."""

from sandbox import engines, pulumi_command
from sandbox.built_in import BuiltIn
from sandbox.lock import exclusive
from sandbox.parts.registry import Parts
from sandbox.project import Project
from sandbox.stack import STACK
from sandbox.workspace import Workspace


def run(workspace: Workspace, stack: str) -> None:
    """Previews any stack by the built-in engine, without a credential; `local` by the CLI where there is one."""
    Project.load(workspace.checkout).refuse_unknown(stack)
    with exclusive(workspace.lock, "preview"):
        parts = Parts(workspace.state, notify=print)
        if stack != STACK:
            BuiltIn(workspace, parts, stack=stack, configuration_file=None).preview()
            return
        if pulumi_command.find():
            engines.start_base(workspace, parts)
        engines.choose(workspace, parts).preview()
