import pytest

from infra.components.workload.configuration import Configuration, ConfigurationArgs
from tests.infra.components.workload.surroundings import connections
from tests.infra.recorder import Registered, record_component


def config_map(*, log_level: str = "INFO") -> Registered:
    args = ConfigurationArgs(
        environment="dev",
        service_version="abababababab",
        log_level=log_level,
        requests_per_minute=6_000,
        traces_sampled_percent=25,
        connections=connections(),
    )
    return record_component(lambda opts: Configuration("configuration", args, opts)).one("kubernetes:core/v1:ConfigMap")


def test_the_service_is_told_everything_from_outputs() -> None:
    assert config_map().inputs["data"] == {
        "ENVIRONMENT": "dev",
        "SERVICE_VERSION": "abababababab",
        "LOG_LEVEL": "INFO",
        "REQUESTS_PER_MINUTE": "6000",
        "PORT": "8080",
        "DATABASE_HOST": "database.example.com",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "orders",
        "DATABASE_USER": "orders",
        "DATABASE_MIGRATOR": "orders_migrator",
        "DATABASE_SECRET_ARN": "arn:secret",
        "DATABASE_AUTHENTICATION": "iam",
        "DATABASE_TLS": "require",
        "DATABASE_CA_FILE": "/etc/orders/trust/database.pem",
        "CACHE_HOST": "cache.example.com",
        "CACHE_PORT": "6379",
        "CACHE_TLS": "true",
        "CACHE_AUTHENTICATION": "iam",
        "CACHE_CLUSTER_NAME": "cache-1",
        "CACHE_USER": "fortress-dev-orders",
        "STREAM_BOOTSTRAP_SERVERS": "b-1.kafka.example.com:9098",
        "STREAM_SECURITY_PROTOCOL": "SASL_SSL",
        "STREAM_TOPIC_ORDER_EVENTS": "order-events",
        "IDENTITY_ISSUER": "https://issuer.example.com",
        "IDENTITY_JWKS_URL": "https://issuer.example.com/.well-known/jwks.json",
        "IDENTITY_CLIENT_ID": "client-1",
        "IDENTITY_SCOPE_PREFIX": "orders-api",
        "EMAIL_SENDER": "orders@example.com",
        "EMAIL_USER_POOL_ID": "pool-1",
        "LAKE_DELIVERY_STREAM": "fortress-dev-order-events",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://172.20.0.10:4318",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.25",
    }


@pytest.mark.parametrize(("log_level", "same"), [("INFO", True), ("DEBUG", False)])
def test_the_name_follows_the_content_so_that_pods_do_too(log_level: str, same: bool) -> None:
    names = {config_map().inputs["metadata"]["name"], config_map(log_level=log_level).inputs["metadata"]["name"]}
    assert (len(names) == 1) is same
