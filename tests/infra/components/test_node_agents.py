from infra.components.node_agents import NodeAgents, NodeAgentsArgs
from infra.shared.arn import Account
from tests.infra.recorder import Registered, record_component

ARGS = NodeAgentsArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    pod_identity_agent_version="v1.3.10-eksbuild.2",
    vpc_cni_version="v1.21.1-eksbuild.8",
    kube_proxy_version="v1.35.3-eksbuild.5",
)
GRAPH = record_component(lambda opts: NodeAgents("node-agents", ARGS, opts))


def add_on(name: str) -> Registered:
    return GRAPH.one("aws:eks/addon:Addon", f"node-agents-{name}")


def test_each_agent_is_pinned() -> None:
    pinned = {each.inputs["addonName"]: each.inputs["addonVersion"] for each in GRAPH.of_type("aws:eks/addon:Addon")}
    assert pinned == {
        "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
        "kube-proxy": "v1.35.3-eksbuild.5",
        "vpc-cni": "v1.21.1-eksbuild.8",
    }
    assert {each.inputs["clusterName"] for each in GRAPH.of_type("aws:eks/addon:Addon")} == {"fortress-dev"}


def test_network_policies_are_enforced() -> None:
    assert add_on("vpc-cni").json("configurationValues") == {"enableNetworkPolicy": "true"}


def test_addresses_are_asked_for_by_a_role_of_its_own_that_the_agent_before_it_hands_out() -> None:
    (association,) = add_on("vpc-cni").inputs["podIdentityAssociations"]
    assert association == {
        "roleArn": "arn:aws:iam::123456789012:role/node-agents-vpc-cni",
        "serviceAccount": "aws-node",
    }
    assert GRAPH.stands_on(add_on("vpc-cni"), add_on("eks-pod-identity-agent"))
    attachment = GRAPH.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
    assert GRAPH.stands_on(add_on("vpc-cni"), attachment)


def test_the_role_is_taken_by_pods_of_this_cluster_alone() -> None:
    (trust,) = GRAPH.one("aws:iam/role:Role").json("assumeRolePolicy")["Statement"]
    assert trust["Principal"] == {"Service": ["pods.eks.amazonaws.com"]}
    assert trust["Condition"] == {"ArnEquals": {"aws:SourceArn": "arn:cluster"}}
