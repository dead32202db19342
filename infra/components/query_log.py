"""Who asks for which name: the log of a public zone's queries."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Principals, Statement, policy_document
from infra.shared.key_policy import KeyUse, policy_for


@dataclass(frozen=True, kw_only=True)
class QueryLogArgs:
    """Whose queries are kept, and for how long."""

    account: Account
    zone_name: str
    zone_id: pulumi.Input[str]
    zone_arn: pulumi.Input[str]
    policy_name: str
    """Of the right to write; CloudWatch Logs takes ten of them a region."""
    retention_days: int
    deletion_window_days: int
    """7 to 30; a deleted key outlives `destroy` by this window."""


class QueryLog(pulumi.ComponentResource):
    """A log group in us-east-1, the only region that Route 53 writes to, under a key that is there with it.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
    """

    def __init__(self, name: str, args: QueryLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:edge:QueryLog", name, None, opts)
        child, account = pulumi.ResourceOptions(parent=self), args.account.in_virginia
        key = aws.kms.Key(
            name,
            region=account.region,
            description="Encrypts the log of the zone's queries",
            policy=policy_for(KeyUse(as_log_service=True), account),
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_window_days,
            opts=child,
        )
        aws.kms.Alias(name, region=account.region, name_prefix=f"alias/{name}-", target_key_id=key.key_id, opts=child)
        log_group = aws.cloudwatch.LogGroup(
            name,
            region=account.region,
            name=f"/aws/route53/{args.zone_name}",
            kms_key_id=key.arn,
            retention_in_days=args.retention_days,
            opts=child,
        )
        right = aws.cloudwatch.LogResourcePolicy(
            name,
            region=account.region,
            policy_name=args.policy_name,
            policy_document=policy_document(_route53_writes(args, log_group)),
            opts=child,
        )
        aws.route53.QueryLog(
            name,
            zone_id=args.zone_id,
            cloudwatch_log_group_arn=log_group.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[right]),
        )
        self.register_outputs({})


def _route53_writes(args: QueryLogArgs, log_group: aws.cloudwatch.LogGroup) -> Statement:
    return Statement(
        sid="RouteWritesQueries",
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=[pulumi.Output.concat(log_group.arn, ":log-stream:*")],
        principals=Principals(services=["route53.amazonaws.com"]),
        conditions={
            "StringEquals": {"aws:SourceAccount": args.account.account_id},
            "ArnLike": {"aws:SourceArn": args.zone_arn},
        },
    )
