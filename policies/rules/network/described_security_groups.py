"""NET-04: every security group and rule says what it is for."""

from policies.checks import differs, each, present
from policies.controls import CONFIGURATION, controls
from policies.rule import Rule, Severity
from policies.tokens import EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE

RULE = Rule(
    id="NET-04",
    severity=Severity.LOW,
    title="Every security group and rule says what it is for",
    rationale="A rule that nobody can explain is a rule that nobody dares to remove.",
    fix="Set `description` on the group and on each of its rules.",
    types=(
        SECURITY_GROUP,
        INGRESS_RULE,
        EGRESS_RULE,
        SECURITY_GROUP_RULE,
    ),
    controls=controls(CONFIGURATION),
    link="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    checks=(
        present("description"),
        differs("description", "Managed by Pulumi"),
        each("ingress", present("description")),
        each("egress", present("description")),
    ),
)
