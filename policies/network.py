"""Reading firewall rules in every form AWS resources write them: inline, rule by rule, and the older rule."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from policies.checks import each
from policies.rule import NOT_APPLICABLE, Check, Parameters, Verdict
from policies.values import Properties, known, read, some

_WIDEST_PREFIX_LENGTH = 8
_CIDR_PROPERTIES = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6", "cidrBlock", "ipv6CidrBlock")
_ANY_PROTOCOL = ("-1", "all")
_PROTOCOLS_WITH_PORTS = (*_ANY_PROTOCOL, "tcp", "udp", "6", "17")


def is_world(cidr: str) -> bool:
    """Whether a block of either IP version is so wide that it stands for everybody.

    Wider than /8 counts, so halves of the world do not slip through; what is no CIDR block at all counts too.
    """
    try:
        return ipaddress.ip_network(cidr, strict=False).prefixlen < _WIDEST_PREFIX_LENGTH
    except ValueError:
        return True


def cidrs(rule: Mapping[str, Any]) -> list[Any]:
    """Every block a rule names, some perhaps unknown."""
    found: list[Any] = []
    for name in _CIDR_PROPERTIES:
        value = rule.get(name)
        found.extend(value if isinstance(value, list) else [] if value in (None, "") else [value])
    return found


def opens_to_world(rule: Properties) -> bool:
    """Whether a rule lets everybody through; raises `UnknownValueError` when that depends on an unknown block."""
    return some(cidrs(known(rule)), is_world)


def protocol(rule: Properties) -> str:
    """The protocol in either spelling, in small letters; `-1` stands for all."""
    return str(read(rule, "ipProtocol") or read(rule, "protocol") or "-1").lower()


def ports(rule: Properties) -> tuple[int, int]:
    """The first and last port let through; all of them where the rule names none, none for ICMP and the like."""
    spoken = protocol(rule)
    if spoken not in _PROTOCOLS_WITH_PORTS:
        return 1, 0
    if spoken in _ANY_PROTOCOL:
        return 0, 65535
    first, last = read(rule, "fromPort"), read(rule, "toPort")
    if first is None or first < 0:
        return 0, 65535
    return int(first), int(first if last is None else last)


def on_rules(direction: str, check: Check) -> Check:
    """The check on each rule of a direction, be it inline in a group or a resource of its own."""

    def over_rules(properties: Properties, parameters: Parameters) -> Verdict:
        if "ipProtocol" in properties:
            return check(properties, parameters)
        if "type" in properties:
            return check(properties, parameters) if read(properties, "type") == direction else NOT_APPLICABLE
        return each(direction, check)(properties, parameters)

    return over_rules
