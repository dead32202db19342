"""Which loopback ports are free."""

import socket
from collections.abc import Container

from sandbox.parts.part import LOOPBACK, PartError

HIGHEST_PORT = 65535


def is_free(port: int) -> bool:
    """Whether nothing listens on `port` of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def next_free(preferred: int, *, reserved: Container[int] = ()) -> int:
    """The first port from `preferred` upwards that is free and not `reserved`; PartError when there is none."""
    for port in range(preferred, HIGHEST_PORT + 1):
        if port not in reserved and is_free(port):
            return port
    raise PartError(f"no free port on {LOOPBACK} from {preferred} to {HIGHEST_PORT}")
