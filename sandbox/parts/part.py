"""What every part of the local stack has in common."""

import fcntl
import json
import os
import signal
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

import psutil

from sandbox.errors import SandboxError
from sandbox.parts import process

CHECKOUT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.02
LOG_TAIL_LINES = 15


class PartError(SandboxError):
    """A part that could not be made, started, stopped or removed."""


class Health(StrEnum):
    """How a part does."""

    RUNNING = "running"
    UNREADY = "unready"
    DEAD = "dead"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class PartRecord:
    """What `part.json` holds (mode 0600: settings may carry a password).

    `pid` and `process_create_time` (seconds since the epoch) are None while the part is stopped.
    """

    kind: str
    name: str
    port: int
    host: str = LOOPBACK
    settings: dict[str, str] = field(default_factory=dict)
    pid: int | None = None
    process_create_time: float | None = None


class Part(ABC):
    """One program behind the local stack: where it listens, its data, its life."""

    kind: ClassVar[str]
    port_settings: ClassVar[tuple[str, ...]] = ()
    """Settings that are further ports of this part."""
    start_timeout_seconds: ClassVar[float] = 30
    stop_grace_seconds: ClassVar[float] = 10
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "part.log"

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The program and its arguments."""

    def prepare(self) -> None:  # noqa: B027 - most parts make their own files
        """Make data and configuration files; called before every start."""

    def environment(self) -> dict[str, str]:
        """Variables added to this process's own."""
        return {}

    def ready(self) -> bool:
        """Whether the part answers; for most, whether it listens."""
        try:
            socket.create_connection((self.record.host, self.record.port), timeout=1).close()
        except OSError:
            return False
        return True

    @classmethod
    def complete(cls, settings: Mapping[str, str], recorded: Mapping[str, str]) -> dict[str, str]:
        """The settings to record: those asked for, over those recorded at an earlier creation."""
        return {**recorded, **settings}

    @property
    def record(self) -> PartRecord:
        """The part as recorded now, whichever process wrote it last."""
        return read_record(self.folder)

    def write(self, record: PartRecord) -> None:
        """Replace `part.json` in one step."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / "part.json.new"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(record), indent=2))
        draft.replace(self.folder / "part.json")

    def process(self) -> psutil.Process | None:
        """The running process, None when stopped or dead."""
        record = self.record
        return process.find(record.pid, record.process_create_time)

    def health(self) -> Health:
        """How the part does now."""
        if self.record.pid is None:
            return Health.STOPPED
        if self.process() is None:
            return Health.DEAD
        return Health.RUNNING if self.ready() else Health.UNREADY

    def start(self) -> None:
        """Start the part unless it runs; returns when it is ready.

        Raises `PartError` with the end of its log when it does not come up.
        """
        with self.locked():
            self.start_locked()

    def stop(self) -> None:
        """End the part and its children, gently and then by force; its data stays."""
        with self.locked():
            self.stop_locked()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the part: its record and its process change only under this lock."""
        with lock(self.folder.parent / f".{self.folder.name}.lock"):
            yield

    def start_locked(self) -> None:
        """`start` for one who holds the part; a process that does not get ready, being killed say, is replaced."""
        if self.process() is not None and self._becomes_ready():
            return
        self.stop_locked()
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.prepare()
        started = process.spawn(self.command(), folder=CHECKOUT, log=self.log, environment=self.environment())
        self.write(replace(self.record, pid=started.pid, process_create_time=started.create_time()))
        if not self._becomes_ready():
            reason = "did not answer" if self.process() else "ended"
            self.stop_locked()
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
            record = self.record
            raise PartError(f"{record.kind} '{record.name}' {reason} on port {record.port}; its log ends:\n{tail}")

    def stop_locked(self) -> None:
        """`stop` for one who holds the part."""
        running = self.process()
        if running is not None:
            process.end(running, stop_signal=self.stop_signal, grace_seconds=self.stop_grace_seconds)
        self.write(replace(self.record, pid=None, process_create_time=None))

    def _becomes_ready(self) -> bool:
        deadline = time.monotonic() + self.start_timeout_seconds
        while self.process() is not None and time.monotonic() < deadline:
            if self.ready() and self._is_what_answers():
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _is_what_answers(self) -> bool:
        """Whether it is this part, and no stranger that took the port first."""
        running = self.process()
        return running is not None and self.record.port in process.listening_ports(running)


def read_record(folder: Path) -> PartRecord:
    """The record in a part's folder; raises `PartError` when there is none or it is cut short."""
    path = folder / "part.json"
    try:
        return PartRecord(**json.loads(path.read_text()))
    except FileNotFoundError:
        raise PartError(f"there is no part at {folder}") from None
    except (ValueError, TypeError) as error:
        raise PartError(f"{path} cannot be read ({error}); delete {folder} to have the part made anew") from None


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`, against other threads and other processes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
