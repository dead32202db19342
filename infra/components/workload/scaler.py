"""How many consumers there are: as many as the events that wait ask for, between two numbers."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload import queries
from infra.components.workload.analyses import Prometheus
from infra.components.workload.names import Process, process_metadata, process_name

_KEDA = "keda.sh/v1alpha1"
_POLL_SECONDS = 30
_FAILURES_UNTIL_FALLBACK = 4
_CALM_SECONDS = 300
_ONE_LESS_EVERY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class ScalerArgs:
    """Between which numbers, at how many waiting events each, and who knows how many wait."""

    consumer: pulumi.Resource
    """The Deployment, which has to be there first."""
    least_replicas: int
    most_replicas: int
    waiting_each: int
    prometheus: Prometheus


class Scaler(pulumi.ComponentResource):
    """KEDA's object over the consumer's Deployment; its autoscaler owns `replicas`, which the Deployment leaves out."""

    def __init__(self, name: str, args: ScalerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Scaler", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        identity = k8s.apiextensions.CustomResource(
            f"{name}-identity",
            api_version=_KEDA,
            kind="TriggerAuthentication",
            metadata=process_metadata(Process.CONSUMER),
            spec={"podIdentity": {"provider": "aws"}},
            opts=child,
        )
        k8s.apiextensions.CustomResource(
            name,
            api_version=_KEDA,
            kind="ScaledObject",
            metadata=process_metadata(Process.CONSUMER),
            spec={
                "scaleTargetRef": {"name": process_name(Process.CONSUMER)},
                "minReplicaCount": args.least_replicas,
                "maxReplicaCount": args.most_replicas,
                "pollingInterval": _POLL_SECONDS,
                "fallback": {
                    "failureThreshold": _FAILURES_UNTIL_FALLBACK,
                    "replicas": args.least_replicas,
                    "behavior": "currentReplicasIfHigher",
                },
                "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleDown": _calmly()}}},
                "triggers": [
                    {
                        "type": "prometheus",
                        "metadata": _trigger(args),
                        "authenticationRef": {"name": process_name(Process.CONSUMER)},
                    }
                ],
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.consumer, identity]),
        )
        self.register_outputs({})


def _trigger(args: ScalerArgs) -> dict[str, pulumi.Input[str]]:
    """Nobody telling anything is a failure, not nothing waiting: then consumers stay as many as they are."""
    address = pulumi.Output.from_input(args.prometheus.address)
    return {
        "serverAddress": address.apply(lambda url: url.removesuffix("/")),
        "query": queries.EVENTS_WAITING,
        "threshold": str(args.waiting_each),
        "ignoreNullValues": "false",
        "awsRegion": args.prometheus.region,
    }


def _calmly() -> dict[str, object]:
    """Each change of members stops the whole group for a moment."""
    return {
        "stabilizationWindowSeconds": _CALM_SECONDS,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": _ONE_LESS_EVERY_SECONDS}],
    }
