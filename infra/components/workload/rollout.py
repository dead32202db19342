"""The API's rollout: canary steps over the route's weights, replicas by the autoscaler, a floor under disruptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import (
    CANARY_SERVICE,
    ROUTE,
    STABLE_SERVICE,
    Process,
    process_metadata,
    process_name,
)
from infra.components.workload.pod import PodArgs, pod_template
from infra.shared.kubernetes import selector_labels
from infra.shared.quantities import Resources

_ARGO = "argoproj.io/v1alpha1"
_KEPT_REVISIONS = 3
_PROGRESS_DEADLINE_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class CanaryStep:
    """How much traffic the new version gets, and how long it is watched before the next step."""

    weight_percent: int
    pause_seconds: int


@dataclass(frozen=True, kw_only=True)
class RolloutArgs:
    """Which image, how many, how carefully."""

    image: pulumi.Input[str]
    config_map_name: pulumi.Input[str]
    resources: Resources
    least_replicas: int
    most_replicas: int
    target_cpu_percent: int
    steps: Sequence[CanaryStep]
    pause_before_stop_seconds: int
    grace_seconds: int


class Rollout(pulumi.ComponentResource):
    """An Argo Rollout without replicas of its own: the autoscaler keeps their number."""

    def __init__(self, name: str, args: RolloutArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Rollout", name, None, opts)
        self._name = name
        rollout = self._rollout(args)
        self._after_rollout = pulumi.ResourceOptions(parent=self, depends_on=[rollout])
        self._autoscaler(args)
        self._disruption_budget()
        self.register_outputs({})

    def _rollout(self, args: RolloutArgs) -> k8s.apiextensions.CustomResource:
        metadata = process_metadata(Process.API)
        metadata.annotations = {
            "pulumi.com/waitFor": "jsonpath={.status.phase}=Healthy",
            "pulumi.com/timeoutSeconds": str(_PROGRESS_DEADLINE_SECONDS + _watched_seconds(args.steps)),
        }
        return k8s.apiextensions.CustomResource(
            self._name,
            api_version=_ARGO,
            kind="Rollout",
            metadata=metadata,
            spec={
                "selector": {"matchLabels": selector_labels(process_name(Process.API))},
                "template": self._template(args),
                "revisionHistoryLimit": _KEPT_REVISIONS,
                "progressDeadlineSeconds": _PROGRESS_DEADLINE_SECONDS,
                "progressDeadlineAbort": True,
                "strategy": {"canary": _canary(args.steps)},
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _template(self, args: RolloutArgs) -> k8s.core.v1.PodTemplateSpecArgs:
        return pod_template(
            PodArgs(
                process=Process.API,
                image=args.image,
                config_map_name=args.config_map_name,
                resources=args.resources,
                grace_seconds=args.grace_seconds,
                pause_before_stop_seconds=args.pause_before_stop_seconds,
                serves=True,
            )
        )

    def _autoscaler(self, args: RolloutArgs) -> None:
        target = k8s.autoscaling.v2.MetricTargetArgs(type="Utilization", average_utilization=args.target_cpu_percent)
        cpu = k8s.autoscaling.v2.ResourceMetricSourceArgs(name="cpu", target=target)
        k8s.autoscaling.v2.HorizontalPodAutoscaler(
            self._name,
            metadata=process_metadata(Process.API),
            spec=k8s.autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
                scale_target_ref=k8s.autoscaling.v2.CrossVersionObjectReferenceArgs(
                    api_version=_ARGO, kind="Rollout", name=process_name(Process.API)
                ),
                min_replicas=args.least_replicas,
                max_replicas=args.most_replicas,
                metrics=[k8s.autoscaling.v2.MetricSpecArgs(type="Resource", resource=cpu)],
            ),
            opts=self._after_rollout,
        )

    def _disruption_budget(self) -> None:
        k8s.policy.v1.PodDisruptionBudget(
            self._name,
            metadata=process_metadata(Process.API),
            spec=k8s.policy.v1.PodDisruptionBudgetSpecArgs(
                max_unavailable=1,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector_labels(process_name(Process.API))),
            ),
            opts=self._after_rollout,
        )


def _canary(steps: Sequence[CanaryStep]) -> dict[str, Any]:
    route = {"virtualService": {"name": process_name(Process.API), "routes": [ROUTE]}}
    return {
        "stableService": STABLE_SERVICE,
        "canaryService": CANARY_SERVICE,
        "maxSurge": 1,
        "maxUnavailable": 0,
        "trafficRouting": {"istio": route},
        "steps": [
            action
            for step in steps
            for action in ({"setWeight": step.weight_percent}, {"pause": {"duration": f"{step.pause_seconds}s"}})
        ],
    }


def _watched_seconds(steps: Sequence[CanaryStep]) -> int:
    return sum(step.pause_seconds for step in steps)
