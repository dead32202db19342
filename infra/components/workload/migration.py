"""The migration: a Job that brings the schema to the image's version before that version takes a request."""

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


@dataclass(frozen=True, kw_only=True)
class MigrationArgs:
    """Which image migrates, and what it is told."""

    image: pulumi.Input[str]
    version: str
    config_map_name: pulumi.Input[str]
    resources: Resources


class Migration(pulumi.ComponentResource):
    """A Job of its own for each version and configuration; a Job that is done cannot be changed."""

    job: k8s.batch.v1.Job

    def __init__(self, name: str, args: MigrationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Migration", name, None, opts)
        process = process_name(Process.MIGRATE)
        job_name = pulumi.Output.from_input(args.config_map_name).apply(
            lambda config_map: content_name(f"{process}-{args.version}", config_map)
        )
        self.job = k8s.batch.v1.Job(
            name,
            metadata={"name": job_name, "namespace": NAMESPACE, "labels": labels(process, Process.MIGRATE.value)},
            spec=k8s.batch.v1.JobSpecArgs(
                backoff_limit=_RETRIES,
                active_deadline_seconds=_DEADLINE_SECONDS,
                template=pod_template(
                    PodArgs(
                        process=Process.MIGRATE,
                        image=args.image,
                        config_map_name=args.config_map_name,
                        resources=args.resources,
                        grace_seconds=30,
                        overrides={"DATABASE_AUTHENTICATION": DatabaseAuthentication.SECRET.value},
                        restart_policy="Never",
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
