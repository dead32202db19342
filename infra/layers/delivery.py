"""How versions get here: the registry they are pushed to and the roles that deploy them."""

from dataclasses import dataclass

from infra.components.cluster import Cluster
from infra.components.delivery import Delivery, DeliveryArgs
from infra.components.registry import Registry, RegistryArgs
from infra.components.runner import Runner, RunnerArgs
from infra.context import Context
from infra.layers.data import lake_database_name
from infra.layers.foundation import Foundation
from infra.shared.cidr import Tier
from infra.shared.key_policy import KeyDomain
from infra.shared.naming import NameLimit


@dataclass(frozen=True, kw_only=True)
class DeliveryLayer:
    """The components of this layer."""

    registry: Registry
    delivery: Delivery


def build_delivery(context: Context, foundation: Foundation) -> DeliveryLayer:
    """The registry under its own key, and the two roles that GitHub's tokens become."""
    settings = context.settings
    registry = Registry(
        "registry",
        RegistryArgs(
            repository_name=f"{context.name(limit=NameLimit.ECR_REPOSITORY)}/orders",
            key_arn=foundation.keys.arns[KeyDomain.REGISTRY],
            kept_images=settings.registry.kept_images,
            force_delete=settings.registry.force_delete,
        ),
        context.on_aws,
    )
    delivery = Delivery(
        "delivery",
        DeliveryArgs(
            account=context.account,
            repository=settings.delivery.repository_subject or settings.delivery.repository,
            deployment_environment=settings.delivery.deployment_environment,
            state_bucket_name=settings.delivery.state_bucket_name,
            state_key_alias=settings.delivery.state_key_alias,
            boundary_arn=foundation.boundary.arn,
            stream_name=context.name(limit=NameLimit.MSK_CLUSTER),
            lake_database_name=lake_database_name(context),
        ),
        context.on_aws,
    )
    return DeliveryLayer(registry=registry, delivery=delivery)


def build_runner(context: Context, foundation: Foundation, cluster: Cluster, connection_arn: str) -> None:
    """Where workflows run that have to reach a private API server."""
    settings = context.settings
    Runner(
        "runner",
        RunnerArgs(
            account=context.account,
            project_name=context.name("runner", limit=NameLimit.CODEBUILD_PROJECT),
            repository=settings.delivery.repository,
            connection_arn=connection_arn,
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.subnet_ids[Tier.PRIVATE],
            cluster_security_group_id=cluster.security_group_id,
            log_key_arn=foundation.keys.arns[KeyDomain.TELEMETRY],
            log_retention_days=settings.cluster.log_retention_days,
        ),
        context.on_aws,
    )
