"""Where the service runs: the cluster, and everything inside it that is not the service."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra import versions
from infra.components.add_ons import (
    ISTIO_NAMESPACE,
    ROLLOUTS_NAMESPACE,
    ROLLOUTS_SERVICE_ACCOUNT,
    AddOns,
    AddOnsArgs,
)
from infra.components.admission import Admission, AdmissionArgs
from infra.components.analysis_access import AnalysisAccess, AnalysisAccessArgs
from infra.components.cluster import AutoModeArgs, Cluster, ClusterAccess, ClusterArgs
from infra.components.collector import Collector, CollectorArgs
from infra.components.event_scaling import NAMESPACE as SCALING_NAMESPACE
from infra.components.event_scaling import EventScaling, EventScalingArgs
from infra.components.ingress import AUTO_MODE_BINDING, CONTROLLER_BINDING, Ingress, IngressArgs
from infra.components.ingress import NAMESPACE as INGRESS_NAMESPACE
from infra.components.mirror import Mirror, MirrorArgs
from infra.components.pod_logs import PodLogs, PodLogsArgs
from infra.components.scraper import Scraper, ScraperArgs
from infra.components.spot_nodes import SpotNodes, SpotNodesArgs
from infra.components.workload import NAMESPACE as WORKLOAD_NAMESPACE
from infra.context import Context
from infra.layers.cluster_network import control_plane_cidrs, dns_cidrs
from infra.layers.delivery import DeliveryLayer
from infra.layers.edge import Edge
from infra.layers.foundation import Foundation
from infra.layers.nodes import CHART_NAMESPACES as NODE_NAMESPACES
from infra.layers.nodes import build_node_controllers
from infra.shared.cidr import Tier
from infra.shared.dashboard import Panel
from infra.shared.key_policy import KeyDomain
from infra.shared.naming import NameLimit
from infra.shared.order import after
from infra.shared.ports import Port
from infra.shared.quantities import Resources

_ADMINISTRATOR = "AmazonEKSClusterAdminPolicy"
_READER = "AmazonEKSAdminViewPolicy"
_SYSTEM_NAMESPACES = ("kube-node-lease", "kube-public", "kube-system")
_CHART_NAMESPACES = (ROLLOUTS_NAMESPACE, INGRESS_NAMESPACE, ISTIO_NAMESPACE)


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The components inside the cluster, and the way to put more there."""

    ingress: Ingress
    collector: Collector
    pod_logs: PodLogs | None
    in_cluster: pulumi.ResourceOptions
    """For components that make objects in the cluster, and AWS resources beside them."""

    @property
    def panels(self) -> list[Panel]:
        """What of the platform is worth a look."""
        return [self.pod_logs.panel] if self.pod_logs is not None else []


