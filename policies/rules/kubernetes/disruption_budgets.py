"""K8S-19: every server keeps pods through maintenance and lets nodes go."""

from policies.cluster import DISRUPTION_BUDGET, in_namespace, namespace_of, picks
from policies.controls import AVAILABILITY, controls
from policies.graph import Graph, Node
from policies.pod import SERVERS
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, combine, decide, require, violating
from policies.values import read, shown

_BLOCKING = (("spec.maxUnavailable", (0, "0", "0%")), ("spec.minAvailable", ("100%",)))


def budgeted(workload: Node, graph: Graph, _: Parameters) -> Verdict:
    """A budget picks the pods, and it is none that blocks every eviction."""
    if read(workload.properties, "spec.replicas") == 1:
        return NOT_APPLICABLE
    here = in_namespace(namespace_of(workload), graph, DISRUPTION_BUDGET)
    budgets = [budget for budget in here if picks(budget, "spec.selector", workload)]
    if not budgets:
        return violating("no PodDisruptionBudget picks its pods")
    return combine(decide(_lets_go, budget, path, blocked) for budget in budgets for path, blocked in _BLOCKING)


def _lets_go(budget: Node, path: str, blocked: tuple[int | str, ...]) -> Verdict:
    value = read(budget.properties, path)
    return require(value is None or value not in blocked, f"{budget.name} has {path} {shown(value)}, which blocks all")


RULE = GraphRule(
    id="K8S-19",
    severity=Severity.MEDIUM,
    title="Every server keeps pods through maintenance and lets nodes go",
    rationale=(
        "Without a budget a node's upgrade may end all pods at once, with one that allows nothing it never ends."
    ),
    fix=(
        "Declare a `PodDisruptionBudget` that picks the pods, with `maxUnavailable` above 0 or "
        "`minAvailable` below all."
    ),
    types=SERVERS,
    controls=controls(AVAILABILITY),
    link="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    checks=(budgeted,),
)
