"""RDS-07: databases export their logs."""

from policies.checks import includes, present, where
from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import RDS_INSTANCE
from policies.values import Properties, read


def is_postgresql(instance: Properties) -> bool:
    """Whether the engine is PostgreSQL."""
    return read(instance, "engine") in (None, "postgres")


RULE = Rule(
    id="RDS-07",
    severity=Severity.MEDIUM,
    title="Databases export their logs",
    rationale="A log that stays on the instance goes when the instance goes.",
    fix="Set `enabledCloudwatchLogsExports` to postgresql and upgrade (for other engines: at least one log).",
    types=(RDS_INSTANCE,),
    controls=controls(AUDIT_LOGGING, hub=("RDS.9", "RDS.36")),
    link=security_hub("RDS.9"),
    checks=(
        where(is_postgresql, includes("enabledCloudwatchLogsExports", "postgresql", "upgrade")),
        present("enabledCloudwatchLogsExports"),
    ),
)
