"""ECR-01: image tags never move."""

from policies.checks import equals, set_to
from policies.controls import INTEGRITY, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import REPOSITORY, REPOSITORY_TEMPLATE

RULE = Rule(
    id="ECR-01",
    severity=Severity.MEDIUM,
    title="Image tags never move",
    rationale="A tag that moves makes yesterday's review worthless.",
    fix="Set `imageTagMutability` to IMMUTABLE.",
    types=(REPOSITORY, REPOSITORY_TEMPLATE),
    controls=controls(INTEGRITY, hub=("ECR.2",)),
    link=security_hub("ECR.2"),
    checks=(equals("imageTagMutability", "IMMUTABLE", default="MUTABLE"),),
    remedy=set_to({"imageTagMutability": "IMMUTABLE"}),
)
