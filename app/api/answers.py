"""Answers that nobody between keeps."""

from __future__ import annotations

from fastapi import Response
from pydantic import BaseModel


def unstored(document: BaseModel, *, status_code: int = 200, location: str | None = None) -> Response:
    """`document` for the caller alone; `location` is the address of what was made."""
    headers = {"cache-control": "no-store"} | ({"location": location} if location else {})
    return Response(document.model_dump_json(), status_code=status_code, media_type="application/json", headers=headers)
