"""Which ports are free."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sandbox.parts.part import PartError
from sandbox.parts.ports import is_free, next_free


@pytest.fixture
def claims() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_port_that_something_listens_on_is_not_free(free_port: int) -> None:
    assert is_free(free_port)
    with socket.create_server(("127.0.0.1", free_port)):
        assert not is_free(free_port)


def test_a_port_that_something_listens_on_at_every_address_is_not_free(free_port: int) -> None:
    with socket.create_server(("0.0.0.0", free_port)):
        assert not is_free(free_port)


def test_a_port_taken_gives_the_next_free_one(free_port: int, claims: ExitStack) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        assert next_free(free_port, claims=claims) > free_port


def test_a_reserved_port_is_passed_over(free_port: int, claims: ExitStack) -> None:
    assert next_free(free_port, reserved={free_port}, claims=claims) > free_port


def test_a_port_that_another_stack_is_about_to_listen_on_is_passed_over(free_port: int, claims: ExitStack) -> None:
    with ExitStack() as another:
        port = next_free(free_port, claims=another)
        assert next_free(port, claims=claims) > port
    assert next_free(port, claims=claims) == port


def test_no_port_left_is_an_error_that_names_the_range(claims: ExitStack) -> None:
    with pytest.raises(PartError, match=r"no free port on 127\.0\.0\.1 from 65535 to 65535"):
        next_free(65535, reserved={65535}, claims=claims)
