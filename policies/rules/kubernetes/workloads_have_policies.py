"""K8S-21: every workload's traffic is limited by network policies, both ways."""

from policies.cluster import NETWORK_POLICY, in_namespace, namespace_of, picks
from policies.controls import NETWORK_BOUNDARY, controls
from policies.graph import Graph, Node
from policies.pod import WORKLOADS
from policies.rule import GraphRule, Parameters, Severity, Verdict, combine, decide, require
from policies.values import read_list, some


def selected(workload: Node, graph: Graph, _: Parameters) -> Verdict:
    """For each way a policy picks the pods."""
    return combine(decide(_limited, workload, graph, way) for way in ("Ingress", "Egress"))


def _limited(workload: Node, graph: Graph, way: str) -> Verdict:
    here = in_namespace(namespace_of(workload), graph, NETWORK_POLICY)
    policies = [policy for policy in here if _is_for(policy, way)]
    picked = some(policies, lambda policy: picks(policy, "spec.podSelector", workload))
    return require(picked, f"no NetworkPolicy for {way} picks its pods")


def _is_for(policy: Node, way: str) -> bool:
    return some(read_list(policy.properties, "spec.policyTypes"), lambda named: named == way)


RULE = GraphRule(
    id="K8S-21",
    severity=Severity.MEDIUM,
    title="Every workload's traffic is limited by network policies, both ways",
    rationale="A pod that no policy picks may talk to everything, the metadata service included.",
    fix=(
        "Declare `NetworkPolicy` objects of which `spec.podSelector` picks the workload's pods, for Ingress"
        " and for Egress."
    ),
    types=WORKLOADS,
    controls=controls(NETWORK_BOUNDARY, eks=("4.3.2",), nsa=("Network separation",)),
    link="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    checks=(selected,),
)