def build_cluster(context: Context, foundation: Foundation, delivery: DeliveryLayer) -> Cluster:
    """EKS in the private tier; deployments administer it, pull requests may look, people are named one by one."""
    settings = context.settings.cluster
    people = {
        label: ClusterAccess(principal_arn=arn, policy=_ADMINISTRATOR)
        for label, arn in settings.administrator_role_arns.items()
    }
    workflows = {
        "apply": ClusterAccess(principal_arn=delivery.delivery.apply_role_arn, policy=_ADMINISTRATOR),
        "plan": ClusterAccess(principal_arn=delivery.delivery.plan_role_arn, policy=_READER),
    }
    return Cluster(
        "cluster",
        ClusterArgs(
            account=context.account,
            cluster_name=context.name(limit=NameLimit.EKS_CLUSTER),
            version=versions.EKS,
            subnet_ids=foundation.network.subnet_ids[Tier.PRIVATE],
            service_cidr=str(settings.service_cidr),
            public_access_cidrs=[str(cidr) for cidr in settings.public_access_cidrs],
            secrets_key_arn=foundation.keys.arns[KeyDomain.CLUSTER],
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.log_retention_days,
            access={**people, **workflows},
            auto_mode=None
            if settings.managed_nodes
            else AutoModeArgs(metrics_server_version=versions.METRICS_SERVER_ADD_ON),
            deletion_protection=settings.deletion_protection,
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        context.on_aws,
    )


def build_platform(
    context: Context,
    foundation: Foundation,
    delivery: DeliveryLayer,
    cluster: Cluster,
    nodes: Sequence[pulumi.Resource],
    edge: Edge,
) -> Platform:
    """Admission, then controllers, then the gateway that the load balancer forwards to, then the collector."""
    provider = k8s.Provider(
        "kubernetes",
        kubeconfig=cluster.kubeconfig,
        cluster_identifier=cluster.name,
        opts=pulumi.ResourceOptions(depends_on=[*cluster.ready, *nodes]),
    )
    on_both = pulumi.ResourceOptions(providers=[context.aws_provider, provider])
    in_cluster = after(on_both, _admission(context, delivery, on_both).ready)
    mirror = _mirror(context, foundation, cluster)
    after_mirror = after(in_cluster, mirror.ready)
    controllers = build_node_controllers(context, foundation, delivery, cluster, edge, after_mirror)
    in_cluster, after_mirror = after(in_cluster, controllers), after(after_mirror, controllers)
    settings = context.settings.cluster
    if context.settings.savings.spot_nodes:
        SpotNodes(
            "spot-nodes", SpotNodesArgs(most_processors=context.settings.savings.most_spot_processors), in_cluster
        )
    _scraper(context, foundation, cluster)
    analysis_access = _analysis_access(context, foundation, cluster)
    add_ons = AddOns(
        "add-ons",
        AddOnsArgs(
            istio_charts=versions.ISTIO_CHARTS,
            istio_version=versions.ISTIO,
            rollouts_charts=versions.ARGO_CHARTS,
            rollouts_version=versions.ARGO_ROLLOUTS,
            registry=delivery.registry.prefix.apply(lambda prefix: prefix.removesuffix("/")),
            rollouts_repository=versions.ARGO_ROLLOUTS_REPOSITORY,
            istio_hub=_guarded_upstream(context, delivery, versions.DOCKER_HUB, "/istio"),
            controller_replicas=settings.controller_replicas,
            kubernetes_version=versions.EKS,
            network_policy_switch=settings.managed_nodes is None,
            gateway_namespace=INGRESS_NAMESPACE,
            control_plane_cidrs=control_plane_cidrs(context, foundation),
            dns_cidrs=dns_cidrs(context),
        ),
        after(after_mirror, analysis_access.ready),
    )
    after_add_ons = after(in_cluster, add_ons.ready)
    ingress = _ingress(context, edge, foundation, after_add_ons)
    reads_logs = context.settings.telemetry.pod_logs
    return Platform(
        ingress=ingress,
        pod_logs=_pod_logs(context, foundation, delivery, cluster, after_mirror) if reads_logs else None,
        collector=_collector(context, delivery, cluster, after_mirror),
        in_cluster=after(
            after_add_ons, [*ingress.ready, *_scaling(context, foundation, delivery, cluster, after_mirror)]
        ),
    )


def _admission(context: Context, delivery: DeliveryLayer, opts: pulumi.ResourceOptions) -> Admission:
    scaling = [SCALING_NAMESPACE] if _scales_by_events(context) else []
    nodes = NODE_NAMESPACES if context.settings.cluster.managed_nodes else ()
    return Admission(
        "admission",
        AdmissionArgs(
            system_namespaces=_SYSTEM_NAMESPACES,
            chart_namespaces=[*_CHART_NAMESPACES, *scaling, *nodes],
            registries=[delivery.registry.prefix],
        ),
        opts,
    )


def _analysis_access(context: Context, foundation: Foundation, cluster: Cluster) -> AnalysisAccess:
    return AnalysisAccess(
        "analysis-access",
        AnalysisAccessArgs(
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            namespace=ROLLOUTS_NAMESPACE,
            service_account=ROLLOUTS_SERVICE_ACCOUNT,
            workspace_arn=foundation.observability.workspace_arn,
        ),
        context.on_aws,
    )


def _scaling(
    context: Context,
    foundation: Foundation,
    delivery: DeliveryLayer,
    cluster: Cluster,
    opts: pulumi.ResourceOptions,
) -> Sequence[pulumi.Resource]:
    """What scaled objects wait for: nothing where the stack scales nothing by what waits."""
    if not _scales_by_events(context):
        return []
    scaling = EventScaling(
        "event-scaling",
        EventScalingArgs(
            charts=versions.KEDA_CHARTS,
            version=versions.KEDA,
            registry=_guarded_upstream(context, delivery, versions.GITHUB),
            replicas=context.settings.cluster.controller_replicas,
            kubernetes_version=versions.EKS,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            workspace_arn=foundation.observability.workspace_arn,
            control_plane_cidrs=control_plane_cidrs(context, foundation),
            dns_cidrs=dns_cidrs(context),
        ),
        opts,
    )
    return scaling.ready


def _scales_by_events(context: Context) -> bool:
    workload = context.settings.workload
    return workload.most_consumers > workload.consumer_replicas


def _scraper(context: Context, foundation: Foundation, cluster: Cluster) -> Scraper:
    return Scraper(
        "scraper",
        ScraperArgs(
            cluster_arn=cluster.arn,
            cluster_security_group_id=cluster.security_group_id,
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.PRIVATE],
            workspace_arn=foundation.observability.workspace_arn,
            interval_seconds=context.settings.telemetry.scrape_interval_seconds,
            service_namespace=WORKLOAD_NAMESPACE,
            gateway_namespace=INGRESS_NAMESPACE,
        ),
        context.on_aws,
    )


