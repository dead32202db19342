"""The API's rollout: its strategy, replicas by the autoscaler, a floor under disruptions, and the verdict awaited."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import Process, process_metadata, process_name
from infra.components.workload.pod import PodArgs, pod_template
from infra.components.workload.strategy import strategy_spec
from infra.shared.kubernetes import selector_labels
from infra.shared.quantities import Resources
from infra.shared.release import Release

_ARGO = "argoproj.io/v1alpha1"
_KEPT_REVISIONS = 3
_MARK_DIGITS = 7


@dataclass(frozen=True, kw_only=True)
class RolloutArgs:
    """Which image, how many, how carefully."""

    image: pulumi.Input[str]
    config_map_name: pulumi.Input[str]
    trust_config_map_name: pulumi.Input[str] | None
    overrides: Mapping[str, pulumi.Input[str]] | None
    resources: Resources
    least_replicas: int
    most_replicas: int
    target_cpu_percent: int
    release: Release
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
        """Pulumi goes on when the controller has seen this version, and found it healthy.

        The phase alone would still be that of the version before.
        """
        decided = repr(replace(args, image="", config_map_name="", trust_config_map_name=None, overrides=None))
        awaited = pulumi.Output.json_dumps(
            [args.image, args.config_map_name, args.trust_config_map_name, args.overrides]
        )
        mark = awaited.apply(lambda content: version_mark(content, decided))
        conditions = mark.apply(
            lambda at: json.dumps([f"jsonpath={{.status.restartedAt}}={at}", "jsonpath={.status.phase}=Healthy"])
        )
        metadata = process_metadata(Process.API)
        metadata.annotations = {
            "pulumi.com/waitFor": conditions,
            "pulumi.com/timeoutSeconds": str(args.release.longest_seconds),
        }
        return k8s.apiextensions.CustomResource(
            self._name,
            api_version=_ARGO,
            kind="Rollout",
            metadata=metadata,
            spec={
                "selector": {"matchLabels": selector_labels(process_name(Process.API))},
                "template": self._template(args),
                "restartAt": mark,
                "revisionHistoryLimit": _KEPT_REVISIONS,
                "progressDeadlineSeconds": args.release.progress_deadline_seconds,
                "progressDeadlineAbort": True,
                "strategy": strategy_spec(args.release),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _template(self, args: RolloutArgs) -> k8s.core.v1.PodTemplateSpecArgs:
        return pod_template(
            PodArgs(
                process=Process.API,
                image=args.image,
                config_map_name=args.config_map_name,
                trust_config_map_name=args.trust_config_map_name,
                overrides=args.overrides,
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


def version_mark(*content: str) -> str:
    """A moment long past that stands for what the pods are made of.

    The controller copies `spec.restartAt` into `status.restartedAt` in the same write in which it takes up a new
    template (argo-rollouts, `resetRolloutStatus`); it restarts nothing, because every pod is younger.
    """
    digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
    return datetime.fromtimestamp(int(digest[:_MARK_DIGITS], 16), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
