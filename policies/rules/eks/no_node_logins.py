"""EKS-06: nobody logs in to nodes."""

from policies.checks import absent
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, read_list


def closed(group: Properties, _: Parameters) -> Verdict:
    """No SSH key, or one for named security groups only: without groups the port is open to the world."""
    if read(group, "remoteAccess.ec2SshKey") is None:
        return COMPLIANT
    sources = read_list(group, "remoteAccess.sourceSecurityGroupIds")
    return require(bool(sources), "remoteAccess.ec2SshKey opens SSH to the world")


RULE = Rule(
    id="EKS-06",
    severity=Severity.HIGH,
    title="Nobody logs in to nodes",
    rationale="A shell on a node reaches every pod and every credential on it.",
    fix=("Leave out `keyName` and `remoteAccess`, or set `remoteAccess.sourceSecurityGroupIds` beside `ec2SshKey`."),
    types=(
        "aws:eks/nodeGroup:NodeGroup",
        "aws:ec2/launchTemplate:LaunchTemplate",
    ),
    controls=controls(LEAST_PRIVILEGE, eks=("5.4.3",)),
    link="https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html",
    checks=(
        closed,
        absent("keyName"),
    ),
)
