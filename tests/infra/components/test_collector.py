import json

from infra.components.collector import Collector, CollectorArgs
from infra.shared.quantities import Resources
from tests.infra.recorder import record_component

ARGS = CollectorArgs(
    kubernetes_version="1.35",
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    image="public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3",
    replicas=3,
    resources=Resources(cpu_millicores=500, memory_mebibytes=1024),
    region="eu-central-1",
    dns_cidrs=["172.20.0.0/16"],
    client_namespaces=["orders"],
)
GRAPH = record_component(lambda opts: Collector("collector", ARGS, opts))
DEPLOYMENT = GRAPH.one("kubernetes:apps/v1:Deployment")
POD = DEPLOYMENT.inputs["spec"]["template"]["spec"]


def test_it_only_writes_traces() -> None:
    (statement,) = GRAPH.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]
    granted = (statement["Sid"], statement["Action"], statement["Resource"])
    assert granted == ("WriteTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])


def test_pods_follow_their_configuration() -> None:
    config_map = GRAPH.one("kubernetes:core/v1:ConfigMap")
    (volume,) = POD["volumes"]
    assert volume["configMap"]["name"] == config_map.inputs["metadata"]["name"]
    assert config_map.inputs["metadata"]["name"].startswith("collector-")
    configuration = json.loads(config_map.inputs["data"]["config.yaml"])
    assert configuration["exporters"]["awsxray"]["region"] == "eu-central-1"
    (container,) = POD["containers"]
    assert container["args"] == ["--config=/etc/collector/config.yaml"]
    assert container["volumeMounts"][0]["mountPath"] == "/etc/collector"


def test_it_answers_at_a_stable_address() -> None:
    service = GRAPH.one("kubernetes:core/v1:Service")
    assert [port["port"] for port in service.inputs["spec"]["ports"]] == [4317, 4318]
    assert GRAPH.stands_on(service, DEPLOYMENT)
    outputs = next(outputs for urn, outputs in GRAPH.outputs_of.items() if urn.endswith("Collector::collector"))
    assert outputs["endpoint"] == "http://172.20.0.10:4318"


def test_it_takes_telemetry_from_the_service_only() -> None:
    (rule,) = GRAPH.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "orders"}}}]


def test_a_drained_node_takes_one_collector_at_a_time() -> None:
    budget = GRAPH.one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]
    assert budget == {"maxUnavailable": 1, "selector": {"matchLabels": {"app.kubernetes.io/name": "collector"}}}
    assert DEPLOYMENT.inputs["spec"]["replicas"] == 3
