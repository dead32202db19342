"""NET-07: no subnet gives what is launched in it a public address."""

from policies.checks import equals
from policies.controls import PUBLIC_ACCESS, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import SUBNET

RULE = Rule(
    id="NET-07",
    severity=Severity.MEDIUM,
    title="No subnet gives what is launched in it a public address",
    rationale="Load balancers and NAT gateways need none, so anything that gets one is exposed by accident.",
    fix="Set `mapPublicIpOnLaunch` to false.",
    types=(SUBNET,),
    controls=controls(PUBLIC_ACCESS, hub=("EC2.15",)),
    link=security_hub("EC2.15"),
    checks=(equals("mapPublicIpOnLaunch", False, default=False),),
)
