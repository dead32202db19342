"""Calling addresses that strangers chose: only public ones, checked after resolution and called as checked.

The name is resolved where the connection is made, every address it has is judged, and the connection goes to one of
those: a name that resolves otherwise a moment later changes nothing. Nothing follows redirects, no proxy is used.

Names are resolved in threads of their own, one lookup a name at a time: one that hangs cannot be ended, and keeps
nobody else from theirs.
"""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore

from app.domain.errors import FieldError, InvalidRequest

HTTPS_PORT = 443
RESOLVE_TIMEOUT_SECONDS = 2
LOOKUPS_AT_ONCE_MAX = 32
NOT_NATIVE = tuple(
    map(
        IPv6Network,
        ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10"),
    )
)
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class RefusedAddressError(Exception):
    """An address that is not called; the message names no address that the name resolved to."""


class Outside:
    """The public internet, and `allowed` networks beside it, which a configuration has to name (for tests)."""

    def __init__(self, *, allowed: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allowed)
        self._threads = ThreadPoolExecutor(LOOKUPS_AT_ONCE_MAX, thread_name_prefix="lookup")
        self._lookups: dict[tuple[str, int], asyncio.Future[Sequence[Any]]] = {}

    async def require_outside(self, url: str) -> None:
        """See `Addresses.require_outside`."""
        try:
            parts = self._parts(url)
            await self.addresses(str(parts.hostname), parts.port or HTTPS_PORT)
        except RefusedAddressError as error:
            fault = FieldError(pointer="/url", message=str(error))
            raise InvalidRequest("the request breaks a rule", field_errors=[fault]) from error

    async def addresses(self, host: str, port: int) -> Sequence[Address]:
        """What `host` resolves to. Raises `RefusedAddressError` if any of it is not outside."""
        try:
            async with asyncio.timeout(RESOLVE_TIMEOUT_SECONDS):
                found = await self._lookup(host, port)
        except (OSError, UnicodeError, TimeoutError, ValueError) as error:
            raise RefusedAddressError("the host cannot be resolved") from error
        addresses = list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
        if not addresses or not all(map(self._may_be_called, addresses)):
            raise RefusedAddressError("the host is not a public one")
        if port != HTTPS_PORT and not all(self._is_allowed(address) for address in addresses):
            raise RefusedAddressError(f"the port is {port}, allowed is {HTTPS_PORT}")
        return addresses

    async def _lookup(self, host: str, port: int) -> Sequence[Any]:
        """Joins the one that is under way; raises OSError where too many hang."""
        key = (host, port)
        if key not in self._lookups:
            if len(self._lookups) >= LOOKUPS_AT_ONCE_MAX:
                raise OSError("too many lookups at once")
            look = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
            self._lookups[key] = asyncio.get_running_loop().run_in_executor(self._threads, look)
            self._lookups[key].add_done_callback(lambda _: self._lookups.pop(key))
        return await asyncio.shield(self._lookups[key])

    def _parts(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            parts.port  # noqa: B018 - raises for what is no port
        except ValueError as error:
            raise RefusedAddressError("the address is not a URL") from error
        schemes = ("https", "http") if self._allowed else ("https",)
        if parts.scheme not in schemes or not parts.hostname or parts.username is not None or parts.fragment:
            raise RefusedAddressError("the address is not https://host/path, without user and fragment")
        return parts

    def _may_be_called(self, address: Address) -> bool:
        return self._is_allowed(address) or is_public(address)

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self._allowed)


def is_public(address: Address) -> bool:
    """Global unicast, and no IPv6 form that stands for an IPv4 address or for a site's own."""
    if isinstance(address, IPv6Address) and any(address in network for network in NOT_NATIVE):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to outside addresses only; TLS still asks for the name."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._backend: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()  # type: ignore[assignment] - it is one

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """To the first address of `host` that was judged."""
        address = (await self._outside.addresses(host, port))[0]
        return await self._backend.connect_tcp(
            str(address), port, timeout=timeout, local_address=local_address, socket_options=socket_options
        )

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise RefusedAddressError("the address is not on the internet")
