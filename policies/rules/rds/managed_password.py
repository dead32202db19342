"""RDS-12: databases keep their master password themselves, under a name of our own."""

from policies.checks import absent, equals
from policies.controls import SECRETS, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import RDS_INSTANCE
from policies.values import Properties, read, shown

_DEFAULT_NAMES = ("postgres", "admin", "root", "mysql", "administrator", "user")


def own_name(instance: Properties, _: Parameters) -> Verdict:
    """The master user is not called what every attacker tries first."""
    name = (read(instance, "username") or "").lower()
    return require(name not in _DEFAULT_NAMES, f"username is {shown(name or None)}, which everybody guesses")


RULE = Rule(
    id="RDS-12",
    severity=Severity.HIGH,
    title="Databases keep their master password themselves, under a name of our own",
    rationale="A password in the program ends up in state, in logs and in somebody's clipboard.",
    fix=(
        "Set `manageMasterUserPassword` to true, leave out `password`, and choose a `username` that is not "
        "the engine's default."
    ),
    types=(RDS_INSTANCE,),
    controls=controls(SECRETS, hub=("RDS.25",)),
    link=security_hub("RDS.25"),
    checks=(
        equals("manageMasterUserPassword", True, default=False),
        absent("password"),
        own_name,
    ),
)
