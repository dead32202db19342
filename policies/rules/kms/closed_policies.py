"""KMS-02: key policies are written down and admit nobody from outside."""

from policies.checks import present
from policies.controls import KEY_MANAGEMENT, LEAST_PRIVILEGE, controls, security_hub
from policies.document import Statement, admits_everybody, each_statement
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import KMS_KEY


def closed(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not admit everybody."""
    return require(not admits_everybody(statement), "policy admits every AWS account")


RULE = Rule(
    id="KMS-02",
    severity=Severity.CRITICAL,
    title="Key policies are written down and admit nobody from outside",
    rationale="Whoever may use a key reads all that it encrypts, whatever else is locked.",
    fix="Set `policy`, and in each statement with Principal * a condition on the account.",
    types=(KMS_KEY,),
    controls=controls(LEAST_PRIVILEGE, KEY_MANAGEMENT, hub=("KMS.5",)),
    link=security_hub("KMS.5"),
    checks=(
        present("policy"),
        each_statement("policy", closed),
    ),
)
