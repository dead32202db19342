"""The program's own objects on a real cluster."""

from sandbox.kubernetes import deployment
from tests.delivery.scenarios import NAMESPACE


def test_where_aws_and_prometheus_are_is_all_that_is_changed() -> None:
    configuration = {"kind": "ConfigMap", "data": {"DATABASE_HOST": "127.0.0.1"}}
    found = deployment.with_endpoints(configuration, {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert found["data"] == {"DATABASE_HOST": "127.0.0.1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    asked = {"address": "https://aps.example.com", "query": "up", "authentication": {"sigv4": {"region": "x"}}}
    analysis = {"kind": "AnalysisTemplate", "spec": {"metrics": [{"provider": {"prometheus": asked}}]}}
    (metric,) = deployment.with_endpoints(analysis, {})["spec"]["metrics"]
    assert metric["provider"]["prometheus"] == {"address": "http://127.0.0.1:9090", "query": "up"}
    service = {"kind": "Service", "spec": {"selector": {"app": "orders"}}}
    assert deployment.with_endpoints(service, {"AWS_ENDPOINT_URL": "x"}) == service


def test_a_path_that_others_own_is_left_out_and_nothing_beside_it() -> None:
    service = {"spec": {"selector": {"app": "orders"}, "ports": []}}
    assert deployment.without(service, "spec.selector") == {"spec": {"ports": []}}


def test_the_scenarios_play_in_a_namespace_that_admission_lets_alone() -> None:
    others = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]}
    spec = {"matchResources": {"namespaceSelector": {"matchExpressions": [others]}}}
    found = deployment.with_endpoints({"kind": "ValidatingAdmissionPolicyBinding", "spec": spec}, {})
    (requirement,) = found["spec"]["matchResources"]["namespaceSelector"]["matchExpressions"]
    assert requirement["values"] == ["kube-system", NAMESPACE]
