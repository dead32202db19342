"""ECR-06: no destroy deletes a repository that holds images."""

from policies.checks import differs
from policies.controls import AVAILABILITY, controls
from policies.rule import Rule, Severity
from policies.tokens import REPOSITORY

RULE = Rule(
    id="ECR-06",
    severity=Severity.LOW,
    title="No destroy deletes a repository that holds images",
    rationale="Without its image a running service cannot start another pod.",
    fix="Set `forceDelete` to false.",
    types=(REPOSITORY,),
    controls=controls(AVAILABILITY),
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-delete.html",
    checks=(differs("forceDelete", True),),
)
