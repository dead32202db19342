"""Where telemetry is kept: Managed Prometheus for metrics, CloudWatch Logs for logs; X-Ray keeps the traces."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class ObservabilityArgs:
    """Under which key, for how long."""

    key_arn: pulumi.Input[str]
    log_group_name: str
    log_retention_days: int


class Observability(pulumi.ComponentResource):
    """A Prometheus workspace and the log group of the order service."""

    workspace_arn: pulumi.Output[str]
    remote_write_url: pulumi.Output[str]
    query_url: pulumi.Output[str]
    """Where PromQL is asked; `/api/v1/query` is below it."""
    log_group_name: pulumi.Output[str]
    log_group_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:Observability", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            name,
            name=args.log_group_name,
            kms_key_id=args.key_arn,
            retention_in_days=args.log_retention_days,
            opts=child,
        )
        workspace = aws.amp.Workspace(name, kms_key_arn=args.key_arn, opts=child)
        self.workspace_arn = workspace.arn
        self.remote_write_url = workspace.prometheus_endpoint.apply(lambda url: f"{url}api/v1/remote_write")
        self.query_url = workspace.prometheus_endpoint
        self.log_group_name = log_group.name
        self.log_group_arn = log_group.arn
        self.register_outputs(
            {
                "workspace_arn": self.workspace_arn,
                "remote_write_url": self.remote_write_url,
                "query_url": self.query_url,
                "log_group_name": self.log_group_name,
                "log_group_arn": self.log_group_arn,
            }
        )
