"""The service's objectives as rules of the workspace: recorded ratios, and alerts on how fast the budget burns."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.workload import queries
from infra.shared.objectives import Objectives, Promise, rules

RULE_NAMESPACE = "orders-objectives"
_MILLISECONDS_A_SECOND = 1000


@dataclass(frozen=True, kw_only=True)
class ServiceObjectivesArgs:
    """What is promised, where it is judged, and where it says what to do."""

    objectives: Objectives
    workspace_id: pulumi.Input[str]
    runbook_url: str
    """A page with a section for each alert, by the alert's name."""


class ServiceObjectives(pulumi.ComponentResource):
    """One namespace of rules; the workspace's alert manager tells what they find."""

    def __init__(self, name: str, args: ServiceObjectivesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:ServiceObjectives", name, None, opts)
        aws.amp.RuleGroupNamespace(
            name,
            name=RULE_NAMESPACE,
            workspace_id=args.workspace_id,
            data=objective_rules(args.objectives, args.runbook_url),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def objective_rules(objectives: Objectives, runbook_url: str) -> str:
    """Availability as the gateway sees it, for it counts what pods cannot; latency of orders as the service sees it."""
    seconds = objectives.latency_milliseconds / _MILLISECONDS_A_SECOND
    promises = [
        Promise(
            name="availability",
            percent=objectives.availability_percent,
            good_or_bad=queries.REQUESTS_FAILED,
            every=queries.REQUESTS,
            counts_good=False,
        ),
        Promise(
            name="latency",
            percent=objectives.latency_percent,
            good_or_bad=queries.orders_within(seconds),
            every=queries.ORDERS,
            counts_good=True,
        ),
    ]
    return rules(promises, window_days=objectives.window_days, runbook_url=runbook_url)
