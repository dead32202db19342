"""Attempts over a real connection to a receiver on loopback, which the test allows by name."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.adapters import webhook_caller
from app.adapters.outside import Outside
from app.adapters.webhook_caller import HttpWebhookCaller, signed_headers
from app.domain.webhook_delivery import AT_ONE_RECEIVER_MAX
from app.domain.webhooks import Errand

SECRET = "whsec_" + "c2VjcmV0" * 5
LOOPBACK = Outside(allowed=[ip_network("127.0.0.1/32")])


@dataclass(kw_only=True)
class Receiver:
    """Answers every request with `answer`; keeps what it got."""

    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)
    url: str = ""
    connections: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((headers, body.decode()))
        writer.write(self.answer)
        await writer.drain()
        if self.answer:
            writer.close()
        else:
            await reader.read()

    async def close(self) -> None:
        """So that nothing of a connection is left to the garbage collector."""
        for connection in self.connections:
            connection.close()
            with contextlib.suppress(ConnectionError):
                await connection.wait_closed()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield receiver
    server.close()
    await receiver.close()


def errand(url: str, payload: str = '{"type":"order.created","name":"Zoë"}') -> Errand:
    return Errand(
        delivery_id="dlv_1",
        webhook_id="whk_1",
        event_id="event-1",
        payload=payload,
        url=url,
        secret=SECRET,
        attempt=1,
    )


async def test_a_receiver_verifies_what_it_gets_with_the_standard_library(receiver: Receiver) -> None:
    assert await HttpWebhookCaller(LOOPBACK).call(errand(receiver.url)) is None
    ((headers, body),) = receiver.requests
    assert Webhook(SECRET).verify(body, headers) == {"type": "order.created", "name": "Zoë"}
    assert (headers["webhook-id"], headers["content-type"]) == ("event-1", "application/json")


async def test_a_changed_body_another_secret_and_an_old_time_are_not_verified(receiver: Receiver) -> None:
    await HttpWebhookCaller(LOOPBACK).call(errand(receiver.url))
    ((headers, body),) = receiver.requests
    old = signed_headers(errand(receiver.url), now=datetime.now(UTC) - timedelta(minutes=6))
    for secret, sent, given in (
        (SECRET, body + " ", headers),
        ("whsec_" + "b3RoZXI=", body, headers),
        (SECRET, body, old),
        (SECRET, body, {**headers, "webhook-id": "event-2"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(sent, given)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 500 No\r\n\r\n", "answered with 500"),
        (b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n", "answered with 302"),
        (b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\n\r\n", "answered with 307"),
        (b"\x00\x01\x02 nothing of http\r\n\r\n", "no connection"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\nand so on", None),
    ],
)
async def test_what_the_receiver_answers_is_told_and_redirects_are_not_followed(
    receiver: Receiver, answer: bytes, fault: str | None
) -> None:
    receiver.answer = answer
    assert await HttpWebhookCaller(LOOPBACK).call(errand(receiver.url)) == fault
    assert len(receiver.requests) == 1


async def test_a_receiver_that_never_answers_is_given_up(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_caller, "ATTEMPT_TIMEOUT_SECONDS", 0.2)
    receiver.answer = b""
    assert await HttpWebhookCaller(LOOPBACK).call(errand(receiver.url)) == "no answer within 0.2 s"


async def test_a_receiver_that_fails_again_and_again_is_left_alone_for_a_while_and_then_tried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: now)
    receiver.answer = b"HTTP/1.1 500 No\r\n\r\n"
    subject = HttpWebhookCaller(LOOPBACK)
    told = [await subject.call(errand(receiver.url)) for _ in range(webhook_caller.FAILURES_MAX + 2)]
    assert told[-3:] == ["answered with 500", *["the webhook's receiver does not answer right now"] * 2]
    assert len(receiver.requests) == webhook_caller.FAILURES_MAX
    await subject.call(replace(errand(receiver.url), webhook_id="whk_2"))
    assert len(receiver.requests) == webhook_caller.FAILURES_MAX + 1
    now += webhook_caller.LEFT_ALONE_SECONDS + 1
    receiver.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    assert [await subject.call(errand(receiver.url)) for _ in range(2)] == [None, None]


async def test_a_receiver_is_asked_so_much_at_once_and_no_more(receiver: Receiver) -> None:
    receiver.answer = b""
    subject = HttpWebhookCaller(LOOPBACK)
    calls = [asyncio.create_task(subject.call(errand(receiver.url))) for _ in range(AT_ONE_RECEIVER_MAX)]
    await asyncio.sleep(0)
    assert await subject.call(errand(receiver.url)) == "the webhook's receiver is asked too much at once"
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


async def test_of_receivers_only_those_called_last_are_remembered(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: 1_000.0)
    monkeypatch.setattr(webhook_caller, "RECEIVERS_REMEMBERED_MAX", 2)
    monkeypatch.setattr(webhook_caller, "FAILURES_MAX", 1)
    receiver.answer = b"HTTP/1.1 500 No\r\n\r\n"
    subject = HttpWebhookCaller(LOOPBACK)
    for webhook, calls_made in (("whk_1", 1), ("whk_1", 1), ("whk_2", 2), ("whk_3", 3), ("whk_1", 4)):
        await subject.call(replace(errand(receiver.url), webhook_id=webhook))
        assert len(receiver.requests) == calls_made


async def test_nobody_there_is_told() -> None:
    assert await HttpWebhookCaller(LOOPBACK).call(errand("http://127.0.0.1:1/hook")) == "no connection"


async def test_an_address_that_became_an_inside_one_is_not_called(receiver: Receiver) -> None:
    assert await HttpWebhookCaller(Outside()).call(errand(receiver.url)) == "the host is not a public one"
    assert receiver.requests == []
