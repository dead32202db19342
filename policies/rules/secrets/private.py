"""SEC-03: no secret is open to everybody."""

from policies.checks import equals
from policies.controls import PUBLIC_ACCESS, SECRETS, controls
from policies.document import Statement, admits_everybody, each_statement
from policies.rule import Parameters, Rule, Severity, Verdict, require


def closed(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not admit everybody."""
    return require(not admits_everybody(statement), "policy admits every AWS account")


RULE = Rule(
    id="SEC-03",
    severity=Severity.CRITICAL,
    title="No secret is open to everybody",
    rationale="A public secret is not one.",
    fix="Name the principals in `policy` and set `blockPublicPolicy` to true.",
    types=("aws:secretsmanager/secretPolicy:SecretPolicy",),
    controls=controls(PUBLIC_ACCESS, SECRETS),
    link="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
    checks=(
        each_statement("policy", closed),
        equals("blockPublicPolicy", True, default=False),
    ),
)
