"""NET-02: the world reaches nothing but the web ports."""

from policies.checks import every_of, where
from policies.controls import NETWORK_BOUNDARY, controls, security_hub
from policies.network import cidrs, on_rules, opens_to_world
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.values import Properties, every, read, shown

_WEB_PORTS = (80, 443)


def web_protocol(rule: Properties, _: Parameters) -> Verdict:
    """A rule open to everybody is for TCP."""
    spoken = read(rule, "ipProtocol") or read(rule, "protocol")
    return require(spoken in ("tcp", "6"), f"{shown(spoken)} is open to {shown(cidrs(rule))}, only tcp may be")


def web_ports(rule: Properties, _: Parameters) -> Verdict:
    """A rule open to everybody is for web ports."""
    ends = [rule.get("fromPort"), rule.get("toPort")]
    allowed = every(ends, lambda port: port in _WEB_PORTS)
    return require(allowed, f"ports {shown(ends)} are open to {shown(cidrs(rule))}, only 80 and 443 may be")


def one_port(rule: Properties, _: Parameters) -> Verdict:
    """A rule open to everybody is for one port, not a range."""
    first, last = read(rule, "fromPort"), read(rule, "toPort")
    return require(first == last, f"ports {shown(first)} to {shown(last)} are open to {shown(cidrs(rule))}")


RULE = Rule(
    id="NET-02",
    severity=Severity.HIGH,
    title="The world reaches nothing but the web ports",
    rationale="Every other port is a way in that no load balancer and no web ACL watches.",
    fix=("Set `fromPort` and `toPort` to 443 (or 80 for the redirect), or name a security group instead of the world."),
    types=(
        SECURITY_GROUP,
        INGRESS_RULE,
        SECURITY_GROUP_RULE,
    ),
    controls=controls(
        NETWORK_BOUNDARY, hub=("EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53", "EC2.54"), cis=("5.3", "5.4")
    ),
    link=security_hub("EC2.18"),
    checks=(on_rules("ingress", where(opens_to_world, every_of(web_protocol, web_ports, one_port))),),
)
