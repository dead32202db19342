"""EC-04: caches fail over to another zone by themselves."""

from policies.checks import equals
from policies.controls import AVAILABILITY, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import REPLICATION_GROUP

RULE = Rule(
    id="EC-04",
    severity=Severity.MEDIUM,
    title="Caches fail over to another zone by themselves",
    rationale="A cache that is gone sends its whole load to the database.",
    fix="Set `automaticFailoverEnabled` and `multiAzEnabled` to true, with two nodes or more.",
    types=(REPLICATION_GROUP,),
    controls=controls(AVAILABILITY, hub=("ElastiCache.3",)),
    link=security_hub("ElastiCache.3"),
    checks=(
        equals("automaticFailoverEnabled", True, default=False),
        equals("multiAzEnabled", True, default=False),
    ),
)
