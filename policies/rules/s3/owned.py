"""S3-08: each bucket owns what is put into it, and has no ACLs."""

from policies.bucket import settled
from policies.checks import equals
from policies.controls import LEAST_PRIVILEGE, controls, security_hub
from policies.rule import GraphRule, Severity
from policies.tokens import BUCKET

RULE = GraphRule(
    id="S3-08",
    severity=Severity.MEDIUM,
    title="Each bucket owns what is put into it, and has no ACLs",
    rationale="An object with another owner cannot be read, deleted or encrypted by us.",
    fix="Declare a `BucketOwnershipControls` with `rule.objectOwnership` BucketOwnerEnforced.",
    types=(BUCKET,),
    controls=controls(LEAST_PRIVILEGE, hub=("S3.12",)),
    link=security_hub("S3.12"),
    checks=(
        settled(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            equals("rule.objectOwnership", "BucketOwnerEnforced"),
        ),
    ),
)
