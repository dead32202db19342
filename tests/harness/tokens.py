"""Tokens for AWS's data stores: presigned URLs, taken apart and verified by a second signer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from tests.harness.sigv4 import SIGNATURE, signature_of

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "session/token+with=signs",
}


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a presigned URL asks for: where, which parameters of its own, as whom, how long from when."""

    scheme: str
    host: str
    path: str
    asked: dict[str, str]
    scope: str
    signed_headers: str
    lifetime_seconds: int
    signed_at: datetime


def verified(url: str) -> Token:
    """The token, if `CREDENTIALS` signed it; fails otherwise."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, strict_parsing=True))
    assert query[SIGNATURE] == signature_of(url, secret_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    assert query["X-Amz-Security-Token"] == CREDENTIALS["AWS_SESSION_TOKEN"]
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    access_key, _, scope = query["X-Amz-Credential"].partition("/")
    assert access_key == CREDENTIALS["AWS_ACCESS_KEY_ID"]
    signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert scope.startswith(f"{signed_at:%Y%m%d}/")
    return Token(
        scheme=parts.scheme,
        host=parts.netloc,
        path=parts.path,
        asked={name: value for name, value in query.items() if not name.startswith("X-Amz-")},
        scope=scope.partition("/")[2],
        signed_headers=query["X-Amz-SignedHeaders"],
        lifetime_seconds=int(query["X-Amz-Expires"]),
        signed_at=signed_at,
    )
