"""Reading what a client sends, up to a limit."""

from __future__ import annotations

import re

from fastapi import Request

from app.domain.errors import BodyTooLarge, UnsupportedMediaType

BYTES_MAX = 16_384
JSON_MEDIA_TYPE = re.compile(r'^application/json\s*(;\s*charset="?utf-8"?\s*)?$', re.IGNORECASE)


async def json_body(request: Request) -> bytes:
    """The body as it came. Raises `UnsupportedMediaType`, and `BodyTooLarge` as soon as it is."""
    if not JSON_MEDIA_TYPE.match(request.headers.get("content-type", "")):
        raise UnsupportedMediaType("the body must be application/json in UTF-8")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BYTES_MAX:
            raise BodyTooLarge(f"the body is longer than {BYTES_MAX} bytes")
    return bytes(body)
