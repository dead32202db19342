"""Who did what in the account: CloudTrail's record of every region, signed, and the few deeds that wake somebody."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel
from infra.shared.iam import Principals, Statement, service_trust
from infra.shared.private_bucket import PrivateBucket, PrivateBucketArgs, private_bucket
from infra.shared.roles import role_with_rights

_TRAIL = "cloudtrail.amazonaws.com"
_CONFIG = "config.amazonaws.com"
_METRICS = "Fortress/Audit"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that should hardly ever be in the record."""

    name: str
    description: str
    pattern: str
    """A filter pattern of CloudWatch Logs over CloudTrail's records."""


DEEDS = (
    Deed(
        name="root",
        description="Somebody used the root user, which nothing needs",
        pattern=(
            '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
            ' && $.eventType != "AwsServiceEvent" }'
        ),
    ),
    Deed(
        name="trail",
        description="Somebody changed or stopped the record of what is done",
        pattern=(
            "{ ($.eventName = StopLogging) || ($.eventName = DeleteTrail) || ($.eventName = UpdateTrail)"
            " || ($.eventName = PutEventSelectors) }"
        ),
    ),
    Deed(
        name="keys",
        description="Somebody disabled a key or scheduled its deletion: what it encrypts is about to be unreadable",
        pattern=(
            "{ ($.eventSource = kms.amazonaws.com)"
            " && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }"
        ),
    ),
    Deed(
        name="sign-in",
        description="Somebody signed in to the console without a second factor",
        pattern=(
            '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
            ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
        ),
    ),
)
"""CIS AWS Foundations Benchmark, section 4, as far as each of them is a reason to wake somebody."""


@dataclass(frozen=True, kw_only=True)
class AuditTrailArgs:
    """Under which keys and for how long the record is kept."""

    account: Account
    trail_name: str
    """Fixed, because the bucket's policy names the trail before it exists."""
    key_arn: pulumi.Input[str]
    access_log_bucket_name: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    object_retention_days: int
    alarm_topic_arn: pulumi.Input[str]


class AuditTrail(pulumi.ComponentResource):
    """One trail for all regions, into a bucket of its own and into a log group that alarms look at."""

    bucket: PrivateBucket
    """AWS Config delivers here, too."""
    panel: Panel

    def __init__(self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:account:AuditTrail", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self.bucket = private_bucket(
            name,
            PrivateBucketArgs(
                retention_days=args.object_retention_days,
                key_arn=args.key_arn,
                access_log_bucket_name=args.access_log_bucket_name,
                statements=lambda bucket_arn: _deliveries(bucket_arn, args),
            ),
            self,
        )
        log_group = aws.cloudwatch.LogGroup(
            name, kms_key_id=args.log_key_arn, retention_in_days=args.log_retention_days, opts=self._child
        )
        self._trail(args, log_group)
        self.panel = Panel(alarm_arns=[arn for deed in DEEDS for arn in self._watch(deed, args, log_group)])
        self.register_outputs({"bucket_name": self.bucket.name})

    def _trail(self, args: AuditTrailArgs, log_group: aws.cloudwatch.LogGroup) -> None:
        streams = log_group.arn.apply(lambda arn: f"{arn}:log-stream:*")
        write = Statement(sid="WriteTrail", actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams])
        role, rights = role_with_rights(
            self._name,
            trust=service_trust(_TRAIL, account_id=args.account.account_id),
            rights=[write],
            parent=self,
        )
        aws.cloudtrail.Trail(
            self._name,
            name=args.trail_name,
            s3_bucket_name=self.bucket.name,
            kms_key_id=args.key_arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_logging=True,
            enable_log_file_validation=True,
            cloud_watch_logs_group_arn=log_group.arn.apply(lambda arn: f"{arn}:*"),
            cloud_watch_logs_role_arn=role.arn,
            event_selectors=[
                {
                    "read_write_type": "All",
                    "include_management_events": True,
                    "data_resources": [{"type": "AWS::S3::Object", "values": [f"arn:{args.account.partition}:s3"]}],
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )

    def _watch(self, deed: Deed, args: AuditTrailArgs, log_group: aws.cloudwatch.LogGroup) -> list[pulumi.Output[str]]:
        counted = aws.cloudwatch.LogMetricFilter(
            f"{self._name}-{deed.name}",
            log_group_name=log_group.name,
            pattern=deed.pattern,
            metric_transformation={"name": deed.name, "namespace": _METRICS, "value": "1"},
            opts=self._child,
        )
        alarm = Alarm(
            name=deed.name,
            description=deed.description,
            namespace=_METRICS,
            metric_name=deed.name,
            statistic="Sum",
            threshold=0,
            period_seconds=300,
            evaluation_periods=1,
        )
        opts = pulumi.ResourceOptions(parent=self, depends_on=[counted])
        return raise_alarms([alarm], self._name, dimensions={}, topic_arn=args.alarm_topic_arn, opts=opts)


def _deliveries(bucket_arn: pulumi.Output[str], args: AuditTrailArgs) -> list[Statement]:
    """What the two services ask a bucket for before they deliver, each in this account's name only."""
    account_id = args.account.account_id
    trail = {"StringEquals": {"aws:SourceArn": args.account.arn("cloudtrail", f"trail/{args.trail_name}")}}
    config = {"StringEquals": {"aws:SourceAccount": account_id}}
    objects = bucket_arn.apply(lambda arn: f"{arn}/AWSLogs/{account_id}/*")
    return [
        _delivery("TrailLooks", ["s3:GetBucketAcl"], bucket_arn, _TRAIL, trail),
        _delivery("TrailDelivers", ["s3:PutObject"], objects, _TRAIL, trail),
        _delivery("ConfigLooks", ["s3:GetBucketAcl", "s3:ListBucket"], bucket_arn, _CONFIG, config),
        _delivery("ConfigDelivers", ["s3:PutObject"], objects, _CONFIG, config),
    ]


def _delivery(
    sid: str,
    actions: list[str],
    resource: pulumi.Output[str],
    service: str,
    conditions: dict[str, dict[str, str]],
) -> Statement:
    return Statement(
        sid=sid,
        actions=actions,
        resources=[resource],
        principals=Principals(services=[service]),
        conditions=conditions,
    )
