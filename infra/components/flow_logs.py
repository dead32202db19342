"""Flow logs: who spoke with whom in the VPC."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.iam import Statement, service_trust
from infra.shared.roles import role_with_rights

_WRITE_LOGS = (
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
)


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """What is logged, under which key, for how long."""

    account_id: str
    vpc_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    retention_days: int


class FlowLogs(pulumi.ComponentResource):
    """Accepted and rejected connections of the whole VPC, a record a minute, in CloudWatch Logs."""

    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:network:FlowLogs", name, None, opts)
        log_group = aws.cloudwatch.LogGroup(
            name,
            kms_key_id=args.key_arn,
            retention_in_days=args.retention_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        log_streams = log_group.arn.apply(lambda arn: f"{arn}:log-stream:*")
        role, policy = role_with_rights(
            name,
            trust=service_trust("vpc-flow-logs.amazonaws.com", account_id=args.account_id),
            rights=[
                Statement(sid="FindLogGroups", actions=["logs:DescribeLogGroups"], resources=["*"]),
                Statement(sid="WriteFlowLogs", actions=_WRITE_LOGS, resources=[log_group.arn, log_streams]),
            ],
            parent=self,
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination=log_group.arn,
            log_destination_type="cloud-watch-logs",
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.log_group_name = log_group.name
        self.register_outputs({"log_group_name": self.log_group_name})
