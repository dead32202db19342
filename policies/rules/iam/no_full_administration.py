"""IAM-01: no policy allows every action on every resource."""

from policies.controls import LEAST_PRIVILEGE, controls, security_hub
from policies.document import Statement, administers_all, each_statement
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import IAM_POLICIES


def limited(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not combine every action with every resource."""
    return require(not administers_all(statement), "a statement allows * on *")


RULE = Rule(
    id="IAM-01",
    severity=Severity.CRITICAL,
    title="No policy allows every action on every resource",
    rationale="Whoever gets hold of such a role owns the account.",
    fix="Name the actions in `Action` and the ARNs in `Resource` of the statement.",
    types=IAM_POLICIES,
    controls=controls(LEAST_PRIVILEGE, hub=("IAM.1",), cis=("1.15",)),
    link=security_hub("IAM.1"),
    checks=(each_statement("policy", limited),),
)
