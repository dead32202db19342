"""A stack on nodes that it declares itself: what comes in what order, and what the other kind leaves behind."""

from collections.abc import Callable

import pytest

from infra import versions
from tests.infra.program import MANAGED, WHOLE_STACKS, Run
from tests.infra.recorder import Graph, Registered

Program = Callable[[Run], Graph]
ADD_ON, RELEASE = "aws:eks/addon:Addon", "kubernetes:helm.sh/v3:Release"
OF_AUTO_MODE = ("eks.amazonaws.com/", "karpenter.sh/")


@pytest.fixture(scope="module")
def graph(program: Program) -> Graph:
    return program(MANAGED)


def add_on(graph: Graph, name: str) -> Registered:
    (found,) = (each for each in graph.of_type(ADD_ON) if each.inputs["addonName"] == name)
    return found


def test_what_nodes_need_to_join_stands_before_them_and_what_needs_a_node_after(graph: Graph) -> None:
    group = graph.one("aws:eks/nodeGroup:NodeGroup")
    order = [
        *((group, add_on(graph, agent)) for agent in ("eks-pod-identity-agent", "kube-proxy", "vpc-cni")),
        *((add_on(graph, service), group) for service in ("coredns", "metrics-server")),
    ]
    assert [(later.name, earlier.name) for later, earlier in order if not graph.stands_on(later, earlier)] == []
    assert len(graph.of_type(ADD_ON)) == 5


def test_everything_in_the_cluster_is_deleted_before_the_nodes(graph: Graph) -> None:
    group = graph.one("aws:eks/nodeGroup:NodeGroup")
    objects = [each for each in graph if each.custom and each.type.startswith("kubernetes:")]
    assert len(objects) > 50
    assert [each.name for each in objects if not graph.stands_on(each, group)] == []


def test_nodes_have_their_rights_before_they_start(graph: Graph) -> None:
    group = graph.one("aws:eks/nodeGroup:NodeGroup")
    attachments = graph.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    of_nodes = [each for each in attachments if each.inputs["role"] == "cluster-node"]
    assert len(of_nodes) == 2
    assert all(graph.stands_on(group, each) for each in of_nodes)


def test_the_gateway_waits_for_who_registers_it_and_every_controller_for_who_makes_room(graph: Graph) -> None:
    controller, scaling = graph.one(RELEASE, "target-binding"), graph.one(RELEASE, "node-scaling")
    binding = graph.one("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding")
    assert graph.stands_on(binding, controller)
    assert graph.stands_on(graph.one(RELEASE, "ingress"), controller)
    charts = [each for each in graph.of_type(RELEASE) if each not in (controller, scaling)]
    assert all(graph.stands_on(each, scaling) for each in charts)


def test_the_gateways_namespace_asks_the_controller_for_readiness_gates(graph: Graph) -> None:
    labels = graph.one("kubernetes:core/v1:Namespace", "ingress").inputs["metadata"]["labels"]
    watched = graph.one(RELEASE, "target-binding").inputs["values"]["watchNamespace"]
    assert labels["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    assert graph.one("kubernetes:core/v1:Namespace", "ingress").inputs["metadata"]["name"] == watched


def test_nothing_of_auto_mode_is_left(graph: Graph) -> None:
    cluster = graph.one("aws:eks/cluster:Cluster").inputs
    assert not {"computeConfig", "storageConfig"} & set(cluster)
    assert "elasticLoadBalancing" not in cluster["kubernetesNetworkConfig"]
    assert [each.type for each in graph if any(group in each.type for group in OF_AUTO_MODE)] == []
    assert [each.name for each in graph.of_type("kubernetes:core/v1:ConfigMap") if "policy" in each.name] == []


def test_nodes_are_where_the_stores_take_their_clients_from(graph: Graph) -> None:
    """By the cluster's own security group, which EKS gives nodes whose template names none."""
    assert "vpcSecurityGroupIds" not in graph.one("aws:ec2/launchTemplate:LaunchTemplate").inputs
    private = [f"network-private-{zone}-id" for zone in ("a", "b")]
    assert graph.one("aws:eks/nodeGroup:NodeGroup").inputs["subnetIds"] == private


def test_their_volumes_are_under_a_key_of_their_own(program: Program, graph: Graph) -> None:
    (disk,) = graph.one("aws:ec2/launchTemplate:LaunchTemplate").inputs["blockDeviceMappings"]
    assert disk["ebs"]["kmsKeyId"].endswith(":key/keys-nodes")
    others = [key.name for run in WHOLE_STACKS for key in program(run).of_type("aws:kms/key:Key")]
    assert "keys-nodes" not in others


def test_admission_leaves_the_images_of_the_new_charts_to_them_and_nothing_else(graph: Graph) -> None:
    binding = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding"

    def let_alone(name: str) -> set[str]:
        selector = graph.one(binding, name).inputs["spec"]["matchResources"]["namespaceSelector"]
        return set(selector["matchExpressions"][0]["values"])

    added = {"aws-load-balancer-controller", "cluster-autoscaler"}
    assert added <= let_alone("admission-images")
    assert not added & let_alone("admission-restricted-pods")


def test_what_must_be_of_the_clusters_version_is() -> None:
    assert versions.KUBE_PROXY_ADD_ON.startswith(f"v{versions.EKS}.")
    assert versions.CLUSTER_AUTOSCALER.startswith(f"v{versions.EKS}.")


def test_the_stacks_that_ship_have_none_of_it(program: Program) -> None:
    for run in WHOLE_STACKS:
        assert program(run).of_type("aws:eks/nodeGroup:NodeGroup") == []
        assert program(run).one("aws:eks/cluster:Cluster").inputs["computeConfig"]["enabled"] is True
