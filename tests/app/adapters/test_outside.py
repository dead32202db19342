import asyncio
import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import httpcore
import pytest

from app.adapters import outside
from app.adapters.outside import GuardedBackend, Outside, RefusedAddressError, is_public
from app.domain.errors import InvalidRequest

PUBLIC = "93.184.215.14"
INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "169.254.170.23", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:93.184.215.14",
    "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:0:1::1", "::127.0.0.1", "2001:db8::1",
]  # fmt: skip


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names resolve to each of the answers in turn, the last one for good; returns what was asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111"])
def test_an_address_of_the_internet_is(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_resolves_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve_to(monkeypatch, [address])
    with pytest.raises(InvalidRequest) as refusal:
        await Outside().require_outside("https://rebound.example/x")
    (fault,) = refusal.value.field_errors
    assert (fault.pointer, fault.message) == ("/url", "the host is not a public one")


async def test_one_address_inside_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(RefusedAddressError):
        await Outside().addresses("mixed.example", 443)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "ftp://shop.example/",
        "https:///path",
        "https://user@shop.example/",
        "https://user:password@shop.example/",
        "https://shop.example/#fragment",
        "https://shop.example:8443/",
        "https://shop.example:99999/",
        "https://[::1",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://localhost/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://xn--/",
        "https://" + "a" * 64 + ".example/",
    ],
)
async def test_an_address_that_is_no_public_https_one_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "shop.example" in url:
        resolve_to(monkeypatch, [PUBLIC])
    with pytest.raises(InvalidRequest):
        await Outside().require_outside(url)


async def test_a_public_https_address_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve_to(monkeypatch, [PUBLIC]) == []
    await Outside().require_outside("https://shop.example/orders?from=fortress")


async def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    async def connect(_: object, host: str, port: int, **__: Any) -> str:
        called.append(f"{host}:{port}")
        return "stream"

    asked = resolve_to(monkeypatch, [PUBLIC], ["127.0.0.1"])
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    await GuardedBackend(Outside()).connect_tcp("rebound.example", 443)
    assert (called, asked) == ([f"{PUBLIC}:443"], ["rebound.example"])
    with pytest.raises(RefusedAddressError):
        await GuardedBackend(Outside()).connect_tcp("rebound.example", 443)
    assert called == [f"{PUBLIC}:443"]


class Names:
    """Every name is a public one; those that begin with `hung` are not answered before `answer` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer, self.looking = threading.Event(), threading.Event()
        self.asked: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self._getaddrinfo)
        monkeypatch.setattr(outside, "RESOLVE_TIMEOUT_SECONDS", 600)

    def _getaddrinfo(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        if host.startswith("hung"):
            self.looking.set()
            self.answer.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, port))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    names = Names(monkeypatch)
    yield names
    names.answer.set()


async def test_names_that_hang_keep_no_other_from_being_looked_up_and_no_thread_from_other_work(names: Names) -> None:
    subject = Outside()
    hanging = [asyncio.create_task(subject.addresses("hung.example", 443)) for _ in range(100)]
    await asyncio.sleep(0)
    assert await subject.addresses("shop.example", 443) == [ip_address(PUBLIC)]
    assert await asyncio.to_thread(lambda: "done") == "done"
    names.answer.set()
    assert await asyncio.gather(*hanging) == [[ip_address(PUBLIC)]] * 100
    assert names.asked.count("hung.example") == 1


async def test_of_lookups_only_so_many_hang_and_the_next_one_is_refused_at_once(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "LOOKUPS_AT_ONCE_MAX", 2)
    subject = Outside()
    hanging = [asyncio.create_task(subject.addresses(f"hung-{number}.example", 443)) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(RefusedAddressError, match="cannot be resolved"):
        await subject.addresses("shop.example", 443)
    names.answer.set()
    await asyncio.gather(*hanging)
    assert await subject.addresses("shop.example", 443) == [ip_address(PUBLIC)]


async def test_a_lookup_that_hangs_is_given_up_and_joined_by_the_next_one(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "RESOLVE_TIMEOUT_SECONDS", 0.01)
    subject = Outside()
    for _ in range(3):
        with pytest.raises(RefusedAddressError, match="cannot be resolved"):
            await subject.addresses("hung.example", 443)
    await asyncio.to_thread(names.looking.wait)
    assert names.asked == ["hung.example"]


async def test_a_configured_network_is_let_through_and_no_other() -> None:
    outside = Outside(allowed=[ip_network("127.0.0.1/32")])
    await outside.require_outside("http://127.0.0.1:8080/hook")
    with pytest.raises(InvalidRequest):
        await outside.require_outside("http://127.0.0.2:8080/hook")
