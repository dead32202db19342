from infra.components.workload.boundaries import Boundaries, BoundariesArgs
from infra.shared.quantities import Resources
from tests.infra.recorder import record_component

ARGS = BoundariesArgs(
    kubernetes_version="1.35",
    quota=Resources(cpu_millicores=4000, memory_mebibytes=8192),
    most_pods=20,
    ingress_namespace="istio-ingress",
    telemetry_namespace="observability",
    data_cidrs=["10.30.160.0/21"],
    scraper_cidrs=["10.30.0.0/20"],
    dns_cidrs=["172.20.0.0/16"],
)
GRAPH = record_component(lambda opts: Boundaries("boundaries", ARGS, opts))
POLICIES = {
    policy.inputs["metadata"]["name"]: policy.inputs["spec"]
    for policy in GRAPH.of_type("kubernetes:networking.k8s.io/v1:NetworkPolicy")
}


def test_the_restricted_profile_is_enforced_as_one_version_defines_it() -> None:
    labels = GRAPH.one("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"
        assert labels[f"pod-security.kubernetes.io/{mode}-version"] == "v1.35"


def test_nothing_is_said_that_is_not_listed() -> None:
    assert POLICIES["default-deny"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [],
        "egress": [],
    }


def test_only_the_gateway_asks_and_only_the_api() -> None:
    policy = POLICIES["gateway-to-api"]
    assert policy["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "orders-api"}}
    assert policy["policyTypes"] == ["Ingress"]
    assert policy["ingress"] == [
        {
            "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-ingress"}}}],
            "ports": [{"port": 8080, "protocol": "TCP"}],
        }
    ]


def test_the_scraper_reads_metrics_from_where_its_interfaces_are() -> None:
    assert POLICIES["scraper-to-metrics"] == {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"ipBlock": {"cidr": "10.30.0.0/20"}}], "ports": [{"port": 8080, "protocol": "TCP"}]}],
    }


def test_stores_are_asked_in_the_data_tier_only() -> None:
    to_data = POLICIES["orders-to-platform"]["egress"][0]
    assert to_data["to"] == [{"ipBlock": {"cidr": "10.30.160.0/21"}}]
    assert [port["port"] for port in to_data["ports"]] == [5432, 6379, 9098]


def test_credentials_names_and_https_are_reachable() -> None:
    reachable = {
        (rule["to"][0]["ipBlock"]["cidr"], rule["ports"][0]["port"])
        for rule in POLICIES["orders-to-platform"]["egress"]
        if "ipBlock" in rule["to"][0]
    }
    assert {("172.20.0.0/16", 53), ("169.254.170.23/32", 80), ("0.0.0.0/0", 443)} <= reachable


def test_the_namespace_has_its_share_and_no_more() -> None:
    assert GRAPH.one("kubernetes:core/v1:ResourceQuota").inputs["spec"]["hard"] == {
        "requests.cpu": "4",
        "requests.memory": "8Gi",
        "limits.memory": "8Gi",
        "pods": "20",
    }
    (limit,) = GRAPH.one("kubernetes:core/v1:LimitRange").inputs["spec"]["limits"]
    assert limit["type"] == "Container"
    assert limit["defaultRequest"] == {"cpu": "100m", "memory": "128Mi"}