def _ingress(context: Context, edge: Edge, foundation: Foundation, opts: pulumi.ResourceOptions) -> Ingress:
    settings = context.settings
    return Ingress(
        "ingress",
        IngressArgs(
            kubernetes_version=versions.EKS,
            charts=versions.ISTIO_CHARTS,
            chart_version=versions.ISTIO,
            least_replicas=settings.cluster.least_gateways,
            most_replicas=settings.cluster.most_gateways,
            hosts=settings.domain.gateway_hosts,
            binding=CONTROLLER_BINDING if settings.cluster.managed_nodes else AUTO_MODE_BINDING,
            target_group_arn=edge.load_balancer.target_group_arn,
            forwarded_to=edge.domain.certificate_arn is not None,
            deregistration_delay_seconds=settings.load_balancer.deregistration_delay_seconds,
            public_cidrs=foundation.network.cidrs[Tier.PUBLIC],
            scraper_cidrs=foundation.network.cidrs[Tier.PRIVATE],
            dns_cidrs=dns_cidrs(context),
            service_namespace=WORKLOAD_NAMESPACE,
            service_port=Port.ORDER_SERVICE,
        ),
        opts,
    )


def _mirror(context: Context, foundation: Foundation, cluster: Cluster) -> Mirror:
    secret_arns = _secret_arns(context)
    return Mirror(
        "mirror",
        MirrorArgs(
            account=context.account,
            namespace=context.name(limit=NameLimit.ECR_REPOSITORY),
            upstreams={
                **versions.UPSTREAM_REGISTRIES,
                **{upstream: versions.GUARDED_REGISTRIES[upstream] for upstream in secret_arns},
            },
            secret_arns=secret_arns,
            key_arn=foundation.keys.arns[KeyDomain.REGISTRY],
            pulling_role_name=cluster.node_role_name,
        ),
        context.on_aws,
    )


def _secret_arns(context: Context) -> dict[str, str]:
    settings = context.settings.registry
    given = {versions.DOCKER_HUB: settings.docker_hub_secret_arn, versions.GITHUB: settings.github_secret_arn}
    return {upstream: arn for upstream, arn in given.items() if arn is not None}


def _guarded_upstream(
    context: Context, delivery: DeliveryLayer, upstream: str, path: str = ""
) -> pulumi.Output[str] | None:
    """Where the images of an upstream that asks for a credential are mirrored; None where there is none."""
    if upstream not in _secret_arns(context):
        return None
    return pulumi.Output.concat(delivery.registry.prefix, upstream, path)


def _collector(context: Context, delivery: DeliveryLayer, cluster: Cluster, opts: pulumi.ResourceOptions) -> Collector:
    telemetry = context.settings.telemetry
    return Collector(
        "collector",
        CollectorArgs(
            kubernetes_version=versions.EKS,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            image=pulumi.Output.concat(delivery.registry.prefix, versions.collector_image()),
            replicas=telemetry.collector_replicas,
            resources=Resources(
                cpu_millicores=telemetry.collector_cpu_millicores,
                memory_mebibytes=telemetry.collector_memory_mebibytes,
            ),
            region=context.account.region,
            dns_cidrs=dns_cidrs(context),
            client_namespaces=[WORKLOAD_NAMESPACE],
        ),
        opts,
    )


def _pod_logs(
    context: Context,
    foundation: Foundation,
    delivery: DeliveryLayer,
    cluster: Cluster,
    opts: pulumi.ResourceOptions,
) -> PodLogs:
    settings, observability = context.settings, foundation.observability
    return PodLogs(
        "pod-logs",
        PodLogsArgs(
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            image=pulumi.Output.concat(delivery.registry.prefix, versions.collector_image()),
            region=context.account.region,
            service_namespace=WORKLOAD_NAMESPACE,
            service_log_group_name=observability.log_group_name,
            service_log_group_arn=observability.log_group_arn,
            platform_log_group_name=f"/fortress/{settings.environment}/platform",
            log_retention_days=settings.telemetry.log_retention_days,
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            dns_cidrs=dns_cidrs(context),
            alarm_topic_arn=foundation.alerts.topic_arn,
        ),
        opts,
    )
