"""The processes beside the API: the relay from the outbox to Kafka, and those that read order events from there."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import Process, process_metadata, process_name
from infra.components.workload.pod import PodArgs, pod_template
from infra.shared.kubernetes import selector_labels
from infra.shared.quantities import Resources


@dataclass(frozen=True, kw_only=True)
class WorkerArgs:
    """Which process, which image, how many."""

    process: Process
    image: pulumi.Input[str]
    config_map_name: pulumi.Input[str]
    trust_config_map_name: pulumi.Input[str] | None
    overrides: Mapping[str, pulumi.Input[str]] | None
    resources: Resources
    replicas: int | None
    """None where an autoscaler keeps their number: what is declared would be set back with every update."""
    grace_seconds: int


class Worker(pulumi.ComponentResource):
    """A Deployment that nothing calls but the kubelet, whose probes it answers."""

    deployment: pulumi.Resource
    """What a scaler acts on."""

    def __init__(self, name: str, args: WorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Worker", name, None, opts)
        selector = selector_labels(process_name(args.process))
        self.deployment = k8s.apps.v1.Deployment(
            name,
            metadata=process_metadata(args.process),
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=args.replicas,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=pod_template(
                    PodArgs(
                        process=args.process,
                        image=args.image,
                        config_map_name=args.config_map_name,
                        trust_config_map_name=args.trust_config_map_name,
                        overrides=args.overrides,
                        resources=args.resources,
                        grace_seconds=args.grace_seconds,
                        serves=True,
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        k8s.policy.v1.PodDisruptionBudget(
            name,
            metadata=process_metadata(args.process),
            spec=k8s.policy.v1.PodDisruptionBudgetSpecArgs(
                max_unavailable=1, selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector)
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
