"""`make order`: Sarah clicks "Buy now"."""

from __future__ import annotations

import secrets

import httpx

from sandbox.commands.token import token
from sandbox.errors import SandboxError
from sandbox.stack import outputs
from sandbox.workspace import Workspace

ORDER = {"product_id": "jordan-1", "size": 9, "quantity": 1}
TIMEOUT_SECONDS = 10


def run(workspace: Workspace) -> None:
    """Places one order through the load balancer; prints the response and the id of its trace."""
    address = f"{outputs(workspace)['api_url']}/api/v2/orders"
    trace_id = secrets.token_hex(16)
    headers = {
        "authorization": f"Bearer {token(workspace)}",
        "idempotency-key": secrets.token_hex(16),
        "traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01",
    }
    try:
        response = httpx.post(address, json=ORDER, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)
    except httpx.TransportError as error:
        raise SandboxError(f"{address} does not answer ({error}); `make status` shows what is wrong") from error
    print(f"POST {address}\n{response.status_code} {response.reason_phrase}")
    for name in ("location", "x-request-id"):
        if name in response.headers:
            print(f"{name}: {response.headers[name]}")
    print(f"\n{response.text}\n\ntrace {trace_id}")
    if response.status_code != httpx.codes.CREATED:
        raise SandboxError(f"the order was answered with {response.status_code}, not 201")
