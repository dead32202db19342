"""A bucket that nobody outside reads, and that everything in is encrypted, versioned and some day forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.iam import Effect, Principals, Statement, policy_document

ACCESS_LOG_PREFIX = "objects/"


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """Who else writes to it, under which key, and for how long it keeps what it holds."""

    retention_days: int
    statements: Callable[[pulumi.Output[str]], Sequence[Statement]]
    """What the bucket's policy grants, by the bucket's ARN; that plain HTTP is refused is there already."""
    key_arn: pulumi.Input[str] | None = None
    """Left out, S3's own keys encrypt: load balancers deliver to no other."""
    access_log_bucket_name: pulumi.Input[str] | None = None
    """Where S3 writes who read what; left out for the bucket that itself takes such logs."""
    force_destroy: bool = False
    """Whether `destroy` also deletes the objects; with False a bucket that holds any is left."""


@dataclass(frozen=True, kw_only=True)
class PrivateBucket:
    """What others write to, known only once the policy stands: whoever takes it may write at once."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]


def private_bucket(name: str, args: PrivateBucketArgs, parent: pulumi.Resource) -> PrivateBucket:
    """Register the bucket and its settings as children of `parent`."""
    child = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(name, force_destroy=args.force_destroy, opts=child)
    blocked = aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    aws.s3.BucketOwnershipControls(
        name, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        name, bucket=bucket.bucket, rules=[_encryption(args.key_arn)], opts=child
    )
    versioning = aws.s3.BucketVersioning(
        name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=child
    )
    _expire(name, bucket, args.retention_days, pulumi.ResourceOptions(parent=parent, depends_on=[versioning]))
    if args.access_log_bucket_name is not None:
        aws.s3.BucketLogging(
            name,
            bucket=bucket.bucket,
            target_bucket=args.access_log_bucket_name,
            target_prefix=f"{ACCESS_LOG_PREFIX}{name}/",
            opts=child,
        )
    policy = aws.s3.BucketPolicy(
        name,
        bucket=bucket.bucket,
        policy=policy_document(*args.statements(bucket.arn), _only_over_tls(bucket.arn)),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[blocked]),
    )
    return PrivateBucket(
        name=policy.bucket, arn=pulumi.Output.all(bucket.arn, policy.id).apply(lambda known: str(known[0]))
    )


def _encryption(
    key_arn: pulumi.Input[str] | None,
) -> aws.s3.BucketServerSideEncryptionConfigurationRuleArgs:
    default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
    if key_arn is None:
        return aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=default(sse_algorithm="AES256")
        )
    return aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=default(sse_algorithm="aws:kms", kms_master_key_id=key_arn),
        bucket_key_enabled=True,
    )


def _expire(name: str, bucket: aws.s3.Bucket, retention_days: int, opts: pulumi.ResourceOptions) -> None:
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": retention_days},
                "noncurrent_version_expiration": {"noncurrent_days": 1},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
            }
        ],
        opts=opts,
    )


def _only_over_tls(bucket_arn: pulumi.Output[str]) -> Statement:
    return Statement(
        sid="OnlyOverTls",
        effect=Effect.DENY,
        actions=["s3:*"],
        resources=[bucket_arn, bucket_arn.apply(lambda arn: f"{arn}/*")],
        principals=Principals(aws=["*"]),
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
