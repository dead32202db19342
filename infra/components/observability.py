"""Where telemetry is kept: Managed Prometheus for metrics, CloudWatch Logs for logs; X-Ray keeps the traces."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alert_manager import alert_manager_definition

_DELIVERED = "/aws/vendedlogs"
"""AWS lets its services deliver into groups under this name without a policy for each."""


@dataclass(frozen=True, kw_only=True)
class ObservabilityArgs:
    """Under which key, for how long, and who hears of alerts."""

    region: str
    key_arn: pulumi.Input[str]
    log_group_name: str
    log_retention_days: int
    alarm_topic_arn: pulumi.Input[str]


class Observability(pulumi.ComponentResource):
    """A Prometheus workspace with its own log and alert manager, and the log group of the order service."""

    workspace_arn: pulumi.Output[str]
    workspace_id: pulumi.Output[str]
    query_url: pulumi.Output[str]
    """Where PromQL is asked; `/api/v1/query` is below it."""
    log_group_name: pulumi.Output[str]
    log_group_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:Observability", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        log_group = self._log_group(name, args.log_group_name, args)
        own_log = self._log_group(f"{name}-prometheus", f"{_DELIVERED}{args.log_group_name}/prometheus", args)
        workspace = aws.amp.Workspace(
            name,
            kms_key_arn=args.key_arn,
            logging_configuration={"log_group_arn": own_log.arn.apply(lambda arn: f"{arn}:*")},
            opts=self._child,
        )
        aws.amp.AlertManagerDefinition(
            name,
            workspace_id=workspace.id,
            definition=pulumi.Output.from_input(args.alarm_topic_arn).apply(
                lambda arn: alert_manager_definition(topic_arn=arn, region=args.region)
            ),
            opts=self._child,
        )
        self.workspace_arn = workspace.arn
        self.workspace_id = workspace.id
        self.query_url = workspace.prometheus_endpoint
        self.log_group_name = log_group.name
        self.log_group_arn = log_group.arn
        self.register_outputs(
            {
                "workspace_arn": self.workspace_arn,
                "query_url": self.query_url,
                "log_group_name": self.log_group_name,
                "log_group_arn": self.log_group_arn,
            }
        )

    def _log_group(self, name: str, group_name: str, args: ObservabilityArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            name,
            name=group_name,
            kms_key_id=args.key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
