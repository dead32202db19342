"""DNSSEC: a zone's answers are signed, so that a resolver sees when one was replaced on its way."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel
from infra.shared.iam import Principals, Statement, policy_document
from infra.shared.key_policy import administration

_SIGNER = Principals(services=["dnssec-route53.amazonaws.com"])
_THE_KEY_ITSELF = ("*",)
_METRICS = "AWS/Route53"
_ALARMS = (
    Alarm(
        name="failed",
        description="The zone's signing failed: resolvers that check signatures refuse its names, or soon will",
        namespace=_METRICS,
        metric_name="DNSSECInternalFailure",
        statistic="Maximum",
        threshold=0,
        period_seconds=300,
        evaluation_periods=1,
    ),
    Alarm(
        name="keys",
        description="A key that signs the zone needs something done",
        namespace=_METRICS,
        metric_name="DNSSECKeySigningKeysNeedingAction",
        statistic="Maximum",
        threshold=0,
        period_seconds=300,
        evaluation_periods=1,
    ),
)
"""https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-hosted-zones-with-cloudwatch.html"""


@dataclass(frozen=True, kw_only=True)
class ZoneSigningArgs:
    """Which zone, and what its key is called."""

    account: Account
    zone_id: pulumi.Input[str]
    zone_arn: pulumi.Input[str]
    signing_key_name: str
    """Letters, digits and underscores: Route 53 takes no hyphen, which Pulumi's own names have."""
    deletion_window_days: int
    """7 to 30; a deleted key outlives `destroy` by this window."""
    alarm_topic_arn: pulumi.Input[str]
    """In us-east-1, where Route 53 measures."""


class ZoneSigning(pulumi.ComponentResource):
    """A zone signed by a key in us-east-1, where Route 53 wants it; destroyed in the order that AWS asks for.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html
    """

    ds_record: pulumi.Output[str]
    """What the parent zone has to hold; until it does, nobody checks the signatures."""
    panel: Panel

    def __init__(self, name: str, args: ZoneSigningArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:edge:ZoneSigning", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        signing_key = aws.route53.KeySigningKey(
            name,
            name=args.signing_key_name,
            hosted_zone_id=args.zone_id,
            key_management_service_arn=self._key(name, args).arn,
            status="ACTIVE",
            opts=child,
        )
        aws.route53.HostedZoneDnsSec(
            name, hosted_zone_id=signing_key.hosted_zone_id, signing_status="SIGNING", opts=child
        )
        self.panel = Panel(
            alarm_arns=raise_alarms(
                _ALARMS,
                name,
                dimensions={"HostedZoneId": args.zone_id},
                topic_arn=args.alarm_topic_arn,
                opts=child,
                region=args.account.in_virginia.region,
            ),
        )
        self.ds_record = signing_key.ds_record
        self.register_outputs({"ds_record": self.ds_record})

    def _key(self, name: str, args: ZoneSigningArgs) -> aws.kms.Key:
        child, account = pulumi.ResourceOptions(parent=self), args.account.in_virginia
        key = aws.kms.Key(
            name,
            region=account.region,
            description="Signs the keys that the zone is signed with",
            key_usage="SIGN_VERIFY",
            customer_master_key_spec="ECC_NIST_P256",
            policy=policy_document(administration(account), *_route53_signs(args)),
            deletion_window_in_days=args.deletion_window_days,
            opts=child,
        )
        aws.kms.Alias(name, region=account.region, name_prefix=f"alias/{name}-", target_key_id=key.key_id, opts=child)
        return key


def _route53_signs(args: ZoneSigningArgs) -> tuple[Statement, Statement]:
    return (
        Statement(
            sid="RouteSigns",
            actions=("kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"),
            resources=_THE_KEY_ITSELF,
            principals=_SIGNER,
            conditions={
                "StringEquals": {"aws:SourceAccount": args.account.account_id},
                "ArnEquals": {"aws:SourceArn": args.zone_arn},
            },
        ),
        Statement(
            sid="RouteTakesGrants",
            actions=("kms:CreateGrant",),
            resources=_THE_KEY_ITSELF,
            principals=_SIGNER,
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    )
