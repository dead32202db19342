"""NET-01: no security group lets the world reach SSH or RDP."""

from policies.controls import NETWORK_BOUNDARY, controls, security_hub
from policies.network import cidrs, on_rules, opens_to_world, ports
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.values import Properties, shown

_PORTS = (22, 3389)


def remote_administration(rule: Properties, _: Parameters) -> Verdict:
    """Neither SSH nor RDP is open to everybody, named by port or within a range."""
    first, last = ports(rule)
    exposed = [port for port in _PORTS if first <= port <= last]
    return require(not exposed or not opens_to_world(rule), f"port {shown(exposed)} is open to {shown(cidrs(rule))}")


RULE = Rule(
    id="NET-01",
    severity=Severity.HIGH,
    title="No security group lets the world reach SSH or RDP",
    rationale="Remote administration ports are found and attacked within minutes of being opened.",
    fix=(
        "Remove the rule, or set `cidrIpv4`/`cidrIpv6` (inline: `cidrBlocks`/`ipv6CidrBlocks`) to the one "
        "network that needs it."
    ),
    types=(
        SECURITY_GROUP,
        INGRESS_RULE,
        SECURITY_GROUP_RULE,
    ),
    controls=controls(NETWORK_BOUNDARY, hub=("EC2.13", "EC2.14", "EC2.53", "EC2.54"), cis=("5.3", "5.4")),
    link=security_hub("EC2.13"),
    checks=(on_rules("ingress", remote_administration),),
)
