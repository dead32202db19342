"""Which blocks stand for the world, whatever spelling they come in."""

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as some

from policies.network import is_world


@pytest.mark.parametrize("block", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "2000::/3", "anything"])
def test_everybody_in_every_spelling_is_the_world(block: str) -> None:
    assert is_world(block)


@pytest.mark.parametrize("block", ["10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32"])
def test_a_network_is_not_the_world(block: str) -> None:
    assert not is_world(block)


@given(some.ip_addresses(v=4), some.integers(0, 32), some.integers(1, 8))
def test_a_piece_of_a_narrow_block_is_narrow(address: object, length: int, deeper: int) -> None:
    outer = ip_network(f"{address}/{length}", strict=False)
    assert isinstance(outer, IPv4Network | IPv6Network)
    inner = ip_network(f"{address}/{min(32, length + deeper)}", strict=False)
    assert is_world(str(outer)) or not is_world(str(inner))
