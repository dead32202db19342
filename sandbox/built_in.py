"""The built-in engine, put together with the sandbox's providers and the policy pack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox import base, configuration
from sandbox.display import Display
from sandbox.engine import Engine, Summary
from sandbox.errors import SandboxError
from sandbox.parts.registry import Parts
from sandbox.project import Project
from sandbox.providers.aws import AwsProvider
from sandbox.providers.kubernetes import KubernetesProvider
from sandbox.review.losses import refuse
from sandbox.state.backend import Backend
from sandbox.workspace import Workspace

POLICY_PACK = "policies"


class BuiltIn:
    """The operations of the command line, by the built-in engine."""

    def __init__(self, workspace: Workspace, parts: Parts, *, stack: str, configuration_file: Path | None) -> None:
        self._display = Display()
        self._replaceable = configuration.replaceable(configuration_file) if configuration_file else frozenset()
        self._engine = Engine(
            Project.load(workspace.checkout),
            stack,
            Backend(folder=workspace.backend, passphrase=workspace.passphrase_file.read_text()),
            _providers(parts),
            self._display,
            policy_pack=workspace.checkout / POLICY_PACK,
            configuration_file=configuration_file,
        )

    def preview(self) -> None:
        """What `up` would change, policies included."""
        _expect(self._engine.preview(), "the preview failed: nothing was changed")

    def up(self, *, refresh: bool) -> None:
        """Previews, policies included, then changes what differs; `refresh` reads what stands first.

        Refused is what would lose state that nobody asked to lose.
        """
        if refresh:
            _expect(self._engine.refresh(), "the refresh failed")
        preview = self._engine.preview()
        _expect(preview, "the preview failed: nothing was changed")
        refuse(self._display.losses, self._replaceable)
        if preview.changed:
            _expect(self._engine.up(), "the update failed: `make up` goes on from the recorded state")

    def destroy(self) -> None:
        """Removes everything in the stack."""
        _expect(self._engine.destroy(), "the destroy failed: `make down` goes on from the recorded state")


def _providers(parts: Parts) -> Mapping[str, ResourceProviderServicer]:
    standing = {part.record.name: part for part in parts.all()}

    def address(name: str, usual_port: int) -> str:
        return base.url(standing[name]) if name in standing else f"http://127.0.0.1:{usual_port}"

    return {
        "aws": AwsProvider(address(base.AWS, base.AWS_PORT), parts),
        "kubernetes": KubernetesProvider(address(base.CLUSTER, base.CLUSTER_PORT)),
    }


def _expect(summary: Summary, otherwise: str) -> None:
    if not summary.succeeded:
        raise SandboxError(otherwise)
