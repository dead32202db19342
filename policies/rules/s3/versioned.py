"""S3-05: each bucket keeps the versions of its objects."""

from policies.bucket import settled
from policies.checks import equals
from policies.controls import BACKUP, controls, security_hub
from policies.rule import GraphRule, Severity
from policies.tokens import BUCKET

RULE = GraphRule(
    id="S3-05",
    severity=Severity.MEDIUM,
    title="Each bucket keeps the versions of its objects",
    rationale="Without versions an overwritten or deleted object is gone.",
    fix="Declare a `BucketVersioning` with `versioningConfiguration.status` Enabled.",
    types=(BUCKET,),
    controls=controls(BACKUP, hub=("S3.14",)),
    link=security_hub("S3.14"),
    checks=(
        settled(
            "aws:s3/bucketVersioning:BucketVersioning",
            equals("versioningConfiguration.status", "Enabled"),
            inline="versioning",
            inline_check=equals("versioning.enabled", True),
        ),
    ),
)
