"""What the platform tells the service's processes, for parts that a test or a measurement started."""

from __future__ import annotations

import json

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from app.adapters.retry_topics import dead_letter_topic, retry_topics
from app.settings import CacheSettings, StreamSettings
from tests.harness.database import TestServer
from tests.harness.issuer import CLIENT_ID, ISSUER
from tests.harness.outside import REGION, aws_client

PARTITIONS = 3


def make_topics(bootstrap_servers: str, topic: str) -> None:
    """A topic with those behind it, and as many partitions as the platform's."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    names = [topic, *retry_topics(topic), dead_letter_topic(topic)]
    for future in admin.create_topics([NewTopic(name, num_partitions=PARTITIONS) for name in names]).values():
        future.result(timeout=120)


def service_environment(
    server: TestServer, database: str, *, cache: CacheSettings, stream: StreamSettings, aws_url: str, jwks_url: str
) -> dict[str, str]:
    """Every variable that the service needs; the database's secret is put into the embedded AWS."""
    secret = aws_client("secretsmanager", aws_url).create_secret(
        Name=f"rds!{database}",
        SecretString=json.dumps({"username": server.username, "password": server.password}),
    )
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": aws_url,
        "DATABASE_HOST": server.host,
        "DATABASE_PORT": str(server.port),
        "DATABASE_NAME": database,
        "DATABASE_SECRET_ARN": secret["ARN"],
        "DATABASE_AUTHENTICATION": "secret",
        "DATABASE_TLS": "disable",
        "CACHE_HOST": cache.cache_host,
        "CACHE_PORT": str(cache.cache_port),
        "CACHE_TLS": "false",
        "CACHE_AUTHENTICATION": "none",
        "STREAM_BOOTSTRAP_SERVERS": stream.stream_bootstrap_servers,
        "STREAM_SECURITY_PROTOCOL": "PLAINTEXT",
        "STREAM_TOPIC_ORDER_EVENTS": stream.stream_topic_order_events,
        "IDENTITY_ISSUER": ISSUER,
        "IDENTITY_JWKS_URL": jwks_url,
        "IDENTITY_CLIENT_ID": CLIENT_ID,
        "OTEL_SERVICE_NAME": "orders",
        "DRAIN_SECONDS": "0.3",
    }
