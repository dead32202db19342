"""S3-01: each bucket blocks public access in all four ways."""

from policies.bucket import settled
from policies.checks import equals, every_of
from policies.controls import PUBLIC_ACCESS, controls, security_hub
from policies.rule import GraphRule, Severity
from policies.tokens import BUCKET

_ALL_BLOCKED = every_of(
    equals("blockPublicAcls", True, default=False),
    equals("blockPublicPolicy", True, default=False),
    equals("ignorePublicAcls", True, default=False),
    equals("restrictPublicBuckets", True, default=False),
)


RULE = GraphRule(
    id="S3-01",
    severity=Severity.CRITICAL,
    title="Each bucket blocks public access in all four ways",
    rationale="One open switch is enough for a bucket to be found and copied.",
    fix="Declare a `BucketPublicAccessBlock` for the bucket with all four properties true.",
    types=(BUCKET,),
    controls=controls(PUBLIC_ACCESS, hub=("S3.8",), cis=("2.1.4",)),
    link=security_hub("S3.8"),
    checks=(settled("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", _ALL_BLOCKED),),
)
