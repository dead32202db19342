"""Nodes that the stack declares itself, and what Auto Mode would have brought along with its own."""

from collections.abc import Sequence

import pulumi

from infra import versions
from infra.components.cluster import Cluster
from infra.components.cluster_services import ClusterServices, ClusterServicesArgs
from infra.components.ingress import NAMESPACE as INGRESS_NAMESPACE
from infra.components.node_agents import NodeAgents, NodeAgentsArgs
from infra.components.node_group import NodeGroup, NodeGroupArgs
from infra.components.node_scaling import NAMESPACE as NODE_SCALING_NAMESPACE
from infra.components.node_scaling import NodeScaling, NodeScalingArgs
from infra.components.target_binding import NAMESPACE as TARGET_BINDING_NAMESPACE
from infra.components.target_binding import TargetBinding, TargetBindingArgs
from infra.context import Context
from infra.layers.cluster_network import control_plane_cidrs, dns_cidrs
from infra.layers.delivery import DeliveryLayer
from infra.layers.edge import Edge
from infra.layers.foundation import Foundation
from infra.settings import ManagedNodeSettings
from infra.shared.cidr import Tier
from infra.shared.key_policy import KeyDomain
from infra.shared.naming import NameLimit
from infra.shared.order import after

CHART_NAMESPACES = (NODE_SCALING_NAMESPACE, TARGET_BINDING_NAMESPACE)


def build_nodes(context: Context, foundation: Foundation, cluster: Cluster) -> Sequence[pulumi.Resource]:
    """What pods wait for beside the cluster: nothing where Auto Mode makes a node for whoever asks.

    Agents, then nodes that find them, then what runs on any node: a pod without an address or a name never gets ready.
    """
    managed = context.settings.cluster.managed_nodes
    if managed is None:
        return []
    agents = NodeAgents(
        "node-agents",
        NodeAgentsArgs(
            account=context.account,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            pod_identity_agent_version=versions.POD_IDENTITY_AGENT_ADD_ON,
            vpc_cni_version=versions.VPC_CNI_ADD_ON,
            kube_proxy_version=versions.KUBE_PROXY_ADD_ON,
        ),
        context.on_aws,
    )
    group = _node_group(context, foundation, cluster, managed, after(context.on_aws, agents.ready))
    services = ClusterServices(
        "cluster-services",
        ClusterServicesArgs(
            cluster_name=cluster.name,
            coredns_version=versions.COREDNS_ADD_ON,
            metrics_server_version=versions.METRICS_SERVER_ADD_ON,
        ),
        after(context.on_aws, group.ready),
    )
    return services.ready


def build_node_controllers(
    context: Context,
    foundation: Foundation,
    delivery: DeliveryLayer,
    cluster: Cluster,
    edge: Edge,
    opts: pulumi.ResourceOptions,
) -> Sequence[pulumi.Resource]:
    """Who makes room for pods and registers them with the load balancer; none where Auto Mode does both."""
    if context.settings.cluster.managed_nodes is None:
        return []
    scaling = NodeScaling(
        "node-scaling",
        NodeScalingArgs(
            account=context.account,
            charts=versions.AUTOSCALER_CHARTS,
            chart_version=versions.CLUSTER_AUTOSCALER_CHART,
            image_repository=pulumi.Output.concat(delivery.registry.prefix, versions.CLUSTER_AUTOSCALER_REPOSITORY),
            image_tag=versions.CLUSTER_AUTOSCALER,
            replicas=context.settings.cluster.controller_replicas,
            kubernetes_version=versions.EKS,
            cluster_name=context.name(limit=NameLimit.EKS_CLUSTER),
            cluster_arn=cluster.arn,
            group_prefix=_group_prefix(context),
            dns_cidrs=dns_cidrs(context),
        ),
        opts,
    )
    binding = TargetBinding(
        "target-binding",
        TargetBindingArgs(
            charts=versions.EKS_CHARTS,
            version=versions.LOAD_BALANCER_CONTROLLER,
            image_repository=pulumi.Output.concat(
                delivery.registry.prefix, versions.LOAD_BALANCER_CONTROLLER_REPOSITORY
            ),
            replicas=context.settings.cluster.controller_replicas,
            kubernetes_version=versions.EKS,
            region=context.account.region,
            cluster_name=cluster.name,
            cluster_arn=cluster.arn,
            vpc_id=foundation.network.vpc_id,
            target_group_arn=edge.load_balancer.target_group_arn,
            bound_namespace=INGRESS_NAMESPACE,
            control_plane_cidrs=control_plane_cidrs(context, foundation),
            dns_cidrs=dns_cidrs(context),
        ),
        opts,
    )
    return [*scaling.ready, *binding.ready]


def _node_group(
    context: Context,
    foundation: Foundation,
    cluster: Cluster,
    managed: ManagedNodeSettings,
    opts: pulumi.ResourceOptions,
) -> NodeGroup:
    return NodeGroup(
        "node-group",
        NodeGroupArgs(
            cluster_name=cluster.name,
            role_arn=cluster.node_role_arn,
            kubernetes_version=versions.EKS,
            name_prefix=_group_prefix(context),
            subnet_ids=foundation.network.subnet_ids[Tier.PRIVATE],
            ami_type=managed.ami_type,
            ami_release=managed.ami_release,
            instance_types=managed.instance_types,
            capacity_type=managed.capacity_type,
            least_nodes=managed.least_nodes,
            first_nodes=managed.first_nodes,
            most_nodes=managed.most_nodes,
            most_unavailable_percent=managed.most_unavailable_percent,
            volume_gib=managed.volume_gib,
            volume_key_arn=foundation.keys.arns[KeyDomain.NODES],
            tags=context.tags.as_dict(),
        ),
        opts,
    )


def _group_prefix(context: Context) -> str:
    return f"{context.name(limit=NameLimit.NODE_GROUP_PREFIX)}-"
