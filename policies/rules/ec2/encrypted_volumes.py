"""EC2-02: volumes are encrypted with a key of this stack."""

from policies.checks import each, every_of, own_key, present, where
from policies.controls import ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def encrypted(volume: Properties, _: Parameters) -> Verdict:
    """It is said, as a boolean or as the text launch templates take."""
    value = read(volume, "encrypted")
    return require(str(value).lower() == "true", f"encrypted is {shown(value)}, must be true")


_ENCRYPTED = every_of(encrypted, own_key("kmsKeyId"))
_DEVICES = each("blockDeviceMappings", lambda device, given: _ENCRYPTED(read(device, "ebs") or {}, given))


def volumes(properties: Properties, parameters: Parameters) -> Verdict:
    """The volume itself, or each device of the template."""
    return _ENCRYPTED(properties, parameters) if "availabilityZone" in properties else _DEVICES(properties, parameters)


def is_node_group(properties: Properties) -> bool:
    """Whether it is a group of nodes, of which EKS makes a template with plain volumes where none is named."""
    return "nodeRoleArn" in properties


RULE = Rule(
    id="EC2-02",
    severity=Severity.HIGH,
    title="Volumes are encrypted with a key of this stack",
    rationale="A disk or its snapshot that is copied or thrown away must be worth nothing.",
    fix=(
        "Set `encrypted` to true and `kmsKeyId` to a key of the stack, on each block device, and name the template in "
        "`launchTemplate` of each node group."
    ),
    types=(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ebs/volume:Volume",
        "aws:eks/nodeGroup:NodeGroup",
    ),
    controls=controls(ENCRYPTION_AT_REST, hub=("EC2.3", "EC2.181"), cis=("5.1.1",)),
    link=security_hub("EC2.3"),
    checks=(
        volumes,
        where(is_node_group, present("launchTemplate")),
    ),
)
