"""What is done after a version has taken over: a Job that takes from the schema what only older versions need."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import NAMESPACE, Process, process_name
from infra.components.workload.pod import PodArgs, pod_template
from infra.shared.kubernetes import labels
from infra.shared.naming import content_name
from infra.shared.quantities import Resources

COMMAND = "contract"
_SPARE_SECONDS = 300
"""For the work itself, after the wait."""


@dataclass(frozen=True, kw_only=True)
class ContractionArgs:
    """To which revision, by which image, and how long older versions may take to go."""

    contract_to: str
    image: pulumi.Input[str]
    version: str
    config_map_name: pulumi.Input[str]
    trust_config_map_name: pulumi.Input[str] | None
    resources: Resources
    patience_seconds: int
    """Pods of the version before stay this long after it was taken over from, at most."""


class Contraction(pulumi.ComponentResource):
    """A Job of its own for each version, configuration and revision, with the rights of the migrations.

    It stands on everything that runs, so it is made when all of that is of one version; it refuses by itself where it
    still sees a process of another one. A refusal is looked at by people: it is not tried again.
    """

    def __init__(self, name: str, args: ContractionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Contraction", name, None, opts)
        told = {"CONTRACT_TO": args.contract_to, "CONTRACT_PATIENCE": f"PT{args.patience_seconds}S"}
        job_name = pulumi.Output.from_input(args.config_map_name).apply(
            lambda config_map: content_name(f"orders-{COMMAND}-{args.version}", f"{config_map} {args.contract_to}")
        )
        k8s.batch.v1.Job(
            name,
            metadata={
                "name": job_name,
                "namespace": NAMESPACE,
                "labels": labels(process_name(Process.MIGRATE), COMMAND),
            },
            spec=k8s.batch.v1.JobSpecArgs(
                backoff_limit=0,
                active_deadline_seconds=args.patience_seconds + _SPARE_SECONDS,
                template=pod_template(
                    PodArgs(
                        process=Process.MIGRATE,
                        command=COMMAND,
                        image=args.image,
                        config_map_name=args.config_map_name,
                        trust_config_map_name=args.trust_config_map_name,
                        resources=args.resources,
                        grace_seconds=30,
                        overrides=told,
                        restart_policy="Never",
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
