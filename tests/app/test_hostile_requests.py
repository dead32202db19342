"""What a client may send to do harm, over a real connection: each has its documented answer, and the service lives."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import socket
import time
from collections.abc import Iterable

import httpx
import pytest

from tests.app.conftest import ShopDatabase, Start
from tests.harness.issuer import Issuer
from tests.harness.processes import ServiceProcess

pytestmark = pytest.mark.parts

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
JSON = {"content-type": "application/json"}


@pytest.fixture
def api(start: Start) -> ServiceProcess:
    return start("api", LOG_LEVEL="WARNING").wait_until_ready()


@pytest.fixture
def signed_in(issuer: Issuer) -> dict[str, str]:
    return {"authorization": f"Bearer {issuer.token('sarah_123')}"}


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal; every one is a problem that is not cached."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["code"]


def raw(api: ServiceProcess, chunks: Iterable[bytes]) -> bytes:
    """What the service answers to these bytes, until it closes."""
    host, port = httpx.URL(api.url).host, httpx.URL(api.url).port
    with socket.create_connection((host, port or 80), timeout=60) as connection:
        try:
            for chunk in chunks:
                connection.sendall(chunk)
        except OSError:
            pass
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def request_head(token: dict[str, str], length: int, *more: str) -> bytes:
    lines = [f"POST {ORDERS} HTTP/1.1", "host: shop", "connection: close", "content-type: application/json"]
    lines += [f"authorization: {token['authorization']}", f"content-length: {length}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


BODIES: dict[str, tuple[bytes, tuple[int, str]]] = {
    "oversized": (json.dumps({**PAIR, "product_id": "j" * 1_000_000}).encode(), (413, "body_too_large")),
    "nested without end": (b"[" * 16_000, (400, "malformed_request")),
    "nested deeply": (b'{"size":' * 500 + b"1" + b"}" * 500, (400, "malformed_request")),
    "nested in a field": (b'{"size":' + b"[" * 100 + b"]" * 100 + b"}", (422, "invalid_request")),
    "a list": (b"[]", (422, "invalid_request")),
    "a text": (b'"jordan-1"', (422, "invalid_request")),
    "nothing": (b"", (400, "malformed_request")),
    "null": (b"null", (422, "invalid_request")),
    "a number of 5000 digits": (
        b'{"product_id":"jordan-1","quantity":1,"size":' + b"9" * 5_000 + b"}",
        (400, "malformed_request"),
    ),
    "not a number": (b'{"product_id":"jordan-1","quantity":1,"size":NaN}', (422, "invalid_request")),
    "infinite": (b'{"product_id":"jordan-1","quantity":1,"size":1e999}', (422, "invalid_request")),
    "utf-16": (json.dumps(PAIR).encode("utf-16"), (400, "malformed_request")),
    "latin-1": ('{"product_id":"caf\xe9"}'.encode("latin-1"), (400, "malformed_request")),
    "a byte order mark": (b"\xef\xbb\xbf{}", (400, "malformed_request")),
    "half a surrogate pair": (b'{"product_id":"\\ud800","size":9,"quantity":1}', (400, "malformed_request")),
    "a null character": (b'{"product_id":"jordan-1\\u0000","size":9,"quantity":1}', (422, "invalid_request")),
    "a name of right-to-left letters": (
        '{"product_id":"jordan-1","size":9,"quantity":1,"\u202eytitnauq":1}'.encode(),
        (422, "invalid_request"),
    ),
    "sql": (b'{"product_id":"x\'; DROP TABLE orders; --","size":9,"quantity":1}', (422, "invalid_request")),
    "overlong utf-8": (b'{"product_id":"\xc0\xaf"}', (400, "malformed_request")),
}


def test_hostile_bodies_have_their_answer_and_order_nothing(
    api: ServiceProcess, signed_in: dict[str, str], shop_database: ShopDatabase
) -> None:
    with httpx.Client(base_url=api.url, headers={**signed_in, **JSON}, trust_env=False, timeout=60) as client:
        answers = {name: told(client.post(ORDERS, content=body)) for name, (body, _) in BODIES.items()}
        assert answers == {name: expected for name, (_, expected) in BODIES.items()}
        packed = gzip.compress(json.dumps(PAIR).encode())
        assert told(client.post(ORDERS, content=packed, headers={"content-encoding": "gzip"})) == (
            415,
            "unsupported_media_type",
        )
    assert asyncio.run(shop_database.value("SELECT count(*) FROM orders")) == 0
    assert all(entry["level"] != "error" for entry in api.log())


def test_addresses_that_cannot_exist_are_not_found_or_refused(api: ServiceProcess, signed_in: dict[str, str]) -> None:
    with httpx.Client(base_url=api.url, headers=signed_in, trust_env=False, timeout=60) as client:
        for part in ("%00", "%ff%fe", "ord_%0d%0aset-cookie:x", "..%2f..%2fetc", "%f0%9f%91%9f", "x" * 4_000):
            assert told(client.get(f"{ORDERS}/{part}"))[0] == 404
        assert told(client.get(f"{ORDERS}?cursor=%00&limit=%ff"))[0] == 422
    assert all(entry["level"] != "error" for entry in api.log())


def test_forged_tokens_have_one_answer(api: ServiceProcess, issuer: Issuer) -> None:
    def part(document: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()

    claims = issuer.token().split(".")[1]
    now = int(time.time())
    forged = {
        "expired": issuer.token(exp=now - 1),
        "of tomorrow": issuer.token(iat=now + 86_400),
        "for another audience": issuer.token(client_id="another-client"),
        "of another issuer": issuer.token(iss="https://issuer.example"),
        "an id token": issuer.token(token_use="id"),
        "signed by another key": issuer.token(signed_with="forger"),
        "alg none": f"{part({'alg': 'none', 'kid': 'first'})}.{claims}.",
        "with keys of its own": f"{part({'alg': 'RS256', 'kid': 'first', 'jku': 'http://evil'})}.{claims}.x",
        "a kid that is a path": f"{part({'alg': 'RS256', 'kid': '../../dev/null'})}.{claims}.x",
        "no token": "x.y.z",
        "endless": "a" * 15_000,
    }
    with httpx.Client(base_url=api.url, trust_env=False, timeout=60) as client:
        answers = {
            name: client.get(ORDERS, headers={"authorization": f"Bearer {token}"}) for name, token in forged.items()
        }
    assert {name: told(answer) for name, answer in answers.items()} == dict.fromkeys(forged, (401, "unauthenticated"))
    assert len({answer.json()["detail"] for answer in answers.values()}) == 1


def test_a_flood_of_headers_is_refused(api: ServiceProcess, signed_in: dict[str, str]) -> None:
    floods = {
        "many": [f"x-{number}: 1" for number in range(1_000)],
        "one of 20 kB": [f"x-large: {'a' * 20_000}"],
        "one of 100 kB": [f"x-large: {'a' * 100_000}"],
        "one of 5 MB": [f"x-large: {'a' * 5_000_000}"],
    }
    for name, flood in floods.items():
        answer = raw(api, [request_head(signed_in, 0, *flood)])
        assert answer.startswith(b"HTTP/1.1 431"), name
        assert b'"code":"headers_too_large"' in answer, name
    assert httpx.get(f"{api.url}/health/live", trust_env=False).status_code == 200


def test_a_body_that_trickles_is_given_up(api: ServiceProcess, signed_in: dict[str, str]) -> None:
    answer = raw(api, [request_head(signed_in, 100), b'{"product_id"'])
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"body_too_slow"' in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/v2/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v2/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ],
    ids=["no request", "tls", "two framings", "two lengths", "bytes in the address"],
)
def test_what_is_not_http_ends_its_connection_and_nothing_else(api: ServiceProcess, head: bytes) -> None:
    answer = raw(api, [head])
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 404"))
    assert httpx.get(f"{api.url}/health/live", trust_env=False).status_code == 200


def test_a_method_is_answered_or_refused_on_every_address(api: ServiceProcess, signed_in: dict[str, str]) -> None:
    with httpx.Client(base_url=api.url, headers=signed_in, trust_env=False, timeout=60) as client:
        for path in (ORDERS, "/api/v2/products", "/health/live"):
            got, head = client.get(path), client.head(path)
            assert (head.status_code, head.headers["content-length"], head.content) == (
                200,
                got.headers["content-length"],
                b"",
            )
            for method in ("OPTIONS", "TRACE", "PROPFIND", "CONNECT"):
                refusal = client.request(method, path)
                assert told(refusal) == (405, "method_not_allowed")
                assert "GET, HEAD" in refusal.headers["allow"]
    unknown = raw(api, [b"BREW /api/v2/orders HTTP/1.1\r\nhost: a\r\n\r\n"])
    assert unknown.startswith(b"HTTP/1.1 400")
    assert b'"code":"malformed_request"' in unknown
    assert all(entry["level"] != "error" for entry in api.log())
