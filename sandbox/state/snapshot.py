"""The state during a run: what is done is on disk before the next step leans on it."""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sandbox.state.backend import Checkpoint
from sandbox.state.resource import Resource, encode, now


class Pending(StrEnum):
    CREATING = "creating"
    UPDATING = "updating"
    DELETING = "deleting"


class Snapshot:
    """Resources done in this run, in order, then those of the last one that are still to be seen or deleted.

    `write` gets a whole deployment as JSON; steps that end together share one write.
    """

    def __init__(self, checkpoint: Checkpoint, write: Callable[[str], None] | None) -> None:
        self._passphrase = checkpoint.passphrase
        self._write = write
        self._news: dict[int, Resource] = {}
        self._olds = {id(resource): resource for resource in checkpoint.resources}
        self._pending: dict[int, tuple[Pending, Resource]] = {}
        self._texts: dict[int, str] = {}
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._wanted = 0
        self._written = 0

    def resources(self) -> list[Resource]:
        with self._lock:
            return [*self._news.values(), *self._olds.values()]

    @contextmanager
    def pending(self, kind: Pending, resource: Resource):
        """Record that `resource` is in the middle of `kind`; what the body settles is written with its end."""
        with self._lock:
            self._pending[id(resource)] = (kind, resource)
        self.commit()
        try:
            yield
        finally:
            with self._lock:
                del self._pending[id(resource)]
            self.commit()

    def settle(self, new: Resource, *, instead_of: Resource | None = None) -> None:
        """`new` stands; `instead_of`, its earlier state, no longer does."""
        with self._lock:
            self._news[id(new)] = new
            self._texts.pop(id(new), None)
            if instead_of is not None:
                self._forget(instead_of)

    def drop(self, resource: Resource) -> None:
        with self._lock:
            self._forget(resource)

    def change(self, resource: Resource, **values: Any) -> None:
        """Set fields of a recorded resource."""
        with self._lock:
            for name, value in values.items():
                setattr(resource, name, value)
            self._texts.pop(id(resource), None)

    def rename(self, urn: str, to: str) -> None:
        """Let every resource follow the one that moved from `urn` to `to`."""
        with self._lock:
            self._texts.clear()
            for resource in self._olds.values():
                resource.rename(urn, to)

    def forget_missing(self) -> None:
        """Strike references to resources that are recorded no more."""
        with self._lock:
            known = {each.urn for each in (*self._news.values(), *self._olds.values())}
            for resource in (*self._news.values(), *self._olds.values()):
                resource.keep_references(known)
            self._texts.clear()

    def commit(self) -> None:
        """Return when all that is recorded so far is on disk."""
        if self._write is None:
            return
        with self._lock:
            self._wanted += 1
            ticket = self._wanted
        with self._write_lock:
            if self._written >= ticket:
                return
            with self._lock:
                covered = self._wanted
                text = self._render()
            self._write(text)
            self._written = covered

    def deployment(self) -> str:
        """The deployment (version 3) as JSON."""
        with self._lock:
            return self._render()

    def _forget(self, resource: Resource) -> None:
        for known in (self._news, self._olds, self._texts):
            known.pop(id(resource), None)

    def _render(self) -> str:
        resources = ",".join(self._text(each) for known in (self._news, self._olds) for each in known.values())
        operations = ",".join(
            f'{{"resource":{self._text(resource)},"type":"{kind}"}}' for kind, resource in self._pending.values()
        )
        manifest = json.dumps({"time": now(), "magic": "", "version": ""})
        secrets = json.dumps({"type": "passphrase", "state": {"salt": self._passphrase.state}})
        return (
            f'{{"manifest":{manifest},"secrets_providers":{secrets},"resources":[{resources}],'
            f'"pending_operations":[{operations}],"metadata":{{}}}}'
        )

    def _text(self, resource: Resource) -> str:
        if id(resource) not in self._texts:
            self._texts[id(resource)] = json.dumps(encode(resource, self._passphrase), ensure_ascii=False)
        return self._texts[id(resource)]
