"""Pulumi's file backend: one checkpoint a stack, written whole and atomically."""

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError
from sandbox.state.passphrase import Passphrase
from sandbox.state.resource import Resource, decode

CHECKPOINT_VERSION = 3
ORGANIZATION = "organization"
HALF_UPDATED = "a run ended while it updated this: it may be as that run wanted it, and is not recorded"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A stack as it was last written: resources in dependency order, and operations that were under way."""

    passphrase: Passphrase
    resources: list[Resource] = field(default_factory=list)
    interrupted: list[tuple[str, str]] = field(default_factory=list)
    """(URN, `creating`, `updating` or `deleting`) of what an earlier run was in the middle of."""


@dataclass(frozen=True, kw_only=True)
class Backend:
    """The folder that `PULUMI_BACKEND_URL=file://<folder>` names, and the passphrase of its stacks."""

    folder: Path
    passphrase: str

    def state_file(self, project: str, stack: str) -> Path:
        return self.folder.absolute() / ".pulumi" / "stacks" / project / f"{stack}.json"

    def load(self, project: str, stack: str, *, salt: str | None = None) -> Checkpoint:
        """The stack's checkpoint, an empty one when there is none; raises SandboxError for one it cannot read."""
        path = self.state_file(project, stack)
        if not path.exists():
            return Checkpoint(passphrase=Passphrase(self.passphrase, salt))
        deployment = self._deployment(path)
        provider = deployment.get("secrets_providers") or {}
        if provider and provider["type"] != "passphrase":
            raise SandboxError(
                f"the secrets of {path} are kept by {provider['type']!r}; the built-in engine knows only 'passphrase'"
            )
        passphrase = Passphrase(self.passphrase, provider.get("state", {}).get("salt") or salt)
        checkpoint = Checkpoint(
            passphrase=passphrase,
            resources=[decode(resource, passphrase) for resource in deployment.get("resources") or []],
            interrupted=[
                (operation["resource"]["urn"], operation["type"])
                for operation in deployment.get("pending_operations") or []
            ],
        )
        for resource in checkpoint.resources:
            if (resource.urn, "updating") in checkpoint.interrupted:
                resource.init_errors = [HALF_UPDATED]
        return checkpoint

    def _deployment(self, path: Path) -> dict[str, Any]:
        advice = (
            f"nothing was changed; put back a good copy, for example {path}.bak, the state before the last run, "
            "or import an export with `pulumi stack import`"
        )
        try:
            document = json.loads(path.read_bytes())
            version = document["version"]
            deployment = document["checkpoint"].get("latest") or {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SandboxError(f"the state file {path} is cut short or damaged ({error!r}); {advice}") from None
        if version != CHECKPOINT_VERSION:
            features = ", ".join(document.get("features") or []) or "none named"
            raise SandboxError(
                f"the state file {path} has version {version} (features: {features}); the built-in engine reads "
                f"version {CHECKPOINT_VERSION} only, use the pulumi CLI for this stack; {advice}"
            )
        return deployment

    def write(self, project: str, stack: str, latest: str) -> None:
        """Replace the checkpoint by one with the deployment `latest` (JSON); readers see the old or the new whole."""
        path = self.state_file(project, stack)
        name = f"{ORGANIZATION}/{project}/{stack}"
        partial = path.with_suffix(".json.partial")
        with partial.open("w", encoding="utf-8") as file:
            file.write(
                f'{{"version":{CHECKPOINT_VERSION},"checkpoint":{{"stack":{json.dumps(name)},"latest":{latest}}}}}'
            )
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def prepare(self, project: str, stack: str) -> None:
        """Make the folders that a run writes to, and put the state before it aside as `<stack>.json.bak`."""
        path = self.state_file(project, stack)
        path.parent.mkdir(parents=True, exist_ok=True)
        meta = self.folder.absolute() / ".pulumi" / "meta.yaml"
        if not meta.exists():
            meta.write_text("version: 1\n", encoding="utf-8")
        if path.exists():
            shutil.copyfile(path, path.with_suffix(".json.bak"))
