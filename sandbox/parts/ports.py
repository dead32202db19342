"""Which loopback ports are free."""

import socket
from collections.abc import Collection

from sandbox.parts.part import LOOPBACK, PartError

HIGHEST_PORT = 65535


def is_free(port: int) -> bool:
    """Whether nothing listens on `port` of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def next_free(preferred: int, *, reserved: Collection[int] = ()) -> int:
    """The first port from `preferred` upwards that is free and not among `reserved`.

    Raises `PartError` when there is none up to 65535.
    """
    for port in range(preferred, HIGHEST_PORT + 1):
        if port not in reserved and is_free(port):
            return port
    raise PartError(f"no free port on {LOOPBACK} from {preferred} to {HIGHEST_PORT}")
