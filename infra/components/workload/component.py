"""The workload as a whole: in which order its parts have to stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from infra.components.workload.admission import StrategyGuard
from infra.components.workload.analyses import Analyses, AnalysesArgs, Prometheus
from infra.components.workload.boundaries import Boundaries, BoundariesArgs
from infra.components.workload.configuration import Configuration, ConfigurationArgs
from infra.components.workload.connections import Connections
from infra.components.workload.contraction import Contraction, ContractionArgs
from infra.components.workload.names import POOLED, Process
from infra.components.workload.objectives import ServiceObjectives, ServiceObjectivesArgs
from infra.components.workload.permissions import Permissions, PermissionsArgs
from infra.components.workload.preparation import Preparation, PreparationArgs
from infra.components.workload.rollout import Rollout, RolloutArgs
from infra.components.workload.routing import Routing, RoutingArgs
from infra.components.workload.scaler import Scaler, ScalerArgs
from infra.components.workload.trust import Trust
from infra.components.workload.worker import Worker, WorkerArgs
from infra.shared.arn import Account
from infra.shared.choices import DatabaseTls
from infra.shared.quantities import Resources
from infra.shared.release import Release

_VERSION_LENGTH = 12
_JOBS = 2


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How many of each process, and what each asks for."""

    least_replicas: int
    most_replicas: int
    target_cpu_percent: int
    relay_replicas: int
    consumer_replicas: int
    most_consumers: int
    """More than `consumer_replicas`, and consumers are scaled by the events that wait."""
    events_per_consumer: int
    """How many may wait for each consumer before there is one more."""
    webhook_replicas: int
    api: Resources
    worker: Resources

    @property
    def scales_consumers(self) -> bool:
        """Whether the number of consumers is somebody else's than the declaration's."""
        return self.most_consumers > self.consumer_replicas


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """The image, its surroundings and its size."""

    account: Account
    environment: str
    repository_url: pulumi.Input[str]
    image_digest: str
    """`sha256:` and 64 hexadecimal digits."""
    log_level: str
    requests_per_minute: int
    """Of one caller, over all replicas."""
    traces_sampled_percent: float
    kubernetes_version: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    connections: Connections
    scale: Scale
    release: Release
    prometheus: Prometheus
    objectives: ServiceObjectivesArgs
    pause_before_stop_seconds: int
    grace_seconds: int
    request_timeout_seconds: int
    gateway: str
    hosts: Sequence[str]
    ingress_namespace: str
    telemetry_namespace: str
    data_cidrs: Sequence[str]
    scraper_cidrs: Sequence[str]
    dns_cidrs: Sequence[str]


