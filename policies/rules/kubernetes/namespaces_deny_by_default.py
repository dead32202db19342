"""K8S-15: every namespace denies all traffic that no policy allows."""

from policies.cluster import NAMESPACE, NETWORK_POLICY, in_namespace, name_of, namespace_of
from policies.controls import NETWORK_BOUNDARY, controls
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.values import every, read, read_list, some


def denied(namespace: Node, graph: Graph, _: Parameters) -> Verdict:
    """A policy for all of its pods stands in both ways and lets through only what it names."""
    policies = in_namespace(name_of(namespace), graph, NETWORK_POLICY)
    closed = some(policies, lambda policy: namespace_of(policy) == name_of(namespace) and _denies_all(policy))
    return require(closed, "no NetworkPolicy denies all of its pods ingress and egress")


def _denies_all(policy: Node) -> bool:
    spec = policy.properties
    types = read_list(spec, "spec.policyTypes")
    ways = all(some(types, lambda named, way=way: named == way) for way in ("Ingress", "Egress"))
    rules = [*read_list(spec, "spec.ingress"), *read_list(spec, "spec.egress")]
    return ways and every(rules, bool) and not read(spec, "spec.podSelector")


RULE = GraphRule(
    id="K8S-15",
    severity=Severity.MEDIUM,
    title="Every namespace denies all traffic that no policy allows",
    rationale="Otherwise one pod that is taken reaches every other.",
    fix=(
        "Declare a `NetworkPolicy` in the namespace with an empty `podSelector` and `policyTypes` Ingress and Egress."
    ),
    types=(NAMESPACE,),
    controls=controls(NETWORK_BOUNDARY, eks=("4.3.2",), nsa=("Network separation",)),
    link="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    checks=(denied,),
)
