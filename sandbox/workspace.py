"""Where the local stack keeps what it knows."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError

CHECKOUT = Path(__file__).resolve().parents[1]
STATE_DIRECTORY_VARIABLE = "FORTRESS_STATE_DIR"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The checkout and the state folder beside it (`.sandbox`, or what FORTRESS_STATE_DIR names)."""

    checkout: Path
    state: Path

    @classmethod
    def here(cls) -> Workspace:
        """The workspace of this checkout; makes the state folder, readable by its owner only.

        Raises SandboxError where a folder that was named holds anything else: `make down` deletes all of it.
        """
        named = os.environ.get(STATE_DIRECTORY_VARIABLE)
        workspace = cls(checkout=CHECKOUT, state=Path(named or CHECKOUT / ".sandbox").absolute())
        try:
            workspace.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            if named and not workspace.lock.exists() and any(workspace.state.iterdir()):
                raise SandboxError(f"{STATE_DIRECTORY_VARIABLE}={named} holds other files; allowed is an empty folder")
            workspace.lock.touch(mode=0o600)
        except OSError as error:
            raise SandboxError(f"{workspace.state} cannot hold the local stack: {error.strerror}") from None
        return workspace

    @property
    def lock(self) -> Path:
        """The lock that a command holds while it changes the stack."""
        return self.state / "lock"

    @property
    def images(self) -> Path:
        """Local images, one folder each."""
        return self.state / "images"

    @property
    def backend(self) -> Path:
        """The folder of Pulumi's file backend, shared by both engines."""
        folder = self.state / "pulumi"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @property
    def passphrase_file(self) -> Path:
        """The file with this stack's passphrase, made at first use, mode 0600."""
        path = self.state / "passphrase"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
        return path

    @property
    def configuration_file(self) -> Path:
        """The stack's configuration with this machine's image digest; both engines read it."""
        return self.state / "Pulumi.local.yaml"

    def delete(self) -> None:
        """Removes all that the local stack has on disk."""
        shutil.rmtree(self.state, ignore_errors=True)
