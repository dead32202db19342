"""EC2-03: no instance has a public address."""

from policies.checks import each
from policies.controls import PUBLIC_ACCESS, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read


def unaddressed(properties: Properties, _: Parameters) -> Verdict:
    """No public address is asked for, as a boolean or as the text launch templates take."""
    asked = str(read(properties, "associatePublicIpAddress")).lower() == "true"
    return require(not asked, "associatePublicIpAddress is true, must be false")


RULE = Rule(
    id="EC2-03",
    severity=Severity.HIGH,
    title="No instance has a public address",
    rationale="An instance with a public address is one open port away from the internet.",
    fix="Set `associatePublicIpAddress` to false, also within `networkInterfaces`.",
    types=(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/instance:Instance",
    ),
    controls=controls(PUBLIC_ACCESS, hub=("EC2.9", "EC2.25")),
    link=security_hub("EC2.9"),
    checks=(
        unaddressed,
        each("networkInterfaces", unaddressed),
    ),
)
