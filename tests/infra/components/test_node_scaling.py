from infra.components.node_scaling import NodeScaling, NodeScalingArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = NodeScalingArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    charts="https://autoscaler.example.com",
    chart_version="9.59.0",
    image_repository="registry.example.com/fortress-dev/k8s/autoscaling/cluster-autoscaler",
    image_tag="v1.35.2",
    replicas=2,
    kubernetes_version="1.35",
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    group_prefix="fortress-dev-",
    dns_cidrs=["172.20.0.0/16"],
)
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GRAPH = record_component(lambda opts: NodeScaling("node-scaling", ARGS, opts))
RELEASE = GRAPH.one("kubernetes:helm.sh/v3:Release")
VALUES = RELEASE.inputs["values"]


def test_the_chart_is_pinned_and_runs_the_build_that_was_named() -> None:
    assert (RELEASE.inputs["chart"], RELEASE.inputs["version"]) == ("cluster-autoscaler", "9.59.0")
    assert RELEASE.inputs["repositoryOpts"] == {"repo": "https://autoscaler.example.com"}
    assert RELEASE.inputs["atomic"] is True
    assert VALUES["image"] == {"repository": ARGS.image_repository, "tag": "v1.35.2"}


def test_it_finds_the_groups_of_this_cluster_by_their_tags_without_the_nodes_metadata() -> None:
    assert VALUES["autoDiscovery"] == {"clusterName": "fortress-dev"}
    assert VALUES["awsRegion"] == "eu-central-1"


def test_it_sizes_groups_of_this_cluster_and_looks_at_the_rest() -> None:
    statements = {each["Sid"]: each for each in GRAPH.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]}
    sizing = statements.pop("SizeNodeGroups")
    assert sizing["Action"] == ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    assert sizing["Resource"] == [
        "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:*:autoScalingGroupName/eks-fortress-dev-*"
    ]
    assert sizing["Condition"] == {"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/fortress-dev": "owned"}}
    looking = [action.partition(":")[2] for each in statements.values() for action in each["Action"]]
    assert all(action.startswith("Describe") for action in looking)


def test_its_role_stands_before_its_pods() -> None:
    association = GRAPH.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    account = VALUES["rbac"]["serviceAccount"]["name"]
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("cluster-autoscaler", account)
    assert GRAPH.stands_on(RELEASE, association)
    assert GRAPH.stands_on(RELEASE, GRAPH.one("aws:iam/rolePolicy:RolePolicy"))


def test_empty_nodes_go_whatever_of_the_platform_is_on_them() -> None:
    assert VALUES["extraArgs"] == {"skip-nodes-with-local-storage": False, "skip-nodes-with-system-pods": False}


def test_nobody_calls_it_and_it_runs_under_the_restricted_profile() -> None:
    labels = GRAPH.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert "ingress" not in GRAPH.one(NETWORK_POLICY, "node-scaling").inputs["spec"]
    assert GRAPH.one(NETWORK_POLICY, "node-scaling-default-deny").inputs["spec"]["ingress"] == []
    assert VALUES["securityContext"]["runAsNonRoot"] is True
    assert VALUES["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert VALUES["containerSecurityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
