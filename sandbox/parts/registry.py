"""All parts of one state folder."""

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

from sandbox.parts import ports
from sandbox.parts.kinds import KINDS
from sandbox.parts.part import Part, PartError, PartRecord, lock, read_record


def _to_standard_error(message: str) -> None:
    print(message, file=sys.stderr)


class Parts:
    """Makes, finds, starts, stops and removes the parts under `<state_dir>/parts`; safe in threads and processes."""

    def __init__(
        self,
        state_dir: Path,
        *,
        notify: Callable[[str], None] = _to_standard_error,
        kinds: Mapping[str, type[Part]] = KINDS,
    ) -> None:
        """`notify` is told in one sentence what the user should know: a port that moved."""
        self._folder = Path(state_dir).absolute() / "parts"
        self._notify = notify
        self._kinds = kinds

    def create(self, kind: str, name: str, *, preferred_port: int, settings: Mapping[str, str] | None = None) -> Part:
        """The part `name`: made if there is none, running and ready on return.

        A part that exists keeps its port and its data; settings that differ are recorded, and it is started with them.
        Raises `PartError` for an unknown kind and for a part that does not come up.
        """
        part = self._make(kind, name)
        with part.locked(), ExitStack() as claims:
            exists = self._exists(name)
            recorded = part.record if exists else PartRecord(kind=kind, name=name, port=preferred_port)
            if recorded.kind != kind:
                raise PartError(f"part '{name}' is of kind {recorded.kind}, not {kind}; remove it first")
            wanted = replace(recorded, settings=part.complete(settings or {}, recorded.settings))
            if exists and wanted != recorded:
                part.stop_locked()
                wanted = replace(wanted, pid=None, process_create_time=None)
            if not exists or part.process() is None:
                self._settle(part, wanted, claims)
            part.start_locked()
        return part

    def get(self, name: str) -> Part:
        """The part of that name; raises `PartError` naming those there are."""
        if not self._exists(name):
            raise PartError(f"there is no part '{name}'; there are: {', '.join(self._names()) or 'none'}")
        return self._make(read_record(self._folder / name).kind, name)

    def all(self) -> list[Part]:
        """Every part, by name."""
        return [self.get(name) for name in self._names()]

    def remove(self, name: str) -> None:
        """Stop the part and delete its folder; nothing happens when there is none."""
        if not self._exists(name):
            return
        part = self.get(name)
        with part.locked():
            part.stop_locked()
            try:
                with self._ports_lock():
                    shutil.rmtree(part.folder)
            except OSError as error:
                raise PartError(f"{part.folder} could not be deleted: {error}") from error

    def start_all(self) -> list[Part]:
        """Bring back every part that does not run, with its data; returns those whose port had to move."""
        parts = self.all()
        before = [part.record.port for part in parts]
        _in_parallel(self._bring_back, parts)
        return [part for part, port in zip(parts, before, strict=True) if part.record.port != port]

    def stop_all(self) -> None:
        """End every part; data stays."""
        _in_parallel(Part.stop, self.all())

    def _make(self, kind: str, name: str) -> Part:
        if kind not in self._kinds:
            raise PartError(f"part '{name}': there is no kind '{kind}'; there are: {', '.join(sorted(self._kinds))}")
        return self._kinds[kind](self._folder / name)

    def _exists(self, name: str) -> bool:
        return (self._folder / name / "part.json").exists()

    def _names(self) -> list[str]:
        return sorted(path.parent.name for path in self._folder.glob("*/part.json"))

    def _ports_lock(self) -> AbstractContextManager[None]:
        return lock(self._folder / ".ports.lock")

    def _bring_back(self, part: Part) -> None:
        with part.locked(), ExitStack() as claims:
            if part.process() is None:
                self._settle(part, part.record, claims)
            part.start_locked()

    def _settle(self, part: Part, record: PartRecord, claims: ExitStack) -> None:
        """Record the part with ports that are free, no other part's, and its own while `claims` is open."""
        with self._ports_lock():
            part.write(self._with_free_ports(part, record, claims))

    def _with_free_ports(self, part: Part, record: PartRecord, claims: ExitStack) -> PartRecord:
        others = [other for other in self.all() if other.folder != part.folder]
        reserved = {port: other.record for other in others for port in _ports(other)}
        port = ports.next_free(record.port, reserved=reserved, claims=claims)
        if port != record.port:
            self._notify(_port_moved(record, port, reserved.get(record.port)))
        settings = dict(record.settings)
        taken = {*reserved, port}
        for name in part.port_settings:
            further = ports.next_free(int(settings.get(name, port + 1)), reserved=taken, claims=claims)
            taken.add(further)
            settings[name] = str(further)
        return replace(record, port=port, settings=settings)


def _ports(part: Part) -> list[int]:
    record = part.record
    return [record.port, *(int(record.settings[name]) for name in part.port_settings)]


def _port_moved(record: PartRecord, port: int, holder: PartRecord | None) -> str:
    taken_by = f"{holder.kind} '{holder.name}'" if holder else "another program"
    return f"port {record.port} is taken by {taken_by}, {record.kind} '{record.name}' listens on {port}"


def _in_parallel(action: Callable[[Part], None], parts: Iterable[Part]) -> None:
    with ThreadPoolExecutor(max_workers=16) as pool:
        futures = [pool.submit(action, part) for part in parts]
    errors = [str(error) for future in futures if (error := future.exception())]
    if errors:
        raise PartError("\n".join(errors))
