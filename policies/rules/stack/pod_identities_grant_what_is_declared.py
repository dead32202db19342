"""STK-23: a pod identity grants nothing that its workload does not declare."""

from collections.abc import Iterator

from policies.cluster import CONFIG_MAP, has_chart, in_namespace, namespace_of
from policies.controls import LEAST_PRIVILEGE, controls
from policies.graph import Graph, Node
from policies.pod import WORKLOADS, pod_template
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import BUCKET, DATA_STORES, IAM_ROLE, LOG_GROUP, REPOSITORY, TOPIC
from policies.values import read, shown

_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_SETTINGS = (CONFIG_MAP, "kubernetes:core/v1:Secret")
_GRANTED = (
    *DATA_STORES,
    BUCKET,
    TOPIC,
    LOG_GROUP,
    REPOSITORY,
    "aws:amp/workspace:Workspace",
    "aws:dynamodb/table:Table",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:secretsmanager/secret:Secret",
    "aws:sqs/queue:Queue",
)


def declared(association: Node, graph: Graph, _: Parameters) -> Verdict:
    """What the role's policies refer to is what the pods are configured with; what a chart runs is not seen."""
    roles = graph.references(association, "roleArn", IAM_ROLE)
    policies = [policy for role in roles for policy in graph.referrers(role, _POLICY, "role")]
    granted = {found for policy in policies for found in graph.depends_on(policy, "policy", *_GRANTED)}
    if not granted or has_chart(read(association.properties, "namespace"), graph):
        return NOT_APPLICABLE
    configured = {found for workload in _workloads(association, graph) for found in _configured(workload, graph)}
    beyond = sorted(found.name for found in granted - configured)
    return require(not beyond, f"its role reaches {shown(beyond)}, of which the workload's configuration says nothing")


def _workloads(association: Node, graph: Graph) -> Iterator[Node]:
    namespace = read(association.properties, "namespace")
    account = read(association.properties, "serviceAccount")
    for workload in in_namespace(namespace, graph, *WORKLOADS):
        template = pod_template(workload.properties)
        runs_as = None if template is None else read(template, "spec.serviceAccountName")
        if runs_as == account and namespace_of(workload) == namespace:
            yield workload


def _configured(workload: Node, graph: Graph) -> Iterator[Node]:
    yield from graph.depends_on(workload, "spec", *_GRANTED)
    for settings in graph.depends_on(workload, "spec", *_SETTINGS):
        for path in ("data", "stringData"):
            yield from graph.depends_on(settings, path, *_GRANTED)


RULE = GraphRule(
    id="STK-23",
    severity=Severity.HIGH,
    title="A pod identity grants nothing that its workload does not declare",
    rationale="A right that no configuration mentions is one that nobody will miss when it is abused.",
    fix="Remove the resource from the role's `policy`, or pass its name to the pods by their ConfigMap.",
    types=(_ASSOCIATION,),
    controls=controls(LEAST_PRIVILEGE),
    link="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
    checks=(declared,),
)
