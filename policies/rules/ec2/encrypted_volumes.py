"""EC2-02: volumes are encrypted with a key of this stack."""

from policies.checks import each, equals, every_of, own_key
from policies.controls import ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict
from policies.values import Properties, read

_ENCRYPTED = every_of(equals("encrypted", True), own_key("kmsKeyId"))
_DEVICES = each("blockDeviceMappings", lambda device, given: _ENCRYPTED(read(device, "ebs") or {}, given))


def volumes(properties: Properties, parameters: Parameters) -> Verdict:
    """The volume itself, or each device of the template."""
    return _ENCRYPTED(properties, parameters) if "availabilityZone" in properties else _DEVICES(properties, parameters)


RULE = Rule(
    id="EC2-02",
    severity=Severity.HIGH,
    title="Volumes are encrypted with a key of this stack",
    rationale="A disk or its snapshot that is copied or thrown away must be worth nothing.",
    fix="Set `encrypted` to true and `kmsKeyId` to a key of the stack, on each block device.",
    types=(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ebs/volume:Volume",
    ),
    controls=controls(ENCRYPTION_AT_REST, hub=("EC2.3", "EC2.181"), cis=("5.1.1",)),
    link=security_hub("EC2.3"),
    checks=(volumes,),
)
