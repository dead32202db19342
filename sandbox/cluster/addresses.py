"""Loopback addresses of one cluster: `127.64.<n>.0/24` for pods, `127.96.<n>.0/24` for Services."""

import hashlib
import socket
from collections.abc import Collection
from pathlib import Path

CLAIM_PORT = 16443
NETWORKS = 256
HIGHEST_HOST = 254


class AddressError(Exception):
    """No address is left."""


class Addresses:
    """A network that no other running cluster of this machine uses, and the same one after a restart."""

    def __init__(self, folder: Path) -> None:
        """Claims a network for the cluster whose folder this is; holds it until `close`."""
        record = folder / "network"
        preferred = int(record.read_text()) if record.exists() else hashlib.sha256(bytes(folder)).digest()[0]
        self._claim, self._network = _claim(preferred, only=record.exists())
        record.write_text(str(self._network))
        self.proxy = f"127.64.{self._network}.2"

    def close(self) -> None:
        """Lets another cluster have the network."""
        self._claim.close()

    def pod(self, taken: Collection[str]) -> str:
        """A free address for a pod."""
        return _first_free(f"127.64.{self._network}", 3, taken)

    def service(self, taken: Collection[str]) -> str:
        """A free ClusterIP."""
        return _first_free(f"127.96.{self._network}", 1, taken)


def _claim(preferred: int, *, only: bool) -> tuple[socket.socket, int]:
    for offset in range(1 if only else NETWORKS):
        network = (preferred + offset) % NETWORKS
        claim = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            claim.bind((f"127.64.{network}.1", CLAIM_PORT))
        except OSError:
            claim.close()
            continue
        claim.listen()
        return claim, network
    raise AddressError(f"network 127.64.{preferred}.0/24 is used by another cluster on this machine")


def _first_free(prefix: str, first_host: int, taken: Collection[str]) -> str:
    for host in range(first_host, HIGHEST_HOST + 1):
        if (address := f"{prefix}.{host}") not in taken:
            return address
    raise AddressError(f"all of {prefix}.0/24 is taken")
