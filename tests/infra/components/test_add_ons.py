from dataclasses import replace

import pytest

from infra.components.add_ons import AddOns, AddOnsArgs
from tests.infra.recorder import Registered, record_component

ARGS = AddOnsArgs(
    istio_charts="https://istio.example.com",
    istio_version="1.29.2",
    rollouts_charts="https://argo.example.com",
    rollouts_version="2.40.4",
    registry="123456789012.dkr.ecr.eu-central-1.amazonaws.com/fortress-dev",
    rollouts_repository="quay/argoproj/argo-rollouts",
    istio_hub=None,
    controller_replicas=2,
    kubernetes_version="1.35",
    network_policy_switch=True,
    gateway_namespace="istio-ingress",
    control_plane_cidrs=["172.20.0.0/16", "10.30.0.0/17"],
    dns_cidrs=["172.20.0.0/16"],
)
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GRAPH = record_component(lambda opts: AddOns("add-ons", ARGS, opts))


def release(name: str) -> Registered:
    return GRAPH.one("kubernetes:helm.sh/v3:Release", f"add-ons-{name}")


def test_every_chart_is_pinned_and_from_its_own_repository() -> None:
    charts = {
        each.inputs["chart"]: (each.inputs["version"], each.inputs["repositoryOpts"]["repo"])
        for each in GRAPH.of_type("kubernetes:helm.sh/v3:Release")
    }
    assert charts == {
        "base": ("1.29.2", "https://istio.example.com"),
        "istiod": ("1.29.2", "https://istio.example.com"),
        "argo-rollouts": ("2.40.4", "https://argo.example.com"),
    }


def test_rollouts_run_from_the_mirrored_image() -> None:
    image = release("argo-rollouts").inputs["values"]["controller"]["image"]
    assert f"{image['registry']}/{image['repository']}" == f"{ARGS.registry}/quay/argoproj/argo-rollouts"


def test_istio_runs_from_the_mirror_where_there_is_one() -> None:
    assert "hub" not in release("istiod").inputs["values"]["global"]
    args = replace(ARGS, istio_hub=f"{ARGS.registry}/docker-hub/istio")
    istiod = record_component(lambda opts: AddOns("add-ons", args, opts)).one(
        "kubernetes:helm.sh/v3:Release", "add-ons-istiod"
    )
    assert istiod.inputs["values"]["global"]["hub"] == f"{ARGS.registry}/docker-hub/istio"


def test_a_failed_release_is_rolled_back() -> None:
    assert all(each.inputs["atomic"] for each in GRAPH.of_type("kubernetes:helm.sh/v3:Release"))


def test_istiod_stands_on_its_definitions() -> None:
    assert GRAPH.stands_on(release("istiod"), release("istio-base"))


def test_controllers_are_as_many_as_asked_for() -> None:
    assert release("istiod").inputs["values"]["replicaCount"] == 2
    assert release("argo-rollouts").inputs["values"]["controller"]["replicas"] == 2


def test_definitions_of_rollouts_outlive_their_controller() -> None:
    assert release("argo-rollouts").inputs["values"]["keepCRDs"] is True


def test_network_policies_are_enforced() -> None:
    switch = GRAPH.one("kubernetes:core/v1:ConfigMap").inputs
    assert switch["metadata"] == {"name": "amazon-vpc-cni", "namespace": "kube-system"}
    assert switch["data"] == {"enable-network-policy-controller": "true"}


def test_the_switch_is_left_to_the_vpc_cni_add_on_where_that_is() -> None:
    args = replace(ARGS, network_policy_switch=False)
    graph = record_component(lambda opts: AddOns("add-ons", args, opts))
    assert graph.of_type("kubernetes:core/v1:ConfigMap") == []


@pytest.mark.parametrize("namespace", ["istio-system", "argo-rollouts"])
def test_controllers_live_under_the_restricted_profile_and_say_only_what_is_listed(namespace: str) -> None:
    labels = GRAPH.one("kubernetes:core/v1:Namespace", f"add-ons-{namespace}").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    denial = GRAPH.one(NETWORK_POLICY, f"add-ons-{namespace}-default-deny").inputs
    assert denial["metadata"]["namespace"] == namespace
    assert denial["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []}


def test_the_control_plane_is_asked_by_gateways_and_by_the_api_server_only() -> None:
    rules = GRAPH.one(NETWORK_POLICY, "add-ons-istio-system").inputs["spec"]["ingress"]
    asked = {rule["ports"][0]["port"]: rule["from"] for rule in rules}
    assert set(asked) == {15012, 15017}
    assert asked[15017] == [{"ipBlock": {"cidr": "172.20.0.0/16"}}, {"ipBlock": {"cidr": "10.30.0.0/17"}}]


def test_nothing_calls_the_rollout_controller() -> None:
    assert GRAPH.one(NETWORK_POLICY, "add-ons-argo-rollouts").inputs["spec"]["policyTypes"] == ["Egress"]
