from infra.components.target_binding import TargetBinding, TargetBindingArgs
from tests.infra.recorder import record_component

ARGS = TargetBindingArgs(
    charts="https://eks.example.com",
    version="3.5.0",
    image_repository="registry.example.com/fortress-dev/ecr-public/eks/aws-load-balancer-controller",
    replicas=2,
    kubernetes_version="1.35",
    region="eu-central-1",
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    vpc_id="vpc-1",
    target_group_arn="arn:targets",
    bound_namespace="istio-ingress",
    control_plane_cidrs=["172.20.0.0/16", "10.30.0.0/17"],
    dns_cidrs=["172.20.0.0/16"],
)
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GRAPH = record_component(lambda opts: TargetBinding("target-binding", ARGS, opts))
RELEASE = GRAPH.one("kubernetes:helm.sh/v3:Release")
VALUES = RELEASE.inputs["values"]


def test_the_chart_is_pinned_and_a_failed_release_rolled_back() -> None:
    assert (RELEASE.inputs["chart"], RELEASE.inputs["version"]) == ("aws-load-balancer-controller", "3.5.0")
    assert RELEASE.inputs["repositoryOpts"] == {"repo": "https://eks.example.com"}
    assert RELEASE.inputs["atomic"] is True


def test_it_runs_from_the_mirrored_image() -> None:
    assert VALUES["image"] == {"repository": ARGS.image_repository}


def test_it_registers_with_one_target_group_and_changes_nothing_else_in_aws() -> None:
    statements = {each["Sid"]: each for each in GRAPH.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]}
    assert statements["RegisterPods"]["Resource"] == ["arn:targets"]
    assert statements["RegisterPods"]["Action"] == [
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
    ]
    looking = statements["LookAround"]["Action"]
    assert set(statements) == {"LookAround", "RegisterPods"}
    assert all(action.partition(":")[2].startswith("Describe") for action in looking)


def test_it_makes_no_load_balancer_whatever_somebody_declares() -> None:
    assert VALUES["controllerConfig"] == {
        "featureGates": {"ALBGatewayAPI": False, "EnableServiceController": False, "NLBGatewayAPI": False}
    }
    assert VALUES["watchNamespace"] == "istio-ingress"
    assert not any(
        VALUES[key]
        for key in ("createIngressClassResource", "enableServiceMutatorWebhook", "enableBackendSecurityGroup")
    )
    assert VALUES["webhookConfig"] == {"disableIngressValidation": True}


def test_it_is_told_what_it_would_ask_the_nodes_metadata_for() -> None:
    told = {key: VALUES[key] for key in ("clusterName", "region", "vpcId")}
    assert told == {"clusterName": "fortress-dev", "region": "eu-central-1", "vpcId": "vpc-1"}


def test_no_gateway_starts_without_its_readiness_gate() -> None:
    assert VALUES["podMutatorWebhookConfig"] == {"failurePolicy": "Fail"}
    assert VALUES["replicaCount"] == 2
    assert VALUES["podDisruptionBudget"] == {"maxUnavailable": 1}


def test_its_role_stands_before_its_pods() -> None:
    association = GRAPH.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    named = (association.inputs["namespace"], association.inputs["serviceAccount"])
    assert named == ("aws-load-balancer-controller", VALUES["serviceAccount"]["name"])
    assert GRAPH.stands_on(RELEASE, association)
    assert GRAPH.stands_on(RELEASE, GRAPH.one("aws:iam/rolePolicy:RolePolicy"))


def test_only_the_api_server_calls_it_and_it_runs_under_the_restricted_profile() -> None:
    labels = GRAPH.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    (rule,) = GRAPH.one(NETWORK_POLICY, "target-binding").inputs["spec"]["ingress"]
    assert [peer["ipBlock"]["cidr"] for peer in rule["from"]] == ["172.20.0.0/16", "10.30.0.0/17"]
    assert rule["ports"] == [{"port": 9443, "protocol": "TCP"}]
    assert VALUES["podSecurityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert VALUES["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }
