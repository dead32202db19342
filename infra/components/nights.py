"""Nights: a database that nobody asks sleeps through them, and costs only its storage then."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Principals, Statement, policy_document
from infra.shared.roles import role_with_rights

_NO_SECOND_TRY: aws.scheduler.ScheduleTargetRetryPolicyArgsDict = {"maximum_retry_attempts": 0}
"""RDS refuses to stop what is stopped and to start what runs: trying again would change nothing."""


@dataclass(frozen=True, kw_only=True)
class NightsArgs:
    """Whose nights, and when they begin and end."""

    account: Account
    group_name: str
    """Fixed: the role trusts the schedules of this group alone."""
    database_identifier: pulumi.Input[str]
    database_arn: pulumi.Input[str]
    stops_at: str
    """`HH:MM`, every day: RDS starts by itself what has been stopped for seven days, and this stops it again."""
    starts_at: str
    """`HH:MM`, Monday to Friday: weekends are slept through."""
    time_zone: str
    """By IANA's name, with its summer time."""


class Nights(pulumi.ComponentResource):
    """Two schedules of EventBridge Scheduler and the role that they call RDS with.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """

    def __init__(self, name: str, args: NightsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cost:Nights", name, None, opts)
        self._name = name
        group = aws.scheduler.ScheduleGroup(name, name=args.group_name, opts=pulumi.ResourceOptions(parent=self))
        role, rights = self._role(args)
        when = {
            "stop": _cron(args.stops_at, day_of_week="*"),
            "start": _cron(args.starts_at, day_of_week="MON-FRI"),
        }
        for verb, expression in when.items():
            aws.scheduler.Schedule(
                f"{name}-{verb}",
                name=f"database-{verb}",
                group_name=group.name,
                description=f"The database: {verb}",
                schedule_expression=expression,
                schedule_expression_timezone=args.time_zone,
                flexible_time_window={"mode": "OFF"},
                target={
                    "arn": f"arn:{args.account.partition}:scheduler:::aws-sdk:rds:{verb}DBInstance",
                    "role_arn": role.arn,
                    "input": pulumi.Output.json_dumps({"DbInstanceIdentifier": args.database_identifier}),
                    "retry_policy": _NO_SECOND_TRY,
                },
                opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
            )
        self.register_outputs({})

    def _role(self, args: NightsArgs) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        taken = Statement(
            sid="AssumedBySchedules",
            actions=["sts:AssumeRole"],
            principals=Principals(services=["scheduler.amazonaws.com"]),
            conditions={
                "StringEquals": {
                    "aws:SourceAccount": args.account.account_id,
                    "aws:SourceArn": args.account.arn("scheduler", f"schedule-group/{args.group_name}"),
                }
            },
        )
        use = Statement(
            sid="StopAndStart",
            actions=["rds:StartDBInstance", "rds:StopDBInstance"],
            resources=[args.database_arn],
        )
        return role_with_rights(self._name, trust=policy_document(taken), rights=[use], parent=self)


def _cron(time_of_day: str, *, day_of_week: str) -> str:
    """Of the scheduler's six fields one of the two days is always `?`."""
    hour, minute = (int(part) for part in time_of_day.split(":"))
    return (
        f"cron({minute} {hour} {'*' if day_of_week == '*' else '?'} * {'?' if day_of_week == '*' else day_of_week} *)"
    )
