"""RDS-14: databases log schema changes and slow statements."""

from policies.checks import every_of, where
from policies.controls import AUDIT_LOGGING, controls
from policies.database import database_parameter
from policies.rule import Check, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def is_postgresql(group: Properties) -> bool:
    """Whether the group is for PostgreSQL."""
    return str(read(group, "family") or "").startswith("postgres")


def logged(name: str) -> Check:
    """The parameter is set, and not to off."""

    def check(group: Properties, _: Parameters) -> Verdict:
        setting = database_parameter(group, name)
        return require(setting not in (None, "", "none", "-1"), f"{name} is {shown(setting)}, must be set")

    return check


RULE = Rule(
    id="RDS-14",
    severity=Severity.LOW,
    title="Databases log schema changes and slow statements",
    rationale="Who dropped the table, and which query was slow, can be asked only of a log.",
    fix="Set log_statement and log_min_duration_statement in `parameters`.",
    types=("aws:rds/parameterGroup:ParameterGroup",),
    controls=controls(AUDIT_LOGGING),
    link="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html",
    checks=(where(is_postgresql, every_of(logged("log_statement"), logged("log_min_duration_statement"))),),
)
