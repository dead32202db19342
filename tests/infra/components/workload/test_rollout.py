import json
from dataclasses import replace
from datetime import UTC, datetime

from infra.components.workload.rollout import Rollout, RolloutArgs
from infra.shared.release import Strategy
from tests.infra.components.workload.surroundings import API, release
from tests.infra.recorder import Graph, record_component

ARGS = RolloutArgs(
    image="orders@sha256:1",
    config_map_name="orders-configuration-1",
    trust_config_map_name=None,
    overrides=None,
    resources=API,
    least_replicas=3,
    most_replicas=6,
    target_cpu_percent=60,
    release=release(),
    pause_before_stop_seconds=10,
    grace_seconds=45,
)


def made(args: RolloutArgs) -> Graph:
    return record_component(lambda opts: Rollout("rollout", args, opts))


def marked(args: RolloutArgs) -> str:
    return made(args).one("kubernetes:argoproj.io/v1alpha1:Rollout").inputs["spec"]["restartAt"]


GRAPH = made(ARGS)
ROLLOUT = GRAPH.one("kubernetes:argoproj.io/v1alpha1:Rollout")
CANARY = ROLLOUT.inputs["spec"]["strategy"]["canary"]
POD = ROLLOUT.inputs["spec"]["template"]["spec"]


def test_the_autoscaler_alone_decides_how_many_there_are() -> None:
    assert "replicas" not in ROLLOUT.inputs["spec"]
    scaler = GRAPH.one("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"]
    assert scaler["scaleTargetRef"] == {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "orders-api"}
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 6)
    assert scaler["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 60}


def test_no_pod_goes_before_another_came() -> None:
    assert (CANARY["maxSurge"], CANARY["maxUnavailable"]) == (1, 0)
    assert GRAPH.one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]["maxUnavailable"] == 1


def test_pulumi_waits_for_the_verdict_on_this_very_version() -> None:
    annotations = ROLLOUT.inputs["metadata"]["annotations"]
    mark = ROLLOUT.inputs["spec"]["restartAt"]
    assert json.loads(annotations["pulumi.com/waitFor"]) == [
        f"jsonpath={{.status.restartedAt}}={mark}",
        "jsonpath={.status.phase}=Healthy",
    ]
    assert int(annotations["pulumi.com/timeoutSeconds"]) == 300 + 110 + 60 + 600
    assert datetime.fromisoformat(mark) < datetime(2000, 1, 1, tzinfo=UTC)


def test_another_image_or_configuration_is_another_version() -> None:
    marks = {marked(ARGS), marked(replace(ARGS, image="orders@sha256:2"))}
    marks |= {marked(replace(ARGS, config_map_name="orders-configuration-2")), marked(replace(ARGS, grace_seconds=46))}
    assert len(marks) == 4
    assert marked(ARGS) == ROLLOUT.inputs["spec"]["restartAt"]


def test_a_version_that_gets_no_further_is_aborted() -> None:
    assert ROLLOUT.inputs["spec"]["progressDeadlineSeconds"] == 300
    assert ROLLOUT.inputs["spec"]["progressDeadlineAbort"] is True


def test_the_strategy_is_the_configured_one() -> None:
    graph = made(replace(ARGS, release=release(Strategy.BLUE_GREEN)))
    assert set(graph.one("kubernetes:argoproj.io/v1alpha1:Rollout").inputs["spec"]["strategy"]) == {"blueGreen"}


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
