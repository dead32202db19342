"""What the account as a whole is kept by: its record, its watchers, its budget, and copies of its data."""

from infra.components.audit_trail import AuditTrail, AuditTrailArgs
from infra.components.backups import Backups, BackupsArgs
from infra.components.guard_rails import GuardRails, GuardRailsArgs
from infra.components.spending import Spending, SpendingArgs
from infra.context import Context
from infra.layers.data import Data
from infra.layers.foundation import Foundation
from infra.shared.dashboard import Panel
from infra.shared.key_policy import KeyDomain
from infra.shared.naming import NameLimit


def build_account(context: Context, foundation: Foundation, data: Data) -> list[Panel]:
    """Each of these as the stack asks for it: accounts that others keep already have them. Returns what they show."""
    settings = context.settings
    panels = _watch(context, foundation) if settings.guard_rails.enabled else []
    if settings.spending.enabled:
        Spending(
            "spending",
            SpendingArgs(
                monthly_limit_usd=settings.spending.monthly_limit_usd,
                anomaly_impact_usd=settings.spending.anomaly_impact_usd,
                anomaly_monitor_arn=settings.spending.anomaly_monitor_arn,
                email_addresses=settings.alerts.email_addresses,
            ),
            context.on_aws,
        )
    if settings.backups.enabled:
        backups = Backups(
            "backups",
            BackupsArgs(
                account=context.account,
                resource_arns={"database": data.database.arn},
                key_arn=foundation.keys.arns[KeyDomain.BACKUPS],
                retention_days=settings.backups.retention_days,
                changeable_for_days=settings.backups.changeable_for_days,
                alarm_topic_arn=foundation.alerts.topic_arn,
            ),
            context.on_aws,
        )
        panels.append(backups.panel)
    return panels


def _watch(context: Context, foundation: Foundation) -> list[Panel]:
    settings = context.settings.guard_rails
    trail = AuditTrail(
        "audit",
        AuditTrailArgs(
            account=context.account,
            trail_name=context.name(limit=NameLimit.TRAIL),
            key_arn=foundation.keys.arns[KeyDomain.AUDIT],
            access_log_bucket_name=foundation.log_storage.bucket_name,
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            object_retention_days=settings.trail_retention_days,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )
    guard_rails = GuardRails(
        "guard-rails",
        GuardRailsArgs(
            account=context.account,
            bucket_name=trail.bucket.name,
            bucket_key_arn=foundation.keys.arns[KeyDomain.AUDIT],
            findings_log_group_name=f"/aws/events/fortress-{context.settings.environment}-findings",
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )
    return [trail.panel, guard_rails.panel]
