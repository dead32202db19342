"""Reading what belongs together in Kubernetes: namespaces, labels and the selectors that pick pods."""

from typing import Any

from policies.graph import Graph, Node
from policies.pod import pod_template
from policies.values import Properties, known, read, some

NAMESPACE = "kubernetes:core/v1:Namespace"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SERVICE = "kubernetes:core/v1:Service"
SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
CHART = "kubernetes:helm.sh/v3:Release"
DISRUPTION_BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"


def namespace_of(node: Node) -> str:
    """The namespace a resource is in; `default` where it names none."""
    return read(node.properties, "metadata.namespace") or "default"


def name_of(node: Node) -> str:
    """The object's own name, the resource's where it is generated."""
    return read(node.properties, "metadata.name") or node.name


def has_chart(namespace: str, graph: Graph) -> bool:
    """Whether the stack puts a chart into the namespace, of which the objects are not in the graph."""
    return some(
        graph.alike(_namespace_of_chart, namespace, CHART), lambda chart: _namespace_of_chart(chart) == namespace
    )


def _namespace_of_chart(chart: Node) -> str | None:
    return read(chart.properties, "namespace")


def pod_labels(workload: Node) -> dict[str, Any]:
    """The labels of the pods that a workload makes."""
    template = pod_template(workload.properties)
    return {} if template is None else read(template, "metadata.labels") or {}


def selects(selector: Properties, labels: dict[str, Any]) -> bool:
    """Whether a selector by labels picks pods with these; one without labels picks every pod."""
    wanted = read(selector, "matchLabels") or {}
    return all(known(labels.get(key), key) == known(value, key) for key, value in wanted.items())


def in_namespace(namespace: str, graph: Graph, *types: str) -> list[Node]:
    """The resources of these types in the namespace, and those of which the namespace is not known yet."""
    return graph.alike(namespace_of, namespace, *types)


def picks(policy: Node, path: str, workload: Node) -> bool:
    """Whether the selector at a path of a policy or budget picks the workload's pods, in the same namespace."""
    return namespace_of(policy) == namespace_of(workload) and selects(
        read(policy.properties, path) or {}, pod_labels(workload)
    )
