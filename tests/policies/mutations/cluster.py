"""What goes wrong in the cluster of the program's own stack, a violation for each rule."""

from tests.policies.case import REMOVED, Resource
from tests.policies.mutation import CopyOf, Mutation, added, done

_DEPLOYMENT = "kubernetes:apps/v1:Deployment"

MUTATIONS = {
    "EKS-01": done("cluster", "no private endpoint"),
    "EKS-02": done("cluster", "none"),
    "EKS-03": done("cluster", "without audit"),
    "EKS-04": done("cluster", "old"),
    "EKS-05": done("cluster", "the creator"),
    "EKS-06": added("SSH from the world"),
    "EKS-07": done("cluster-platform", "a user"),
    "EKS-08": done("collector", "no session tags"),
    "EKS-09": done("cluster", "off"),
    "EKS-10": done("cluster-metrics-server", "unpinned"),
    "EKS-11": done("cluster", "no storage"),
    "EKS-12": Mutation(change={"ConfigMap::add-ons-network-policy-controller": REMOVED}),
    "K8S-01": done("collector", "a container", type_=_DEPLOYMENT),
    "K8S-02": done("collector", "network"),
    "K8S-03": done("collector", "allowed"),
    "K8S-04": done("collector", "root"),
    "K8S-05": done("collector", "nothing dropped"),
    "K8S-06": done("collector", "unsaid"),
    "K8S-07": done("collector", "unsaid"),
    "K8S-08": done("collector", "the node's"),
    "K8S-09": done("collector", "a token"),
    "K8S-10": done("orders-relay-worker", "a tag"),
    "K8S-11": done("collector", "no memory limit"),
    "K8S-12": done("orders-rollout", "no readiness"),
    "K8S-13": done("orders-relay-worker", "one"),
    "K8S-14": Mutation(
        change={
            "ConfigMap::stray": Resource(
                type="kubernetes:core/v1:ConfigMap", properties={"metadata": {"name": "stray"}}
            )
        }
    ),
    "K8S-15": Mutation(change={"NetworkPolicy::ingress": REMOVED}),
    "K8S-16": added("every verb"),
    "K8S-17": added("administration"),
    "K8S-18": done("collector", "a balancer"),
    "K8S-19": Mutation(change={"PodDisruptionBudget::collector": REMOVED}),
    "K8S-20": done("collector", "baseline"),
    "K8S-21": Mutation(
        change={"Job::second": CopyOf("Job::orders-migration"), "Job::second.metadata.namespace": "kube-system"}
    ),
    "K8S-22": added("no web ACL", {"Ingress::added.metadata.namespace": "orders"}),
}
