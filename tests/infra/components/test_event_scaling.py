from dataclasses import replace

from infra.components.event_scaling import EventScaling, EventScalingArgs
from tests.infra.recorder import record_component

ARGS = EventScalingArgs(
    charts="https://keda.example.com",
    version="2.20.2",
    registry=None,
    replicas=2,
    kubernetes_version="1.35",
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    workspace_arn="arn:workspace",
    control_plane_cidrs=["172.20.0.0/16", "10.30.0.0/17"],
    dns_cidrs=["172.20.0.0/16"],
)
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GRAPH = record_component(lambda opts: EventScaling("event-scaling", ARGS, opts))
RELEASE = GRAPH.one("kubernetes:helm.sh/v3:Release")
VALUES = RELEASE.inputs["values"]


def test_the_chart_is_pinned_and_a_failed_release_rolled_back() -> None:
    assert RELEASE.inputs["chart"] == "keda"
    assert RELEASE.inputs["version"] == "2.20.2"
    assert RELEASE.inputs["repositoryOpts"] == {"repo": "https://keda.example.com"}
    assert RELEASE.inputs["atomic"] is True


def test_it_runs_from_the_mirror_where_there_is_one() -> None:
    assert "global" not in VALUES
    args = replace(ARGS, registry="registry.example.com/fortress-dev/github")
    release = record_component(lambda opts: EventScaling("event-scaling", args, opts)).one(
        "kubernetes:helm.sh/v3:Release"
    )
    assert release.inputs["values"]["global"] == {"image": {"registry": "registry.example.com/fortress-dev/github"}}


def test_definitions_outlive_the_operator() -> None:
    assert VALUES["crds"] == {"additionalAnnotations": {"helm.sh/resource-policy": "keep"}}


def test_it_reads_no_secret_and_scales_nothing_of_other_kinds() -> None:
    restrict = {"restrict": {"secret": True}}
    assert VALUES["permissions"] == {"operator": restrict, "metricServer": restrict}
    assert VALUES["rbac"] == {"enabledCustomScaledRefKinds": False}


def test_each_part_has_its_replicas_and_gives_one_at_a_time_to_a_drained_node() -> None:
    assert {VALUES[part]["replicaCount"] for part in ("operator", "metricsServer", "webhooks")} == {2}
    parts = {"operator", "metricServer", "webhooks"}
    assert VALUES["podDisruptionBudget"] == {part: {"maxUnavailable": 1} for part in parts}
    assert set(VALUES["resources"]) == parts


def test_the_operator_may_query_one_workspace_before_its_pods_start() -> None:
    policy = GRAPH.one("aws:iam/rolePolicy:RolePolicy")
    (statement,) = policy.json("policy")["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["aps:QueryMetrics"], ["arn:workspace"])
    association = GRAPH.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("keda", "keda-operator")
    assert GRAPH.stands_on(RELEASE, association)
    assert GRAPH.stands_on(RELEASE, policy)


def test_it_is_called_by_the_api_server_and_by_itself_alone() -> None:
    labels = GRAPH.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    denial = GRAPH.one(NETWORK_POLICY, "event-scaling-default-deny").inputs["spec"]
    assert (denial["ingress"], denial["egress"]) == ([], [])
    rules = GRAPH.one(NETWORK_POLICY, "event-scaling").inputs["spec"]["ingress"]
    callers = {port["port"]: rule["from"] for rule in rules for port in rule["ports"]}
    api_server = [{"ipBlock": {"cidr": "172.20.0.0/16"}}, {"ipBlock": {"cidr": "10.30.0.0/17"}}]
    itself = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "keda"}}}]
    assert callers == {6443: api_server, 9443: api_server, 9666: itself}
