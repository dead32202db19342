"""SEC-06: who may read secrets may read those that are named."""

from policies.controls import LEAST_PRIVILEGE, SECRETS, controls
from policies.document import Statement, each_statement, grants, short_of_administration, values
from policies.rule import NOT_APPLICABLE, Parameters, Rule, Severity, Verdict, require
from policies.tokens import IAM_POLICIES
from policies.values import every, shown

_READING = ("secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter")
_SUFFIX = "-??????"


def named(statement: Statement, _: Parameters) -> Verdict:
    """A statement that lets secrets be read names each, at most with the six characters that AWS adds."""
    if not any(grants(statement, action) for action in _READING):
        return NOT_APPLICABLE
    readable = values(statement, "Resource")
    exact = every(readable, lambda arn: not set("*?") & set(arn.removesuffix(_SUFFIX)))
    return require(exact and not statement.get("NotResource"), f"secrets may be read by the pattern {shown(readable)}")


RULE = Rule(
    id="SEC-06",
    severity=Severity.HIGH,
    title="Who may read secrets may read those that are named",
    rationale="A pattern takes in the secrets that are made tomorrow.",
    fix="Set `Resource` to the ARN of each secret.",
    types=IAM_POLICIES,
    controls=controls(LEAST_PRIVILEGE, SECRETS),
    link="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html",
    checks=(each_statement("policy", short_of_administration(named)),),
)
