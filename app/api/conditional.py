"""Answers that a client may already have."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response
from pydantic import BaseModel

SAFE_METHODS = frozenset({"GET", "HEAD"})


def conditional_response(
    request: Request, document: BaseModel, *, cache_control: str, entity_tag: str | None = None
) -> Response:
    """`document` with its ETag (a digest of it unless given), or 304 when If-None-Match names that."""
    body = document.model_dump_json().encode()
    entity_tag = entity_tag or f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": entity_tag, "cache-control": cache_control}
    if request.method in SAFE_METHODS and _matches(request.headers.get("if-none-match"), entity_tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _matches(if_none_match: str | None, entity_tag: str) -> bool:
    given = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return "*" in given or entity_tag in given
