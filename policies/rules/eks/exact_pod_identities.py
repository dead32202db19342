"""EKS-08: A pod identity is for one named service account."""

from policies.checks import differs
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import Check, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_LOOSE = ("", "*", "default")


def exact(name: str) -> Check:
    """The property is a name of our own, not a pattern and not the default."""

    def check(association: Properties, _: Parameters) -> Verdict:
        value = read(association, name) or ""
        return require(value not in _LOOSE and "*" not in value, f"{name} is {shown(value)}, must be one exact name")

    return check


RULE = Rule(
    id="EKS-08",
    severity=Severity.HIGH,
    title="A pod identity is for one named service account",
    rationale="A role for any service account is a role for whoever may create a pod.",
    fix="Set `namespace` and `serviceAccount` to exact names and leave `disableSessionTags` out.",
    types=("aws:eks/podIdentityAssociation:PodIdentityAssociation",),
    controls=controls(LEAST_PRIVILEGE, eks=("5.2.1",)),
    link="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
    checks=(
        exact("namespace"),
        exact("serviceAccount"),
        differs("disableSessionTags", True),
    ),
)
