"""The environment of the service's processes, in one ConfigMap that is named by its content.

One that is replaced stays, until its namespace goes: pods of the version before refer to it, and so does the way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.connections import Connections
from infra.components.workload.names import NAMESPACE
from infra.components.workload.trust import DATABASE_FILE, FOLDER
from infra.shared.choices import DatabaseTls
from infra.shared.kubernetes import labels
from infra.shared.naming import content_name
from infra.shared.ports import Port

_NAME = "orders-configuration"


@dataclass(frozen=True, kw_only=True)
class ConfigurationArgs:
    """What the service is told."""

    environment: str
    service_version: str
    log_level: str
    requests_per_minute: int
    traces_sampled_percent: float
    connections: Connections


class Configuration(pulumi.ComponentResource):
    """The ConfigMap."""

    config_map_name: pulumi.Output[str]

    def __init__(self, name: str, args: ConfigurationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:Configuration", name, None, opts)
        variables = environment_variables(args)
        config_map = k8s.core.v1.ConfigMap(
            name,
            metadata={
                "name": pulumi.Output.json_dumps(variables).apply(lambda content: content_name(_NAME, content)),
                "namespace": NAMESPACE,
                "labels": labels(_NAME, "configuration"),
            },
            data=variables,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.config_map_name = pulumi.Output.from_input(config_map.metadata.name)
        self.register_outputs({"config_map_name": self.config_map_name})


def environment_variables(args: ConfigurationArgs) -> Mapping[str, pulumi.Input[str]]:
    """Every variable that the service reads, but for those that differ from pod to pod."""
    database, cache = args.connections.database, args.connections.cache
    stream, identity, letters = args.connections.stream, args.connections.identity, args.connections.letters
    lake = args.connections.lake
    return {
        "ENVIRONMENT": args.environment,
        "SERVICE_VERSION": args.service_version,
        "LOG_LEVEL": args.log_level,
        "REQUESTS_PER_MINUTE": str(args.requests_per_minute),
        "PORT": str(int(Port.ORDER_SERVICE)),
        "DATABASE_HOST": database.host,
        "DATABASE_PORT": pulumi.Output.format("{0}", database.port),
        "DATABASE_NAME": database.name,
        "DATABASE_USER": database.user,
        "DATABASE_MIGRATOR": database.migrator,
        "DATABASE_SECRET_ARN": database.secret_arn,
        "DATABASE_AUTHENTICATION": database.authentication.value,
        "DATABASE_TLS": database.tls.value,
        **({"DATABASE_CA_FILE": f"{FOLDER}/{DATABASE_FILE}"} if database.tls is DatabaseTls.REQUIRE else {}),
        "CACHE_HOST": cache.host,
        "CACHE_PORT": pulumi.Output.format("{0}", cache.port),
        "CACHE_TLS": str(cache.tls).lower(),
        "CACHE_AUTHENTICATION": cache.authentication.value,
        "CACHE_CLUSTER_NAME": cache.cluster_name,
        "CACHE_USER": cache.user,
        "STREAM_BOOTSTRAP_SERVERS": stream.bootstrap_servers,
        "STREAM_SECURITY_PROTOCOL": stream.security_protocol.value,
        "STREAM_TOPIC_ORDER_EVENTS": stream.order_events_topic,
        "IDENTITY_ISSUER": identity.issuer,
        "IDENTITY_JWKS_URL": identity.jwks_url,
        "IDENTITY_CLIENT_ID": identity.client_id,
        "IDENTITY_SCOPE_PREFIX": identity.scope_prefix,
        "EMAIL_SENDER": letters.sender,
        "EMAIL_USER_POOL_ID": letters.user_pool_id,
        **({"LAKE_DELIVERY_STREAM": lake.stream_name} if lake else {}),
        "OTEL_EXPORTER_OTLP_ENDPOINT": args.connections.collector_endpoint,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{args.traces_sampled_percent / 100:g}",
    }
