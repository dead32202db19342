"""Which loopback ports are free."""

import socket
from collections.abc import Container
from contextlib import ExitStack

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


def claim(port: int) -> socket.socket | None:
    """Hold `port` against every other stack of this machine, until the socket is closed; None when one holds it.

    What is about to listen does not listen yet: two stacks raised at once would both find the port free.
    """
    holder = socket.socket(socket.AF_UNIX)
    try:
        holder.bind(f"\0fortress-port-{port}")
    except OSError:
        holder.close()
        return None
    return holder


def next_free(preferred: int, *, claims: ExitStack, reserved: Container[int] = ()) -> int:
    """The first port from `preferred` upwards that is free and not `reserved`; PartError when there is none.

    Nobody else gets it before `claims` is closed.
    """
    for port in range(preferred, HIGHEST_PORT + 1):
        if port in reserved or (held := claim(port)) is None:
            continue
        if is_free(port):
            claims.enter_context(held)
            return port
        held.close()
    raise PartError(f"no free port on {LOOPBACK} from {preferred} to {HIGHEST_PORT}")
