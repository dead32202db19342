"""S3-09: no destroy empties a bucket, and an object lock is for a time that means something."""

from policies.checks import at_least, differs, every_of, one_of, where
from policies.controls import BACKUP, LOG_RETENTION, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import BUCKET
from policies.values import Properties, read


def is_lock(properties: Properties) -> bool:
    """Whether it is an object lock with a default retention."""
    return read(properties, "rule.defaultRetention") is not None


RULE = Rule(
    id="S3-09",
    severity=Severity.MEDIUM,
    title="No destroy empties a bucket, and an object lock is for a time that means something",
    rationale="The record of what happened is deleted by the same command that did it.",
    fix=(
        "Set `forceDestroy` to false, and on an object lock `rule.defaultRetention` to COMPLIANCE or "
        "GOVERNANCE with days."
    ),
    types=(
        BUCKET,
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    ),
    controls=controls(BACKUP, LOG_RETENTION, hub=("S3.15",)),
    link=security_hub("S3.15"),
    checks=(
        differs("forceDestroy", True),
        where(
            is_lock,
            every_of(
                one_of("rule.defaultRetention.mode", ("COMPLIANCE", "GOVERNANCE")),
                at_least("rule.defaultRetention.days", 1),
            ),
        ),
    ),
)
