"""What watches the whole account: GuardDuty, AWS Config and Security Hub, and an alarm on what is grave."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel
from infra.shared.iam import ROLE_PATH, Principals, Statement, policy_document, service_trust

_CONFIG = "config.amazonaws.com"
_RECORDER_POLICY = "service-role/AWS_ConfigRole"
_LEAST_SEVERITY = 7
"""GuardDuty's own "high" begins here."""
_DETECTORS = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "RDS_LOGIN_EVENTS",
    "S3_DATA_EVENTS",
)
_STANDARDS = {
    "best-practices": "standards/aws-foundational-security-best-practices/v/1.0.0",
    "cis": "standards/cis-aws-foundations-benchmark/v/3.0.0",
}
_GRAVE = Alarm(
    name="grave",
    description="GuardDuty found something grave; the log group of findings has it in full",
    namespace="AWS/Events",
    metric_name="MatchedEvents",
    statistic="Sum",
    threshold=0,
    period_seconds=300,
    evaluation_periods=1,
)


@dataclass(frozen=True, kw_only=True)
class GuardRailsArgs:
    """Where findings are kept, where Config delivers, and who hears of what is grave."""

    account: Account
    bucket_name: pulumi.Input[str]
    bucket_key_arn: pulumi.Input[str]
    findings_log_group_name: str
    """EventBridge writes only to log groups below `/aws/events/`."""
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    alarm_topic_arn: pulumi.Input[str]


class GuardRails(pulumi.ComponentResource):
    """AWS takes one detector, one recorder and one hub in a region of an account: the stack that has them says so."""

    panel: Panel

    def __init__(self, name: str, args: GuardRailsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:account:GuardRails", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._detect()
        self.panel = Panel(alarm_arns=self._report(args))
        recording = self._record(args)
        self._compare(args, recording)
        self.register_outputs({})

    def _detect(self) -> None:
        detector = aws.guardduty.Detector(
            self._name, enable=True, finding_publishing_frequency="FIFTEEN_MINUTES", opts=self._child
        )
        for feature in _DETECTORS:
            aws.guardduty.DetectorFeature(
                f"{self._name}-{feature.lower().replace('_', '-')}",
                detector_id=detector.id,
                name=feature,
                status="ENABLED",
                opts=self._child,
            )

    def _report(self, args: GuardRailsArgs) -> list[pulumi.Output[str]]:
        """Keep each grave finding, and raise an alarm by the metric of the rule that matched it."""
        log_group = aws.cloudwatch.LogGroup(
            f"{self._name}-findings",
            name=args.findings_log_group_name,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        streams = log_group.arn.apply(lambda arn: f"{arn}:log-stream:*")
        admitted = aws.cloudwatch.LogResourcePolicy(
            f"{self._name}-findings",
            policy_name=f"{self._name}-findings",
            policy_document=policy_document(
                Statement(
                    sid="EventsWrite",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[streams],
                    principals=Principals(services=["delivery.logs.amazonaws.com", "events.amazonaws.com"]),
                )
            ),
            opts=self._child,
        )
        pattern = {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", _LEAST_SEVERITY]}]},
        }
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-grave",
            description="Findings of high severity",
            event_pattern=json.dumps(pattern),
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            f"{self._name}-grave",
            rule=rule.name,
            arn=log_group.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[admitted]),
        )
        dimensions = {"RuleName": rule.name}
        return raise_alarms(
            [_GRAVE], self._name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=self._child
        )

    def _record(self, args: GuardRailsArgs) -> aws.cfg.RecorderStatus:
        role = aws.iam.Role(
            f"{self._name}-recorder",
            path=ROLE_PATH,
            assume_role_policy=service_trust(_CONFIG, account_id=args.account.account_id),
            opts=self._child,
        )
        rights = aws.iam.RolePolicyAttachment(
            f"{self._name}-recorder",
            role=role.name,
            policy_arn=args.account.managed_policy_arn(_RECORDER_POLICY),
            opts=self._child,
        )
        recorder = aws.cfg.Recorder(
            self._name,
            role_arn=role.arn,
            recording_group={"all_supported": True, "include_global_resource_types": True},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )
        channel = aws.cfg.DeliveryChannel(
            self._name,
            s3_bucket_name=args.bucket_name,
            s3_kms_key_arn=args.bucket_key_arn,
            snapshot_delivery_properties={"delivery_frequency": "TwentyFour_Hours"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder]),
        )
        return aws.cfg.RecorderStatus(
            self._name,
            name=recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )

    def _compare(self, args: GuardRailsArgs, recording: aws.cfg.RecorderStatus) -> None:
        """Security Hub's controls read what Config records."""
        hub = aws.securityhub.Account(
            self._name,
            enable_default_standards=False,
            auto_enable_controls=True,
            control_finding_generator="SECURITY_CONTROL",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recording]),
        )
        account = args.account
        for label, standard in _STANDARDS.items():
            aws.securityhub.StandardsSubscription(
                f"{self._name}-{label}",
                standards_arn=f"arn:{account.partition}:securityhub:{account.region}::{standard}",
                opts=pulumi.ResourceOptions(parent=self, depends_on=[hub]),
            )
