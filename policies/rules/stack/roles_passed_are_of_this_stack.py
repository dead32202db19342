"""STK-17: only roles of this stack are passed to services."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.document import Statement, grants, statements, values
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, combine, decide, require
from policies.tokens import IAM_POLICIES, IAM_ROLE
from policies.values import every, read, shown, some


def in_stack(policy: Node, graph: Graph, _: Parameters) -> Verdict:
    """Each exact role that a statement lets its holder pass is a role of the stack; patterns are IAM-03's matter."""
    found = statements(read(policy.properties, "policy"))
    return combine(decide(_passes_own, statement, graph) for statement in found)


def _passes_own(statement: Statement, graph: Graph) -> Verdict:
    if not grants(statement, "iam:PassRole"):
        return NOT_APPLICABLE
    roles = values(statement, "Resource")
    own = every(roles, lambda arn: arn.endswith("*") or _is_here(arn.rpartition("/")[2], graph))
    return require(own, f"iam:PassRole is allowed on {shown(roles)}, which is no role of this stack")


def _is_here(name: str, graph: Graph) -> bool:
    return some(graph.alike(_name_of, name, IAM_ROLE), lambda role: _name_of(role) == name)


def _name_of(role: Node) -> str | None:
    return read(role.properties, "name")


RULE = GraphRule(
    id="STK-17",
    severity=Severity.HIGH,
    title="Only roles of this stack are passed to services",
    rationale="Who passes somebody else's role to a service has that role's rights.",
    fix="Set `Resource` of the statement that allows iam:PassRole to the `arn` of a role of the stack.",
    types=IAM_POLICIES,
    controls=controls(LEAST_PRIVILEGE),
    link="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    checks=(in_stack,),
)
