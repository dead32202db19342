"""One command at a time may change the local stack."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sandbox.errors import SandboxError


class LockHeldError(SandboxError):
    """Another command is changing the stack."""


@contextmanager
def exclusive(path: Path, command: str) -> Iterator[None]:
    """Holds the lock at `path` while the body runs; the kernel lets go of it however the process ends.

    Raises LockHeldError with the holder's process id, command and start when it is taken.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeldError(_held_by(file.read())) from None
        file.truncate(0)
        json.dump(
            {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}, file
        )
        file.flush()
        yield
        file.seek(0)
        file.truncate(0)


def _held_by(content: str) -> str:
    try:
        holder = json.loads(content)
    except ValueError:
        return "another command is changing this stack; wait for it to end"
    return (
        f"`make {holder['command']}` (process {holder['pid']}, since {holder['since']}) is changing this stack; "
        "wait for it to end, or end that process"
    )
