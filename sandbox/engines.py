"""Which engine runs: the `pulumi` CLI where there is one, the built-in one where there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from sandbox import base, configuration, image, pulumi_command
from sandbox.built_in import POLICY_PACK, BuiltIn
from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from sandbox.stack import PROJECT, STACK
from sandbox.state.backend import Backend
from sandbox.state.snapshot import Snapshot
from sandbox.workspace import Workspace


class Engine(Protocol):
    """What both engines can do with stack `local`."""

    def preview(self) -> None: ...
    def up(self, *, refresh: bool) -> None: ...
    def destroy(self) -> None: ...


def start_base(workspace: Workspace, parts: Parts) -> list[Part]:
    """Starts what was recorded and what both engines need; returns the parts whose port had to move."""
    return base.start(parts, region=configuration.region(_committed(workspace)))


def choose(
    workspace: Workspace,
    parts: Parts,
    *,
    digest: str | None = None,
    replaced: Sequence[str] = (),
    contraction: str | None = None,
) -> Engine:
    """The engine for stack `local`, its configuration written for the image of that digest.

    None is the version that was deployed last, and the checkout's own once its sources have changed since.
    `replaced` names what may lose its state, `contraction` what the schema is contracted to from now on.
    """
    digest = _pinned(workspace, digest)
    configuration.write(_committed(workspace), workspace.configuration_file, digest, replaced, contraction=contraction)
    executable = pulumi_command.find()
    if executable is None:
        return BuiltIn(workspace, parts, stack=STACK, configuration_file=workspace.configuration_file)
    _ensure_stack(workspace)
    providers = base.start_providers(parts)
    pack = workspace.checkout / POLICY_PACK
    return pulumi_command.PulumiCommand(executable, workspace, providers, policy_pack=pack)


def _pinned(workspace: Workspace, digest: str | None) -> str:
    """The digest to deploy; one that is given is kept beside what the checkout was then."""
    checkout = image.build(workspace.checkout, workspace.images)
    pin = workspace.images / "deployed.json"
    if digest is not None:
        pin.write_text(json.dumps({"digest": digest, "checkout": checkout}))
        return digest
    kept = json.loads(pin.read_text()) if pin.exists() else {}
    return kept["digest"] if kept.get("checkout") == checkout else checkout


def _ensure_stack(workspace: Workspace) -> None:
    """Makes the empty stack that `pulumi stack init` would, without its writing into the committed configuration."""
    backend = Backend(folder=workspace.backend, passphrase=workspace.passphrase_file.read_text())
    salt = configuration.encryption_salt(workspace.configuration_file)
    checkpoint = backend.load(PROJECT, STACK, salt=salt)
    if salt != checkpoint.passphrase.state:
        configuration.keep_encryption_salt(workspace.configuration_file, checkpoint.passphrase.state)
    if not backend.state_file(PROJECT, STACK).exists():
        backend.prepare(PROJECT, STACK)
        backend.write(PROJECT, STACK, Snapshot(checkpoint, None).deployment())


def _committed(workspace: Workspace) -> Path:
    return workspace.checkout / f"Pulumi.{STACK}.yaml"
