"""A runner for workflows inside the VPC: what has to reach the private API server runs here, job by job."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Statement, service_trust
from infra.shared.ports import Port
from infra.shared.roles import role_with_rights

_IMAGE = "aws/codebuild/standard:7.0"
"""Ubuntu 22.04: `actions/setup-python` has no Python for Amazon Linux (its issue 1214)."""
_LONGEST_JOB_MINUTES = 120
_SERVICE = "codebuild.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class RunnerArgs:
    """Whose jobs, and where the runner stands."""

    account: Account
    project_name: str
    """Fixed: workflows name it as `codebuild-<name>-<run>-<attempt>` in `runs-on`."""
    repository: str
    """`owner/name` on GitHub."""
    connection_arn: str
    """A connection to GitHub (AWS CodeConnections) that a person has approved in the console."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """The private tier."""
    cluster_security_group_id: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int


class Runner(pulumi.ComponentResource):
    """A CodeBuild project that takes queued jobs of one repository; its jobs take their rights by GitHub's OIDC."""

    project_name: pulumi.Output[str]

    def __init__(self, name: str, args: RunnerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:delivery:Runner", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            name,
            name=f"/aws/codebuild/{args.project_name}",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        group = self._security_group(args)
        role, policy = role_with_rights(
            name,
            trust=service_trust(_SERVICE, account_id=args.account.account_id),
            rights=_permissions(args, log_group.arn),
            parent=self,
        )
        project = aws.codebuild.Project(
            name,
            name=args.project_name,
            description=f"Runs jobs of {args.repository} inside the VPC",
            service_role=role.arn,
            build_timeout=_LONGEST_JOB_MINUTES,
            artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "compute_type": "BUILD_GENERAL1_SMALL", "image": _IMAGE},
            source={
                "type": "GITHUB",
                "location": f"https://github.com/{args.repository}.git",
                "auth": {"type": "CODECONNECTIONS", "resource": args.connection_arn},
            },
            vpc_config={
                "vpc_id": args.vpc_id,
                "subnets": list(args.subnet_ids),
                "security_group_ids": [group.id],
            },
            logs_config={"cloudwatch_logs": {"group_name": log_group.name, "status": "ENABLED"}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        webhook = aws.codebuild.Webhook(
            name,
            project_name=project.name,
            build_type="BUILD",
            filter_groups=[{"filters": [{"type": "EVENT", "pattern": "WORKFLOW_JOB_QUEUED"}]}],
            opts=self._child,
        )
        self.project_name = webhook.project_name
        self.register_outputs({"project_name": self.project_name})

    def _security_group(self, args: RunnerArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self._name,
            vpc_id=args.vpc_id,
            description="Runner of workflows: out by HTTPS, nothing in",
            opts=self._child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-https",
            security_group_id=group.id,
            description="GitHub, AWS and the API server",
            ip_protocol="tcp",
            from_port=int(Port.HTTPS),
            to_port=int(Port.HTTPS),
            cidr_ipv4="0.0.0.0/0",
            opts=self._child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-to-cluster",
            security_group_id=args.cluster_security_group_id,
            description="The API server, from the runner of workflows",
            ip_protocol="tcp",
            from_port=int(Port.HTTPS),
            to_port=int(Port.HTTPS),
            referenced_security_group_id=group.id,
            opts=self._child,
        )
        return group


def _permissions(args: RunnerArgs, log_group_arn: pulumi.Output[str]) -> list[Statement]:
    """What CodeBuild itself needs (its user guide, `Use with VPC` and `GitHub Actions runners`); jobs get none."""
    interfaces = args.account.arn("ec2", "network-interface/*")
    return [
        Statement(
            sid="WriteLogs",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[pulumi.Output.concat(log_group_arn, ":log-stream:*")],
        ),
        Statement(
            sid="UseConnection",
            actions=["codeconnections:GetConnection", "codeconnections:GetConnectionToken"],
            resources=[args.connection_arn],
        ),
        Statement(
            sid="LookAtTheNetwork",
            actions=[
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            resources=["*"],
        ),
        Statement(
            sid="StandInTheNetwork",
            actions=["ec2:CreateNetworkInterface"],
            resources=[
                interfaces,
                args.account.arn("ec2", "security-group/*"),
                args.account.arn("ec2", "subnet/*"),
            ],
        ),
        Statement(sid="LeaveTheNetwork", actions=["ec2:DeleteNetworkInterface"], resources=[interfaces]),
        Statement(
            sid="LendTheInterface",
            actions=["ec2:CreateNetworkInterfacePermission"],
            resources=[interfaces],
            conditions={"StringEquals": {"ec2:AuthorizedService": _SERVICE}},
        ),
    ]
