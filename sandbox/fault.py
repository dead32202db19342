"""What a faulty version does to the API, laid into its image as `sitecustomize` beside a file that names the fault.

The service's own sources are untouched: this wraps the application when its server takes it.
"""

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

LEAK_BYTES = 1_000_000
PROBES = "/health/"


def wrapped(application: Any, kind: str, value: str) -> Any:
    """The application with the fault; probes and metrics are spared, so that the version gets ready and is measured."""
    kept: list[bytearray] = []

    async def faulty(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].startswith((PROBES, "/metrics")):
            await application(scope, receive, send)
        elif kind == "errors" and random.random() < float(value):  # noqa: S311 - chance, not a secret
            await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            if kind == "latency":
                await asyncio.sleep(int(value.removesuffix("ms")) / 1000)
            if kind == "leak":
                kept.append(bytearray(b"x" * LEAK_BYTES))
            await application(scope, receive, send)

    return faulty


def _install() -> None:
    kind, _, value = Path(__file__).with_name("fault").read_text().partition(":")
    if kind == "crash":
        sys.exit("this version crashes when it starts")
    import uvicorn

    load = uvicorn.Config.load

    def loaded(self: uvicorn.Config) -> None:
        load(self)
        self.loaded_app = wrapped(self.loaded_app, kind, value)

    uvicorn.Config.load = loaded


if __name__ == "sitecustomize" and "api" in sys.orig_argv[-2:]:
    _install()
