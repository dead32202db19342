"""`make contract TO=…`: takes from the schema what only older versions need, once a version serves alone."""

from __future__ import annotations

from sandbox import configuration, engines
from sandbox.errors import SandboxError
from sandbox.lock import exclusive
from sandbox.parts.registry import Parts
from sandbox.rollouts import Rollouts
from sandbox.workspace import Workspace


def run(workspace: Workspace, to: str) -> None:
    """Contracts through the program, by the version that serves; refused while another one is on its way."""
    if not to:
        raise SandboxError("TO= names nothing; allowed are a revision of app/migrations/contractions, or base")
    with exclusive(workspace.lock, "contract"), Rollouts(workspace) as rollouts:
        if rollouts.is_under_way():
            raise SandboxError("a version is on its way: `make rollout` shows how far; contract when it serves alone")
        digest = configuration.image_digest(workspace.configuration_file)
        parts = Parts(workspace.state, notify=print)
        engines.start_base(workspace, parts)
        before = configuration.contract_to(workspace.configuration_file)
        try:
            engines.choose(workspace, parts, digest=digest, contraction=to).up(refresh=False)
        except SandboxError:
            configuration.keep_contraction(workspace.configuration_file, before)
            raise
    print(f"the schema is contracted to {to}")
