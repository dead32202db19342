"""The bucket that the load balancer's logs are delivered to, and those of who read which object elsewhere."""

from dataclasses import dataclass

import pulumi

from infra.shared.arn import Account
from infra.shared.iam import Principals, Statement
from infra.shared.private_bucket import ACCESS_LOG_PREFIX, PrivateBucketArgs, private_bucket


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
        bucket = private_bucket(
            name,
            PrivateBucketArgs(
                retention_days=args.retention_days,
                force_destroy=args.force_destroy,
                statements=lambda bucket_arn: [
                    _load_balancers_deliver(bucket_arn, args.account),
                    _buckets_deliver(bucket_arn, args.account),
                ],
            ),
            self,
        )
        self.bucket_name = bucket.name
        self.register_outputs({"bucket_name": self.bucket_name})


def _load_balancers_deliver(bucket_arn: pulumi.Output[str], account: Account) -> Statement:
    return Statement(
        sid="LoadBalancersDeliver",
        actions=["s3:PutObject"],
        resources=[bucket_arn.apply(lambda arn: f"{arn}/*/AWSLogs/{account.account_id}/*")],
        principals=Principals(services=["logdelivery.elasticloadbalancing.amazonaws.com"]),
        conditions={"ArnLike": {"aws:SourceArn": account.arn("elasticloadbalancing", "loadbalancer/*")}},
    )


def _buckets_deliver(bucket_arn: pulumi.Output[str], account: Account) -> Statement:
    return Statement(
        sid="BucketsDeliver",
        actions=["s3:PutObject"],
        resources=[bucket_arn.apply(lambda arn: f"{arn}/{ACCESS_LOG_PREFIX}*")],
        principals=Principals(services=["logging.s3.amazonaws.com"]),
        conditions={"StringEquals": {"aws:SourceAccount": account.account_id}},
    )
