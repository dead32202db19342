"""`make env`: what a plain `pulumi preview -s local` needs."""

from sandbox import base, engines, pulumi_command
from sandbox.errors import SandboxError
from sandbox.lock import exclusive
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Starts what the CLI attaches to and prints the exports: `eval "$(make env)"`."""
    if pulumi_command.find() is None:
        raise SandboxError("there is no `pulumi` on PATH, so there is nothing to set up for it; `make up` needs none")
    with exclusive(workspace.lock, "env"):
        parts = Parts(workspace.state)
        engines.start_base(workspace, parts)
        engines.choose(workspace, parts)
        print(pulumi_command.exports(workspace, parts.get(base.PROVIDERS)))
