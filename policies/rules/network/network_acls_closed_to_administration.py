"""NET-08: no network ACL lets the world reach FTP, SSH or RDP."""

from policies.checks import each
from policies.controls import NETWORK_BOUNDARY, controls, security_hub
from policies.network import cidrs, opens_to_world, ports
from policies.rule import COMPLIANT, NOT_APPLICABLE, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_PORTS = (20, 21, 22, 3389)


def inbound(acl: Properties, parameters: Parameters) -> Verdict:
    """Each inbound rule, inline or a resource of its own."""
    if "ruleAction" in acl:
        return NOT_APPLICABLE if read(acl, "egress") else closed(acl, parameters)
    return each("ingress", closed)(acl, parameters)


def closed(rule: Properties, _: Parameters) -> Verdict:
    """An allow from everybody covers none of the ports."""
    if (read(rule, "ruleAction") or read(rule, "action")) != "allow":
        return COMPLIANT
    first, last = ports(rule)
    exposed = [port for port in _PORTS if first <= port <= last]
    return require(not exposed or not opens_to_world(rule), f"port {shown(exposed)} is open to {shown(cidrs(rule))}")


RULE = Rule(
    id="NET-08",
    severity=Severity.MEDIUM,
    title="No network ACL lets the world reach FTP, SSH or RDP",
    rationale="A network ACL is the second fence, and it must not stand open where the first one may fail.",
    fix="Set `cidrBlock` to the one network that needs the port, or `ruleAction` (inline: `action`) to deny.",
    types=(
        "aws:ec2/networkAcl:NetworkAcl",
        "aws:ec2/networkAclRule:NetworkAclRule",
    ),
    controls=controls(NETWORK_BOUNDARY, hub=("EC2.21",), cis=("5.2",)),
    link=security_hub("EC2.21"),
    checks=(inbound,),
)
