"""Where alarms go: one encrypted topic that only CloudWatch and Managed Prometheus of this account publish to."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Effect, Principals, Statement, policy_document


@dataclass(frozen=True, kw_only=True)
class AlertsArgs:
    """Whose alarms the topic takes, its key, and who hears of them."""

    account: Account
    key_arn: pulumi.Input[str]
    email_addresses: Mapping[str, str]
    """By a name that stays when the address changes. AWS asks each address once whether it wants to be told."""
    region: str | None = None
    """Where the topic stands, beside the metrics whose alarms it takes; left out, in the stack's own region."""


class Alerts(pulumi.ComponentResource):
    """The topic behind every alarm."""

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:Alerts", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(name, region=args.region, kms_master_key_id=args.key_arn, opts=child)
        policy = _topic_policy(topic.arn, args.account)
        aws.sns.TopicPolicy(name, region=args.region, arn=topic.arn, policy=policy, opts=child)
        for label, address in args.email_addresses.items():
            aws.sns.TopicSubscription(
                f"{name}-{label}",
                region=args.region,
                topic=topic.arn,
                protocol="email",
                endpoint=address,
                opts=child,
            )
        self.topic_arn = topic.arn
        self.register_outputs({"topic_arn": self.topic_arn})


def _topic_policy(topic_arn: pulumi.Output[str], account: Account) -> pulumi.Output[str]:
    return policy_document(
        Statement(
            sid="AlarmsPublish",
            actions=["sns:Publish"],
            resources=[topic_arn],
            principals=Principals(services=["cloudwatch.amazonaws.com"]),
            conditions={"StringEquals": {"aws:SourceAccount": account.account_id}},
        ),
        Statement(
            sid="AlertsPublish",
            actions=["sns:GetTopicAttributes", "sns:Publish"],
            resources=[topic_arn],
            principals=Principals(services=["aps.amazonaws.com"]),
            conditions={
                "StringEquals": {"aws:SourceAccount": account.account_id},
                "ArnLike": {"aws:SourceArn": account.arn("aps", "workspace/*")},
            },
        ),
        Statement(
            sid="OnlyOverTls",
            effect=Effect.DENY,
            actions=["sns:Publish"],
            resources=[topic_arn],
            principals=Principals(aws=["*"]),
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )
