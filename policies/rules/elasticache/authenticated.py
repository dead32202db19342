"""EC-03: caches ask who is calling."""

from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import REPLICATION_GROUP
from policies.values import Properties, read_list


def asks(group: Properties, _: Parameters) -> Verdict:
    """A user group or a token stands before it."""
    guarded = bool(read_list(group, "userGroupIds")) or bool(group.get("authToken"))
    return require(guarded, "neither userGroupIds nor authToken is set")


RULE = Rule(
    id="EC-03",
    severity=Severity.HIGH,
    title="Caches ask who is calling",
    rationale="Whoever reaches the port of a cache without users owns what is in it.",
    fix="Set `userGroupIds` (users with IAM) or `authToken`.",
    types=(REPLICATION_GROUP,),
    controls=controls(AUTHENTICATION, hub=("ElastiCache.6",)),
    link=security_hub("ElastiCache.6"),
    checks=(asks,),
)
