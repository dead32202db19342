"""EC2-01: instances answer metadata requests only with a session token."""

from policies.checks import equals
from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def hop_limit(template: Properties, parameters: Parameters) -> Verdict:
    """A container's extra hop is out of the metadata service's reach."""
    limit = read(template, "metadataOptions.httpPutResponseHopLimit")
    most = parameters["most_hops"]
    return require(limit is None or limit <= most, f"httpPutResponseHopLimit is {shown(limit)}, may be {most} at most")


RULE = Rule(
    id="EC2-01",
    severity=Severity.HIGH,
    title="Instances answer metadata requests only with a session token",
    rationale=(
        "The older metadata service hands an instance's credentials to any request it can be tricked into making."
    ),
    fix="Set `metadataOptions.httpTokens` to required and `metadataOptions.httpPutResponseHopLimit` to 1.",
    types=(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/instance:Instance",
    ),
    controls=controls(AUTHENTICATION, hub=("EC2.8", "EC2.170"), cis=("5.7",)),
    link=security_hub("EC2.8"),
    parameters={"most_hops": Parameter(default=1, description="How many network hops a metadata answer may travel.")},
    checks=(
        equals("metadataOptions.httpTokens", "required"),
        hop_limit,
    ),
)
