"""BUD-02: every stack has a budget."""

from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameter, Parameters, Severity, Verdict, require

_BUDGET = "aws:budgets/budget:Budget"


def budgeted(_: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """A budget is in the stack."""
    if not parameters["required"]:
        return NOT_APPLICABLE
    return require(bool(graph.of(_BUDGET)), "no budget is in the stack")


RULE = GraphRule(
    id="BUD-02",
    severity=Severity.LOW,
    title="Every stack has a budget",
    rationale="What nobody set a limit for grows until the invoice.",
    fix="Declare an `aws:budgets/budget:Budget` with `limitAmount`.",
    types=("pulumi:pulumi:Stack",),
    controls={},
    without_controls="cost is no control of any framework",
    link="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    parameters={"required": Parameter(default=True, description="Whether the stack itself declares the budget.")},
    checks=(budgeted,),
)
