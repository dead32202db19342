from infra.components.workload.rollout import CanaryStep, Rollout, RolloutArgs
from tests.infra.components.workload.surroundings import API
from tests.infra.recorder import record_component

ARGS = RolloutArgs(
    image="orders@sha256:1",
    config_map_name="orders-configuration-1",
    resources=API,
    least_replicas=3,
    most_replicas=6,
    target_cpu_percent=60,
    steps=[CanaryStep(weight_percent=25, pause_seconds=60), CanaryStep(weight_percent=50, pause_seconds=30)],
    pause_before_stop_seconds=10,
    grace_seconds=45,
)
GRAPH = record_component(lambda opts: Rollout("rollout", ARGS, opts))
ROLLOUT = GRAPH.one("kubernetes:argoproj.io/v1alpha1:Rollout")
CANARY = ROLLOUT.inputs["spec"]["strategy"]["canary"]
POD = ROLLOUT.inputs["spec"]["template"]["spec"]


def test_the_autoscaler_alone_decides_how_many_there_are() -> None:
    assert "replicas" not in ROLLOUT.inputs["spec"]
    scaler = GRAPH.one("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"]
    assert scaler["scaleTargetRef"] == {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "orders-api"}
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 6)
    assert scaler["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 60}


def test_a_new_version_gets_its_traffic_step_by_step() -> None:
    assert CANARY["steps"] == [
        {"setWeight": 25},
        {"pause": {"duration": "60s"}},
        {"setWeight": 50},
        {"pause": {"duration": "30s"}},
    ]
    assert (CANARY["stableService"], CANARY["canaryService"]) == ("orders-stable", "orders-canary")
    assert CANARY["trafficRouting"] == {"istio": {"virtualService": {"name": "orders-api", "routes": ["orders"]}}}


def test_no_pod_goes_before_another_came() -> None:
    assert (CANARY["maxSurge"], CANARY["maxUnavailable"]) == (1, 0)
    assert GRAPH.one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]["maxUnavailable"] == 1


def test_pulumi_waits_until_the_version_is_healthy_pauses_included() -> None:
    assert ROLLOUT.inputs["metadata"]["annotations"] == {
        "pulumi.com/waitFor": "jsonpath={.status.phase}=Healthy",
        "pulumi.com/timeoutSeconds": "690",
    }


def test_a_pod_serves_on_until_it_is_forgotten_and_has_time_to_end() -> None:
    (container,) = POD["containers"]
    assert container["lifecycle"] == {"preStop": {"sleep": {"seconds": 10}}}
    assert POD["terminationGracePeriodSeconds"] == 45


def test_each_probe_asks_its_own_question() -> None:
    (container,) = POD["containers"]
    paths = {
        probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    assert paths == {
        "startupProbe": "/health/startup",
        "readinessProbe": "/health/ready",
        "livenessProbe": "/health/live",
    }


def test_replicas_are_spread_over_zones_and_nodes() -> None:
    assert [each["topologyKey"] for each in POD["topologySpreadConstraints"]] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]


def test_a_pod_listens_at_its_own_address() -> None:
    (container,) = POD["containers"]
    variables = {variable["name"]: variable for variable in container["env"]}
    assert variables["HOST"]["valueFrom"] == {"fieldRef": {"fieldPath": "status.podIP"}}
    assert variables["OTEL_SERVICE_NAME"]["value"] == "orders-api"
