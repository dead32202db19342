from infra.components.add_ons import AddOns, AddOnsArgs
from tests.infra.recorder import Registered, record_component

ARGS = AddOnsArgs(
    istio_charts="https://istio.example.com",
    istio_version="1.29.2",
    rollouts_charts="https://argo.example.com",
    rollouts_version="2.40.4",
    controller_replicas=2,
)
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
