"""What is done before a version takes a request: Jobs that make the database's roles, then its schema."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import NAMESPACE, Process, process_name
from infra.components.workload.pod import PodArgs, pod_template
from infra.shared.choices import DatabaseAuthentication
from infra.shared.kubernetes import labels
from infra.shared.naming import content_name
from infra.shared.quantities import Resources

_DEADLINE_SECONDS = 600
_RETRIES = 3
_AS_MASTER_USER = {"DATABASE_AUTHENTICATION": DatabaseAuthentication.SECRET.value}


@dataclass(frozen=True, kw_only=True)
class PreparationArgs:
    """Which command prepares, of which image, and what it is told."""

    process: Process
    """ROLES signs in as the master user, by its secret; MIGRATE as whoever the configuration says."""
    image: pulumi.Input[str]
    version: str
    config_map_name: pulumi.Input[str]
    trust_config_map_name: pulumi.Input[str] | None
    resources: Resources


class Preparation(pulumi.ComponentResource):
    """A Job of its own for each version and configuration; a Job that is done cannot be changed."""

    job: k8s.batch.v1.Job

    def __init__(self, name: str, args: PreparationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        formerly = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_="fortress:workload:Migration")])
        super().__init__("fortress:workload:Preparation", name, None, pulumi.ResourceOptions.merge(opts, formerly))
        process = process_name(args.process)
        job_name = pulumi.Output.from_input(args.config_map_name).apply(
            lambda config_map: content_name(f"{process}-{args.version}", config_map)
        )
        self.job = k8s.batch.v1.Job(
            name,
            metadata={"name": job_name, "namespace": NAMESPACE, "labels": labels(process, args.process.value)},
            spec=k8s.batch.v1.JobSpecArgs(
                backoff_limit=_RETRIES,
                active_deadline_seconds=_DEADLINE_SECONDS,
                template=pod_template(
                    PodArgs(
                        process=args.process,
                        image=args.image,
                        config_map_name=args.config_map_name,
                        trust_config_map_name=args.trust_config_map_name,
                        resources=args.resources,
                        grace_seconds=30,
                        overrides=_AS_MASTER_USER if args.process is Process.ROLES else None,
                        restart_policy="Never",
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
