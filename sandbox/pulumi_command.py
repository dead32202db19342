"""The real engine: the `pulumi` CLI, attached to the sandbox's providers."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError
from sandbox.parts.part import Part
from sandbox.review.losses import losses_of, refuse, replaceable
from sandbox.workspace import Workspace

STACK = "local"


def find() -> Path | None:
    """The `pulumi` on PATH, if there is one."""
    found = shutil.which("pulumi")
    return Path(found) if found else None


def environment(workspace: Workspace, providers: Part) -> dict[str, str]:
    """What a plain `pulumi … -s local` needs: the backend, the passphrase, the configuration, the providers' ports.

    PULUMI_DEBUG_PROVIDERS attaches the engine to provider servers that run already;
    PULUMI_OPTION_<FLAG> is the CLI's own way to give a flag by the environment.
    """
    record = providers.record
    kubernetes_port = record.settings["kubernetes_port"]
    return {
        "PULUMI_BACKEND_URL": f"file://{workspace.backend}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(workspace.passphrase_file),
        "PULUMI_OPTION_CONFIG_FILE": str(workspace.configuration_file),
        "PULUMI_DEBUG_PROVIDERS": f"aws:{record.port},kubernetes:{kubernetes_port}",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def exports(workspace: Workspace, providers: Part) -> str:
    """The environment as shell commands."""
    variables = environment(workspace, providers).items()
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables)


class PulumiCommand:
    """Stack `local` by the CLI; each method shows the CLI's own output and raises SandboxError where it fails."""

    def __init__(self, executable: Path, workspace: Workspace, providers: Part, *, policy_pack: Path | None) -> None:
        self._executable = executable
        self._workspace = workspace
        self._environment = environment(workspace, providers)
        self._policy_pack = policy_pack

    def preview(self) -> None:
        """What `up` would change, policies included."""
        self._run("preview", *self._policies())

    def up(self, *, refresh: bool) -> None:
        """Previews, with the policies, then changes what differs; `refresh` reads what stands first.

        Refused is what would lose state that nobody asked to lose.
        """
        flags = [*(["--refresh"] if refresh else []), *self._policies()]
        plan = self._plan(flags)
        refuse(losses_of(plan), replaceable(plan.get("config") or {}))
        self._run("up", "--yes", "--skip-preview", *flags)

    def destroy(self) -> None:
        """Removes everything in the stack."""
        self._run("destroy", "--yes")

    def _policies(self) -> list[str]:
        return ["--policy-pack", str(self._policy_pack)] if self._policy_pack else []

    def _plan(self, flags: list[str]) -> dict[str, Any]:
        """The preview as data; one that fails says why as it is shown to people."""
        told = self._result("preview", "--json", *flags, output=subprocess.PIPE)
        if told.returncode == 0:
            return json.loads(told.stdout)
        self._run("preview", *flags)
        raise SandboxError(f"`{shlex.join(told.args)}` failed with exit status {told.returncode}, and then did not")

    def _run(self, operation: str, *flags: str) -> None:
        result = self._result(operation, *flags)
        if result.returncode != 0:
            raise SandboxError(f"`{shlex.join(result.args)}` failed with exit status {result.returncode}; see above")

    def _result(self, operation: str, *flags: str, output: int | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [str(self._executable), operation, "--stack", STACK, *flags]
        environment = {**os.environ, **self._environment}
        return subprocess.run(command, cwd=self._workspace.checkout, env=environment, stdout=output, check=False)
