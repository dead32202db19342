"""AWS Signature Version 4 of a presigned GET, worked out from AWS's description alone: a second opinion on tokens.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html, whose example the tests work out again.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlsplit

NOTHING_HASHED = hashlib.sha256(b"").hexdigest()
SIGNATURE = "X-Amz-Signature"


def signature_of(url: str, *, secret_key: str, payload_hash: str = NOTHING_HASHED) -> str:
    """What the signature of `url` has to be, whatever it carries as one."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, strict_parsing=True))
    signed = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(given.items()) if name != SIGNATURE
    )
    _, day, region, service, _ = given["X-Amz-Credential"].split("/")
    headers = given["X-Amz-SignedHeaders"]
    request = f"GET\n{parts.path}\n{signed}\nhost:{parts.netloc}\n\n{headers}\n{payload_hash}"
    scope = f"{day}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{secret_key}".encode()
    for word in (day, region, service, "aws4_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{given['X-Amz-Date']}\n{scope}\n{hashed}"
    return hmac.digest(key, text.encode(), "sha256").hex()
