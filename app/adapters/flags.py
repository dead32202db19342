"""Feature flags by OpenFeature, from a file that may change while the service runs (a mounted ConfigMap)."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

from openfeature import api
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

from app.domain.flags import Flag

DOMAIN = "orders"
LOOK_INTERVAL_SECONDS = 1.0
VARIANTS = {"on": True, "off": False}

log = logging.getLogger(__name__)


class FileFlags:
    """The switches of `file`; one that it does not name is on, and what cannot be read changes nothing.

    The file's bytes are compared and not its date: a ConfigMap's files are links that are swapped as a whole.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._seen: bytes | None = None
        self._client = api.get_client(DOMAIN)
        self._enabled: dict[Flag, bool] = {}
        self._set({})
        self.look()

    def enabled(self, flag: Flag) -> bool:
        """See `Flags.enabled`."""
        return self._enabled[flag]

    def look(self) -> None:
        """Reads the file if it changed."""
        if self._file is None:
            return
        try:
            content = self._file.read_bytes()
            if content == self._seen:
                return
            self._set(_switches(content))
        except (OSError, ValueError) as error:
            log.warning("feature flags not read", extra={"file": str(self._file), "cause": str(error)})
            return
        self._seen = content
        log.info("feature flags read", extra={"flags": json.loads(content)})

    async def run(self) -> None:
        """Looks every second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_INTERVAL_SECONDS)
            self.look()

    def _set(self, switches: dict[Flag, bool]) -> None:
        flags = {flag.value: InMemoryFlag("on" if switches.get(flag, True) else "off", dict(VARIANTS)) for flag in Flag}
        api.set_provider_and_wait(InMemoryProvider(flags), DOMAIN)
        self._enabled = {flag: self._client.get_boolean_value(flag, True) for flag in Flag}


def _switches(content: bytes) -> dict[Flag, bool]:
    document = json.loads(content)
    if not isinstance(document, dict):
        raise ValueError(f"the file holds {type(document).__name__}, allowed is an object of flags")
    for name, value in document.items():
        if not isinstance(value, bool):
            raise ValueError(f"{name} is {value!r}, allowed are true and false")
    return {flag: document[flag.value] for flag in Flag if flag.value in document}
