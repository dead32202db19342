"""STK-07: each pod-identity role trusts pods only and is one service account's."""

from policies.cluster import SERVICE_ACCOUNT, has_chart, in_namespace, name_of, namespace_of
from policies.controls import LEAST_PRIVILEGE, controls
from policies.document import Statement, conditions, principals, statements
from policies.graph import Graph, Node
from policies.pod import WORKLOADS, pod_template
from policies.rule import COMPLIANT, GraphRule, Parameters, Severity, Verdict, combine, decide, require, violating
from policies.tokens import IAM_ROLE
from policies.values import every, read, shown, some

_SERVICE = "pods.eks.amazonaws.com"
_TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


def one_role(association: Node, graph: Graph, _: Parameters) -> Verdict:
    """Its role is of this stack and has no other association."""
    roles = graph.references(association, "roleArn", IAM_ROLE)
    if not roles:
        return violating("roleArn is no role of this stack")
    sharing = [found.name for role in roles for found in graph.referrers(role, _TYPE, "roleArn")]
    return require(len(sharing) == 1, f"{roles[0].name} serves {shown(sharing)}")


def trusts_pods(association: Node, graph: Graph, _: Parameters) -> Verdict:
    """Every statement of the role's trust is for pods, for a source."""
    roles = graph.references(association, "roleArn", IAM_ROLE)
    found = [statement for role in roles for statement in statements(read(role.properties, "assumeRolePolicy"))]
    return combine(decide(_for_pods_of_a_source, statement) for statement in found)


def _for_pods_of_a_source(statement: Statement) -> Verdict:
    sourced = {"aws:sourcearn", "aws:sourceaccount"} & set(conditions(statement))
    for_pods = every(principals(statement), lambda principal: principal == _SERVICE)
    return require(for_pods and bool(sourced), "the role's trust is not for pods of a source alone")


def account_exists(association: Node, graph: Graph, _: Parameters) -> Verdict:
    """The service account is of this stack, or comes with a chart that this stack puts into the namespace."""
    namespace, wanted = (read(association.properties, name) for name in ("namespace", "serviceAccount"))
    if has_chart(namespace, graph):
        return COMPLIANT
    here = [(namespace_of(account), name_of(account)) for account in in_namespace(namespace, graph, SERVICE_ACCOUNT)]
    made = (namespace, wanted) in here
    return require(made, f"there is no service account {shown((namespace, wanted))} in this stack")


def account_is_used(association: Node, graph: Graph, _: Parameters) -> Verdict:
    """A workload of the namespace runs as the account; what a chart runs there is not seen."""
    if has_chart(read(association.properties, "namespace"), graph):
        return COMPLIANT
    namespace = read(association.properties, "namespace")
    account = read(association.properties, "serviceAccount")
    here = [workload for workload in in_namespace(namespace, graph, *WORKLOADS) if namespace_of(workload) == namespace]
    return require(some(here, lambda workload: _runs_as(workload, account)), f"no workload runs as {account}")


def _runs_as(workload: Node, account: str) -> bool:
    template = pod_template(workload.properties)
    return template is not None and read(template, "spec.serviceAccountName") == account


RULE = GraphRule(
    id="STK-07",
    severity=Severity.HIGH,
    title="Each pod-identity role trusts pods only and is one service account's",
    rationale="A role shared by two workloads has the rights of both.",
    fix=(
        "Set `roleArn` to a role of its own whose `assumeRolePolicy` trusts pods.eks.amazonaws.com for "
        "aws:SourceArn, and run a pod as `serviceAccount`."
    ),
    types=("aws:eks/podIdentityAssociation:PodIdentityAssociation",),
    controls=controls(LEAST_PRIVILEGE),
    link="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html",
    checks=(
        one_role,
        trusts_pods,
        account_exists,
        account_is_used,
    ),
)
