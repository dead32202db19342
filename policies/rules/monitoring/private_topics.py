"""MON-04: no topic is open to everybody."""

from policies.controls import LEAST_PRIVILEGE, PUBLIC_ACCESS, controls, security_hub
from policies.document import Statement, admits_everybody, each_statement
from policies.rule import Parameters, Rule, Severity, Verdict, require


def closed(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not admit everybody."""
    return require(not admits_everybody(statement), "policy admits every AWS account")


RULE = Rule(
    id="MON-04",
    severity=Severity.HIGH,
    title="No topic is open to everybody",
    rationale="A false alarm sends people the wrong way while the true one waits.",
    fix="Name the principals in `policy`, or add a condition on aws:SourceAccount.",
    types=("aws:sns/topicPolicy:TopicPolicy",),
    controls=controls(LEAST_PRIVILEGE, PUBLIC_ACCESS, hub=("SNS.4",)),
    link=security_hub("SNS.4"),
    checks=(each_statement("policy", closed),),
)
