"""The pod that every process of the service runs in: one image, the restricted profile, nothing writable but /tmp."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import CONTAINER, Process, process_name
from infra.components.workload.trust import FOLDER
from infra.shared.kubernetes import (
    labels,
    restricted_container_security,
    restricted_pod_security,
    selector_labels,
    spread_over_zones,
)
from infra.shared.ports import Port
from infra.shared.quantities import Resources

_PORT_NAME = "http"
_TEMPORARY = "temporary"
_TRUST = "trust"


@dataclass(frozen=True, kw_only=True)
class PodArgs:
    """What differs from process to process."""

    process: Process
    image: pulumi.Input[str]
    config_map_name: pulumi.Input[str]
    trust_config_map_name: pulumi.Input[str] | None
    """Certificates to verify the database by; None where it is not encrypted."""
    resources: Resources
    """What the container asks for; its memory is also its limit, its processor is not limited."""
    grace_seconds: int
    """How long the pod may take to end, the pause before SIGTERM included."""
    pause_before_stop_seconds: int = 0
    """How long the pod goes on serving after it left the endpoints; 0 leaves the pause out."""
    serves: bool = False
    """Whether the process listens and answers its probes."""
    overrides: Mapping[str, pulumi.Input[str]] | None = None
    """Variables that this process sees otherwise than the ConfigMap has them; None overrides none."""
    restart_policy: str = "Always"
    command: str | None = None
    """Of the image, under the process's account and rights; None is the process's own."""


def pod_template(args: PodArgs) -> k8s.core.v1.PodTemplateSpecArgs:
    """The template of one process's pods."""
    name = process_name(args.process)
    return k8s.core.v1.PodTemplateSpecArgs(
        metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels(name, args.process.value)),
        spec=k8s.core.v1.PodSpecArgs(
            service_account_name=name,
            automount_service_account_token=False,
            enable_service_links=False,
            restart_policy=args.restart_policy,
            termination_grace_period_seconds=args.grace_seconds,
            security_context=restricted_pod_security(),
            topology_spread_constraints=spread_over_zones(selector_labels(name)),
            containers=[_container(args)],
            volumes=_volumes(args),
        ),
    )


def _container(args: PodArgs) -> k8s.core.v1.ContainerArgs:
    requests = args.resources.as_quantities()
    return k8s.core.v1.ContainerArgs(
        name=CONTAINER,
        image=args.image,
        command=["python", "-m", "app", args.command or args.process.value],
        env=_variables(args),
        env_from=[
            k8s.core.v1.EnvFromSourceArgs(config_map_ref=k8s.core.v1.ConfigMapEnvSourceArgs(name=args.config_map_name))
        ],
        ports=_ports() if args.serves else None,
        resources=k8s.core.v1.ResourceRequirementsArgs(requests=requests, limits={"memory": requests["memory"]}),
        security_context=restricted_container_security(),
        lifecycle=_pause_before_stop(args.pause_before_stop_seconds),
        volume_mounts=_mounts(args),
        **(_probes() if args.serves else {}),
    )


def _volumes(args: PodArgs) -> list[k8s.core.v1.VolumeArgs]:
    temporary = k8s.core.v1.VolumeArgs(
        name=_TEMPORARY, empty_dir=k8s.core.v1.EmptyDirVolumeSourceArgs(size_limit="64Mi")
    )
    if args.trust_config_map_name is None:
        return [temporary]
    certificates = k8s.core.v1.ConfigMapVolumeSourceArgs(name=args.trust_config_map_name)
    return [temporary, k8s.core.v1.VolumeArgs(name=_TRUST, config_map=certificates)]


def _mounts(args: PodArgs) -> list[k8s.core.v1.VolumeMountArgs]:
    temporary = k8s.core.v1.VolumeMountArgs(name=_TEMPORARY, mount_path="/tmp")  # noqa: S108
    if args.trust_config_map_name is None:
        return [temporary]
    return [temporary, k8s.core.v1.VolumeMountArgs(name=_TRUST, mount_path=FOLDER, read_only=True)]


def _variables(args: PodArgs) -> list[k8s.core.v1.EnvVarArgs]:
    address = k8s.core.v1.EnvVarSourceArgs(field_ref=k8s.core.v1.ObjectFieldSelectorArgs(field_path="status.podIP"))
    pod = k8s.core.v1.EnvVarSourceArgs(field_ref=k8s.core.v1.ObjectFieldSelectorArgs(field_path="metadata.name"))
    return [
        k8s.core.v1.EnvVarArgs(name="HOST", value_from=address),
        k8s.core.v1.EnvVarArgs(name="POD_NAME", value_from=pod),
        k8s.core.v1.EnvVarArgs(name="OTEL_SERVICE_NAME", value=process_name(args.process)),
        *(k8s.core.v1.EnvVarArgs(name=key, value=value) for key, value in (args.overrides or {}).items()),
    ]


def _ports() -> list[k8s.core.v1.ContainerPortArgs]:
    return [k8s.core.v1.ContainerPortArgs(name=_PORT_NAME, container_port=int(Port.ORDER_SERVICE), protocol="TCP")]


def _pause_before_stop(seconds: int) -> k8s.core.v1.LifecycleArgs | None:
    if not seconds:
        return None
    return k8s.core.v1.LifecycleArgs(
        pre_stop=k8s.core.v1.LifecycleHandlerArgs(sleep=k8s.core.v1.SleepActionArgs(seconds=seconds))
    )


def _probes() -> dict[str, Any]:
    return {
        "startup_probe": _probe("/health/startup", period_seconds=1, failure_threshold=60),
        "readiness_probe": _probe("/health/ready", period_seconds=2, failure_threshold=2),
        "liveness_probe": _probe("/health/live", period_seconds=10, failure_threshold=3),
    }


def _probe(path: str, *, period_seconds: int, failure_threshold: int) -> k8s.core.v1.ProbeArgs:
    return k8s.core.v1.ProbeArgs(
        http_get=k8s.core.v1.HTTPGetActionArgs(path=path, port=_PORT_NAME),
        period_seconds=period_seconds,
        timeout_seconds=2,
        failure_threshold=failure_threshold,
    )
