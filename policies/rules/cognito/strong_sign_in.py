"""COG-01: the user pool asks for strong passwords and a second factor."""

from policies.checks import at_least, one_of
from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_LONGEST_DAYS = 7


def at_most_days(pool: Properties, _: Parameters) -> Verdict:
    """A temporary password is good for a week at most."""
    days = read(pool, "passwordPolicy.temporaryPasswordValidityDays")
    return require(days is None or days <= _LONGEST_DAYS, f"temporary passwords last {shown(days)} days, may last 7")


RULE = Rule(
    id="COG-01",
    severity=Severity.HIGH,
    title="The user pool asks for strong passwords and a second factor",
    rationale="Passwords from other sites' leaks are tried on every shop.",
    fix="Set `passwordPolicy.minimumLength` to 12 or more and `mfaConfiguration` to ON or OPTIONAL.",
    types=("aws:cognito/userPool:UserPool",),
    controls=controls(AUTHENTICATION, hub=("Cognito.3", "Cognito.6")),
    link=security_hub("Cognito.3"),
    checks=(
        at_least("passwordPolicy.minimumLength", 12),
        one_of("mfaConfiguration", ("ON", "OPTIONAL"), default="OFF"),
        at_most_days,
    ),
)
