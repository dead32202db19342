"""Running a program that refuses root, as root."""

import os
import subprocess
from functools import cache
from pathlib import Path

NOBODY = "65534"
NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
"""Inside it root's own files belong to nobody and so does the program."""
OTHER_USER = [
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
]
"""Where namespaces are blocked: another user, who may still pass through folders that are root's alone."""


def unprivileged(command: list[str | Path]) -> list[str | Path]:
    """`command` as any user but root; unchanged for an ordinary user."""
    return [*_prefix(), *command]


@cache
def _prefix() -> list[str]:
    if os.geteuid() != 0:
        return []
    namespaces_work = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    return NAMESPACE if namespaces_work else OTHER_USER