class Workload(pulumi.ComponentResource):
    """Boundaries, then rights and configuration, then roles and schema, then the version that needs them."""

    def __init__(self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Workload", name, None, opts)
        self._name = name
        self._image = pulumi.Output.concat(args.repository_url, "@", args.image_digest)
        self._image_version = args.image_digest.removeprefix("sha256:")[:_VERSION_LENGTH]
        boundaries = self._boundaries(args)
        inside = pulumi.ResourceOptions(parent=self, depends_on=[*boundaries.ready])
        configuration = Configuration(
            f"{name}-configuration",
            ConfigurationArgs(
                environment=args.environment,
                service_version=self._image_version,
                log_level=args.log_level,
                requests_per_minute=args.requests_per_minute,
                traces_sampled_percent=args.traces_sampled_percent,
                connections=args.connections,
            ),
            inside,
        )
        permissions = {process: self._permissions(process, args, inside) for process in Process}
        routing = Routing(
            f"{name}-routing",
            RoutingArgs(
                gateway=args.gateway,
                hosts=args.hosts,
                request_timeout_seconds=args.request_timeout_seconds,
                strategy=args.release.strategy,
            ),
            inside,
        )
        StrategyGuard(f"{name}-strategy-guard", pulumi.ResourceOptions(parent=self))
        analyses = Analyses(f"{name}-analyses", AnalysesArgs(release=args.release, prometheus=args.prometheus), inside)
        ServiceObjectives(f"{name}-objectives", args.objectives, pulumi.ResourceOptions(parent=self))
        self._configuration = configuration.config_map_name
        self._trust = self._trusted(args, inside)
        roles = self._prepare(f"{name}-roles", Process.ROLES, args, permissions[Process.ROLES].ready)
        migration = self._prepare(
            f"{name}-migration", Process.MIGRATE, args, [roles.job, *permissions[Process.MIGRATE].ready]
        )
        running = self._run(args, permissions, [migration.job, *routing.ready, *analyses.ready])
        self._contract(args, running)
        self.register_outputs({})

    def _trusted(self, args: WorkloadArgs, opts: pulumi.ResourceOptions) -> pulumi.Output[str] | None:
        database = args.connections.database
        if database.tls is DatabaseTls.DISABLE:
            return None
        return Trust(f"{self._name}-trust", database.root_certificate, opts).config_map_name

    def _prepare(
        self, name: str, process: Process, args: WorkloadArgs, before: Sequence[pulumi.Resource]
    ) -> Preparation:
        return Preparation(
            name,
            PreparationArgs(
                process=process,
                image=self._image,
                version=self._image_version,
                config_map_name=self._configuration,
                trust_config_map_name=self._trust,
                resources=args.scale.worker,
            ),
            self._after(before),
        )

    def _after(self, resources: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(resources))

    def _boundaries(self, args: WorkloadArgs) -> Boundaries:
        scale = args.scale
        workers = scale.relay_replicas + scale.most_consumers + scale.webhook_replicas + _JOBS
        return Boundaries(
            f"{self._name}-boundaries",
            BoundariesArgs(
                kubernetes_version=args.kubernetes_version,
                quota=scale.api * (2 * scale.most_replicas) + scale.worker * (2 * workers),
                most_pods=2 * (scale.most_replicas + workers),
                ingress_namespace=args.ingress_namespace,
                telemetry_namespace=args.telemetry_namespace,
                data_cidrs=args.data_cidrs,
                scraper_cidrs=args.scraper_cidrs,
                dns_cidrs=args.dns_cidrs,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _permissions(self, process: Process, args: WorkloadArgs, opts: pulumi.ResourceOptions) -> Permissions:
        return Permissions(
            f"{self._name}-{process}",
            PermissionsArgs(
                process=process,
                account=args.account,
                cluster_name=args.cluster_name,
                cluster_arn=args.cluster_arn,
                connections=args.connections,
            ),
            opts,
        )

    def _run(
        self,
        args: WorkloadArgs,
        permissions: Mapping[Process, Permissions],
        before: Sequence[pulumi.Resource],
    ) -> Sequence[pulumi.Resource]:
        scale = args.scale
        rollout = Rollout(
            f"{self._name}-rollout",
            RolloutArgs(
                image=self._image,
                config_map_name=self._configuration,
                trust_config_map_name=self._trust,
                overrides=_entrance(Process.API, args.connections),
                resources=scale.api,
                least_replicas=scale.least_replicas,
                most_replicas=scale.most_replicas,
                target_cpu_percent=scale.target_cpu_percent,
                release=args.release,
                pause_before_stop_seconds=args.pause_before_stop_seconds,
                grace_seconds=args.grace_seconds,
            ),
            self._after([*before, *permissions[Process.API].ready]),
        )
        replicas = {
            Process.RELAY: scale.relay_replicas,
            Process.CONSUMER: None if scale.scales_consumers else scale.consumer_replicas,
            Process.WEBHOOKS: scale.webhook_replicas,
        }
        workers = {
            process: Worker(
                f"{self._name}-{process}-worker",
                WorkerArgs(
                    process=process,
                    image=self._image,
                    config_map_name=self._configuration,
                    trust_config_map_name=self._trust,
                    overrides=_entrance(process, args.connections),
                    resources=scale.worker,
                    replicas=count,
                    grace_seconds=args.grace_seconds,
                ),
                self._after([*before, *permissions[process].ready, rollout]),
            )
            for process, count in replicas.items()
        }
        if scale.scales_consumers:
            self._scale_consumers(args, workers[Process.CONSUMER].deployment)
        return [rollout, *workers.values()]

    def _scale_consumers(self, args: WorkloadArgs, consumer: pulumi.Resource) -> None:
        Scaler(
            f"{self._name}-consumer-scaler",
            ScalerArgs(
                consumer=consumer,
                least_replicas=args.scale.consumer_replicas,
                most_replicas=args.scale.most_consumers,
                waiting_each=args.scale.events_per_consumer,
                prometheus=args.prometheus,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _contract(self, args: WorkloadArgs, running: Sequence[pulumi.Resource]) -> None:
        release = args.release
        if release.contract_to is None:
            return
        Contraction(
            f"{self._name}-contraction",
            ContractionArgs(
                contract_to=release.contract_to,
                image=self._image,
                version=self._image_version,
                config_map_name=self._configuration,
                trust_config_map_name=self._trust,
                resources=args.scale.worker,
                patience_seconds=release.scale_down_delay_seconds + args.grace_seconds,
            ),
            self._after(running),
        )


def _entrance(process: Process, connections: Connections) -> Mapping[str, pulumi.Input[str]] | None:
    """What a process that goes through the proxy sees otherwise; the proxy's certificate is one that systems know."""
    host = connections.database.pooled_host
    return None if host is None or process not in POOLED else {"DATABASE_HOST": host, "DATABASE_CA_FILE": ""}
