"""IAM-08: roles live within a boundary where one is asked for, and sessions are short."""

from policies.checks import present, when
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.tokens import IAM_ROLE
from policies.values import Properties, read, shown


def short(role: Properties, parameters: Parameters) -> Verdict:
    """A session ends within the hours allowed."""
    seconds, longest = read(role, "maxSessionDuration"), parameters["longest_seconds"]
    return require(seconds is None or seconds <= longest, f"maxSessionDuration is {shown(seconds)}, may be {longest}")


RULE = Rule(
    id="IAM-08",
    severity=Severity.MEDIUM,
    title="Roles live within a boundary where one is asked for, and sessions are short",
    rationale="A stolen session is worth what is left of its hours.",
    fix="Set `permissionsBoundary` and `maxSessionDuration` to the parameter `longest_seconds` or less.",
    types=(IAM_ROLE,),
    controls=controls(LEAST_PRIVILEGE),
    link="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html",
    parameters={
        "longest_seconds": Parameter(default=14400, description="How long a session may last."),
        "boundary": Parameter(default=False, description="Whether every role needs a permissions boundary."),
    },
    checks=(
        short,
        when("boundary", present("permissionsBoundary")),
    ),
)
