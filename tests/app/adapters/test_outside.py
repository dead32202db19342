import asyncio
import socket
from ipaddress import ip_address, ip_network
from typing import Any

import httpcore
import pytest

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

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
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


async def test_a_configured_network_is_let_through_and_no_other() -> None:
    outside = Outside(allowed=[ip_network("127.0.0.1/32")])
    await outside.require_outside("http://127.0.0.1:8080/hook")
    with pytest.raises(InvalidRequest):
        await outside.require_outside("http://127.0.0.2:8080/hook")
