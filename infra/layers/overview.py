"""What whoever is woken looks at first."""

from collections.abc import Sequence

from infra.components.dashboard import Dashboard, DashboardArgs
from infra.context import Context
from infra.shared.dashboard import Panel
from infra.shared.naming import NameLimit


def build_overview(context: Context, panels: Sequence[Panel]) -> None:
    """One page, made last, since it names what all others made."""
    Dashboard(
        "overview",
        DashboardArgs(
            dashboard_name=context.name(limit=NameLimit.DASHBOARD),
            region=context.settings.region,
            panels=panels,
        ),
        context.on_aws,
    )
