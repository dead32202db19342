from dataclasses import replace

from infra.components.ingress import AUTO_MODE_BINDING, CONTROLLER_BINDING, Ingress, IngressArgs
from tests.infra.recorder import record_component

ARGS = IngressArgs(
    kubernetes_version="1.35",
    charts="https://istio.example.com",
    chart_version="1.29.2",
    least_replicas=3,
    most_replicas=9,
    hosts=["api.example.com"],
    binding=AUTO_MODE_BINDING,
    target_group_arn="arn:targets",
    forwarded_to=True,
    deregistration_delay_seconds=20,
    public_cidrs=["10.40.128.0/21"],
    scraper_cidrs=["10.40.0.0/20"],
    dns_cidrs=["172.20.0.0/16"],
    service_namespace="orders",
    service_port=8080,
)
GRAPH = record_component(lambda opts: Ingress("ingress", ARGS, opts))
RELEASE = GRAPH.one("kubernetes:helm.sh/v3:Release")


def test_the_gateway_is_no_second_way_in() -> None:
    assert RELEASE.inputs["values"]["service"]["type"] == "ClusterIP"


def test_the_binding_joins_the_gateways_pods_to_the_target_group() -> None:
    binding = GRAPH.one("kubernetes:eks.amazonaws.com/v1:TargetGroupBinding")
    assert binding.inputs["metadata"] == {"name": "gateway", "namespace": "istio-ingress"}
    assert binding.inputs["spec"] == {
        "targetGroupARN": "arn:targets",
        "targetType": "ip",
        "serviceRef": {"name": "gateway", "port": 8080},
    }
    assert RELEASE.inputs["name"] == "gateway"
    assert RELEASE.inputs["namespace"] == "istio-ingress"
    assert GRAPH.stands_on(binding, RELEASE)


def test_where_a_controller_binds_it_does_so_by_its_own_group_and_label() -> None:
    args = replace(ARGS, binding=CONTROLLER_BINDING)
    graph = record_component(lambda opts: Ingress("ingress", args, opts))
    bound = GRAPH.one("kubernetes:eks.amazonaws.com/v1:TargetGroupBinding").inputs["spec"]
    assert graph.one("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding").inputs["spec"] == bound
    labels = graph.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert labels["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    assert "eks.amazonaws.com/pod-readiness-gate-inject" not in labels


def test_one_port_is_listened_on_served_and_bound() -> None:
    listener = GRAPH.one("kubernetes:networking.istio.io/v1:Gateway").inputs["spec"]
    ports = {port["name"]: port["port"] for port in RELEASE.inputs["values"]["service"]["ports"]}
    assert listener["servers"][0]["port"]["number"] == ports["http2"] == 8080
    assert ports["status-port"] == 15021
    assert listener["servers"][0]["hosts"] == ["api.example.com"]


def test_the_listener_selects_the_pods_of_the_release() -> None:
    selector = GRAPH.one("kubernetes:networking.istio.io/v1:Gateway").inputs["spec"]["selector"]
    assert selector.items() <= RELEASE.inputs["values"]["labels"].items()


def test_pods_drain_longer_than_the_load_balancer_takes_to_forget_them() -> None:
    values = RELEASE.inputs["values"]
    assert values["podAnnotations"]["proxy.istio.io/config"] == "terminationDrainDuration: 25s"
    assert values["terminationGracePeriodSeconds"] == 35
    assert values["podDisruptionBudget"] == {"maxUnavailable": 1}


def test_new_pods_count_only_once_the_load_balancer_calls_them_healthy() -> None:
    namespace = GRAPH.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert namespace["eks.amazonaws.com/pod-readiness-gate-inject"] == "enabled"
    assert namespace["pod-security.kubernetes.io/enforce"] == "restricted"


def test_no_pod_waits_for_a_load_balancer_that_forwards_nothing_to_it() -> None:
    graph = record_component(lambda opts: Ingress("ingress", replace(ARGS, forwarded_to=False), opts))
    labels = graph.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    assert not [label for label in labels if label.endswith("/pod-readiness-gate-inject")]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert graph.one("kubernetes:eks.amazonaws.com/v1:TargetGroupBinding")


def test_the_gateway_speaks_to_the_load_balancer_the_scraper_and_the_service_only() -> None:
    spec = GRAPH.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]
    ingress, metrics = spec["ingress"]
    assert metrics == {"from": [{"ipBlock": {"cidr": "10.40.0.0/20"}}], "ports": [{"port": 15090, "protocol": "TCP"}]}
    assert ingress["from"] == [{"ipBlock": {"cidr": "10.40.128.0/21"}}]
    assert [port["port"] for port in ingress["ports"]] == [8080, 15021]
    namespaces = [
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for rule in spec["egress"]
        for peer in rule["to"]
        if "namespaceSelector" in peer
    ]
    assert namespaces == ["istio-system", "orders"]


def test_gateways_stand_in_different_zones() -> None:
    (spread,) = RELEASE.inputs["values"]["topologySpreadConstraints"]
    assert spread["topologyKey"] == "topology.kubernetes.io/zone"
    assert spread["labelSelector"] == {"matchLabels": RELEASE.inputs["values"]["labels"]}
