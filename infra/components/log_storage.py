"""The bucket that the load balancer's logs are delivered to."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Effect, Principals, Statement, policy_document


@dataclass(frozen=True, kw_only=True)
class LogStorageArgs:
    """Whose logs the bucket takes and how long it keeps them."""

    account: Account
    retention_days: int
    force_destroy: bool
    """Whether `destroy` also deletes the logs; with False a bucket that holds any is left."""


class LogStorage(pulumi.ComponentResource):
    """A private, versioned bucket. Encrypted by S3's own keys: load balancers deliver to no other."""

    bucket_name: pulumi.Output[str]
    """Known only once the delivery policy stands, so that a load balancer that takes it may write at once."""

    def __init__(self, name: str, args: LogStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:storage:LogStorage", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            name,
            force_destroy=args.force_destroy,
            opts=child,
        )
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
            name,
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=child
        )
        self._expire(name, bucket, versioning, args.retention_days)
        policy = aws.s3.BucketPolicy(
            name,
            bucket=bucket.bucket,
            policy=_delivery_policy(bucket.arn, args.account),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[blocked]),
        )
        self.bucket_name = policy.bucket
        self.register_outputs({"bucket_name": self.bucket_name})

    def _expire(
        self, name: str, bucket: aws.s3.Bucket, versioning: aws.s3.BucketVersioning, retention_days: int
    ) -> None:
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
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )


def _delivery_policy(bucket_arn: pulumi.Output[str], account: Account) -> pulumi.Output[str]:
    return policy_document(
        Statement(
            sid="LoadBalancersDeliver",
            actions=["s3:PutObject"],
            resources=[bucket_arn.apply(lambda arn: f"{arn}/*/AWSLogs/{account.account_id}/*")],
            principals=Principals(services=["logdelivery.elasticloadbalancing.amazonaws.com"]),
            conditions={"ArnLike": {"aws:SourceArn": account.arn("elasticloadbalancing", "loadbalancer/*")}},
        ),
        Statement(
            sid="OnlyOverTls",
            effect=Effect.DENY,
            actions=["s3:*"],
            resources=[bucket_arn, bucket_arn.apply(lambda arn: f"{arn}/*")],
            principals=Principals(aws=["*"]),
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )
