"""IAM-02: no policy allows a whole service, or all but a few actions."""

from policies.controls import LEAST_PRIVILEGE, controls, security_hub
from policies.document import Statement, allows, each_statement, short_of_administration, values
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require, violating
from policies.tokens import IAM_POLICIES
from policies.values import shown, some


def named(statement: Statement, _: Parameters) -> Verdict:
    """An Allow lists actions by name or by a prefix of it."""
    if not allows(statement):
        return COMPLIANT
    if statement.get("NotAction"):
        return violating("a statement allows by NotAction")
    actions = values(statement, "Action")
    whole = some(actions, lambda action: action == "*" or action.endswith(":*"))
    return require(not whole, f"a statement allows {shown(actions)}, must name each action")


RULE = Rule(
    id="IAM-02",
    severity=Severity.HIGH,
    title="No policy allows a whole service, or all but a few actions",
    rationale="A service grows new actions, and the policy grants them before anybody has read of them.",
    fix="Name each action in `Action`, and use Deny instead of `NotAction`.",
    types=IAM_POLICIES,
    controls=controls(LEAST_PRIVILEGE, hub=("IAM.21",)),
    link=security_hub("IAM.21"),
    checks=(each_statement("policy", short_of_administration(named)),),
)
