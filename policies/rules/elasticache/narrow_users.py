"""EC-06: cache users authenticate and may do only what the service does."""

from policies.checks import differs
from policies.controls import AUTHENTICATION, LEAST_PRIVILEGE, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def narrow(user: Properties, _: Parameters) -> Verdict:
    """An active user has neither every command nor every key with administration."""
    rights = str(read(user, "accessString") or "").lower().split()
    unlimited = "on" in rights and ("+@all" in rights or "allcommands" in rights)
    return require(not unlimited, f"accessString is {shown(' '.join(rights))}, must not allow every command")


RULE = Rule(
    id="EC-06",
    severity=Severity.HIGH,
    title="Cache users authenticate and may do only what the service does",
    rationale="A user without password or with every command is the administrator of the cache.",
    fix="Set `authenticationMode.type` to iam and `accessString` to the commands and keys in use, never +@all.",
    types=("aws:elasticache/user:User",),
    controls=controls(LEAST_PRIVILEGE, AUTHENTICATION),
    link="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html",
    checks=(
        differs("noPasswordRequired", True),
        differs("authenticationMode.type", "no-password-required"),
        narrow,
    ),
)
