"""The one page to look at first: the state of every alarm, and what each component measures."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.dashboard import Panel, dashboard_body


@dataclass(frozen=True, kw_only=True)
class DashboardArgs:
    """What is shown, under which name."""

    dashboard_name: str
    """Told from those of other stacks: AWS takes letters, digits, hyphens and underscores."""
    region: str
    panels: Sequence[Panel]
    """From the top to the bottom of the page."""


class Dashboard(pulumi.ComponentResource):
    """One CloudWatch dashboard; whoever may read CloudWatch may look at it."""

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:Dashboard", name, None, opts)
        aws.cloudwatch.Dashboard(
            name,
            dashboard_name=args.dashboard_name,
            dashboard_body=pulumi.Output.json_dumps(dashboard_body(args.panels, args.region), sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
