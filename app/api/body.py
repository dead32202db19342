"""Reading what a client sends, up to a limit."""

from __future__ import annotations

import asyncio
import re

from fastapi import Request

from app.domain.errors import BodyTooLarge, BodyTooSlow, UnsupportedMediaType

BYTES_MAX = 16_384
SECONDS_MAX = 3.0
IDENTITY = "identity"
JSON_MEDIA_TYPE = re.compile(r'^application/json\s*(;\s*charset="?utf-8"?\s*)?$', re.IGNORECASE)


async def json_body(request: Request) -> bytes:
    """The body as it came.

    Raises `UnsupportedMediaType`, `BodyTooLarge` as soon as it is, and `BodyTooSlow`.
    """
    if not JSON_MEDIA_TYPE.match(request.headers.get("content-type", "")):
        raise UnsupportedMediaType("the body must be application/json in UTF-8")
    if request.headers.get("content-encoding", IDENTITY).lower() != IDENTITY:
        raise UnsupportedMediaType("the body must not be compressed")
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BYTES_MAX:
                    raise BodyTooLarge(f"the body is longer than {BYTES_MAX} bytes")
    except TimeoutError as error:
        raise BodyTooSlow(f"the body did not arrive within {SECONDS_MAX:g} s") from error
    return bytes(body)
