"""S3-07: each bucket ends uploads that never finished and versions that are old."""

from policies.bucket import settled
from policies.checks import every_of
from policies.controls import CONFIGURATION, controls, security_hub
from policies.rule import Check, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import BUCKET
from policies.values import Properties, read, read_list, some


def _acts(path: str) -> Check:
    def check(configuration: Properties, _: Parameters) -> Verdict:
        rules = read_list(configuration, "rules")
        acting = some(rules, lambda rule: read(rule, "status") == "Enabled" and read(rule, path) is not None)
        return require(acting, f"no enabled rule sets {path}")

    return check


RULE = GraphRule(
    id="S3-07",
    severity=Severity.LOW,
    title="Each bucket ends uploads that never finished and versions that are old",
    rationale="What nobody sees is still paid for, and still leaks.",
    fix=(
        "Declare a `BucketLifecycleConfiguration` with `abortIncompleteMultipartUpload` and "
        "`noncurrentVersionExpiration`."
    ),
    types=(BUCKET,),
    controls=controls(CONFIGURATION, hub=("S3.13",)),
    link=security_hub("S3.13"),
    checks=(
        settled(
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            every_of(
                _acts("abortIncompleteMultipartUpload.daysAfterInitiation"),
                _acts("noncurrentVersionExpiration.noncurrentDays"),
            ),
        ),
    ),
)
