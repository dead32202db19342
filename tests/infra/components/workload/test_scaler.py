import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.scaler import Scaler, ScalerArgs
from tests.infra.components.workload.surroundings import PROMETHEUS
from tests.infra.recorder import record_component


def scaler(opts: pulumi.ResourceOptions) -> Scaler:
    return Scaler(
        "scaler",
        ScalerArgs(
            consumer=k8s.core.v1.ConfigMap("consumer", opts=opts),
            least_replicas=3,
            most_replicas=12,
            waiting_each=5000,
            prometheus=PROMETHEUS,
        ),
        opts,
    )


GRAPH = record_component(scaler)
OBJECT = GRAPH.one("kubernetes:keda.sh/v1alpha1:ScaledObject")
IDENTITY = GRAPH.one("kubernetes:keda.sh/v1alpha1:TriggerAuthentication")
SPEC = OBJECT.inputs["spec"]
(TRIGGER,) = SPEC["triggers"]


def test_consumers_are_scaled_between_two_numbers() -> None:
    assert SPEC["scaleTargetRef"] == {"name": "orders-consumer"}
    assert (SPEC["minReplicaCount"], SPEC["maxReplicaCount"]) == (3, 12)
    assert GRAPH.stands_on(OBJECT, GRAPH.one("kubernetes:core/v1:ConfigMap"))


def test_they_are_scaled_by_the_events_that_wait() -> None:
    assert TRIGGER["type"] == "prometheus"
    assert TRIGGER["metadata"]["query"] == 'sum(events_waiting{namespace="orders", component="consumer"})'
    assert TRIGGER["metadata"]["threshold"] == "5000"


def test_the_question_is_signed_by_the_operator_s_own_identity() -> None:
    assert TRIGGER["metadata"]["serverAddress"] == "https://aps.example.com/workspaces/ws-1"
    assert TRIGGER["metadata"]["awsRegion"] == "eu-central-1"
    assert TRIGGER["authenticationRef"] == {"name": IDENTITY.inputs["metadata"]["name"]}
    assert IDENTITY.inputs["spec"] == {"podIdentity": {"provider": "aws"}}
    assert GRAPH.stands_on(OBJECT, IDENTITY)


def test_no_answer_takes_no_consumer_away() -> None:
    assert TRIGGER["metadata"]["ignoreNullValues"] == "false"
    assert SPEC["fallback"] == {"failureThreshold": 4, "replicas": 3, "behavior": "currentReplicasIfHigher"}


def test_they_become_fewer_one_by_one() -> None:
    behaviour = SPEC["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert set(behaviour) == {"scaleDown"}
    assert behaviour["scaleDown"]["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 60}]
