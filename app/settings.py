"""Everything that differs between environments, read once from the environment."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseAuthentication(StrEnum):
    """`secret`: user and password from Secrets Manager; `iam`: a token of 15 minutes for each connection."""

    SECRET = "secret"  # noqa: S105 - the name of a way, not a secret
    IAM = "iam"


class DatabaseTls(StrEnum):
    """`require` encrypts every connection."""

    REQUIRE = "require"
    DISABLE = "disable"


class CacheAuthentication(StrEnum):
    """`iam`: the client renews its token by itself."""

    IAM = "iam"
    NONE = "none"


class StreamSecurityProtocol(StrEnum):
    """`SASL_SSL` means TLS and MSK's IAM tokens."""

    SASL_SSL = "SASL_SSL"
    PLAINTEXT = "PLAINTEXT"


Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]


class _Section(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)


class ServiceSettings(_Section):
    """Where the process listens and what it is called.

    `pod_name`: what this process is called among all of them.
    `drain_seconds`: how long it goes on answering after readiness went false, so that balancers notice.
    `deadline_seconds`: the longest that one request may take; a gateway's own limit is met where it tells one.
    `stream_seconds`: the longest that one stream of events lasts; less than the gateway's timeout, which would cut it.
    `requests_in_flight_max`: what comes beyond that many at once is answered 503 at once.
    `requests_per_minute`: how much one caller may ask, over all replicas.
    `trusted_proxies`: how many hops stand in front; each adds to X-Forwarded-For the address that it saw.
    `feature_flags_file`: JSON, `{"accept-orders": true, …}`; read again when it changes; left out, every flag is on.
    `cors_allowed_origins`: whose pages may call the API from a browser, as a JSON list; none by default, never all.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    environment: str = "local"
    service_version: str = "0.0.0"
    pod_name: str = Field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")
    log_level: str = "INFO"
    drain_seconds: float = Field(default=1.0, ge=0)
    deadline_seconds: float = Field(default=5.0, gt=0)
    stream_seconds: float = Field(default=8.0, gt=0)
    requests_in_flight_max: int = Field(default=512, ge=1)
    requests_per_minute: int = Field(default=6_000, ge=1)
    trusted_proxies: int = Field(default=0, ge=0)
    feature_flags_file: Path | None = None
    cors_allowed_origins: tuple[Origin, ...] = ()


class TelemetrySettings(_Section):
    """Left out, nothing is exported; everything else of OpenTelemetry is read by its SDK itself."""

    otel_exporter_otlp_endpoint: str | None = None


class DatabaseSettings(_Section):
    """PostgreSQL. Under IAM the service is `database_user` and migrations are `database_migrator`, both made by
    `roles`; a secret names its own user.

    `database_ca_file`: what signs the server's certificate (RDS has its own bundle); left out, the system's store.
    `database_reader_host`: a replica for reads that may be some moments old; left out, the one database serves all.
    """

    database_host: str
    database_port: int = 5432
    database_name: str = "orders"
    database_user: str = Field(default="orders", pattern="^[a-z_][a-z0-9_]*$")
    database_migrator: str = Field(default="orders_migrator", pattern="^[a-z_][a-z0-9_]*$")
    database_secret_arn: str | None = None
    database_authentication: DatabaseAuthentication = DatabaseAuthentication.SECRET
    database_tls: DatabaseTls = DatabaseTls.REQUIRE
    database_ca_file: str | None = None
    database_reader_host: str | None = None
    aws_region: str = "us-east-1"

    @model_validator(mode="after")
    def _secret_is_named(self) -> DatabaseSettings:
        if self.database_authentication is DatabaseAuthentication.SECRET and not self.database_secret_arn:
            raise ValueError("DATABASE_AUTHENTICATION=secret needs DATABASE_SECRET_ARN, which is not set")
        return self

    def reader(self) -> DatabaseSettings | None:
        """How to reach the replica for reads, if there is one."""
        if self.database_reader_host is None:
            return None
        return self.model_copy(update={"database_host": self.database_reader_host, "database_reader_host": None})


class CacheSettings(_Section):
    """Valkey. `cache_user` and `cache_cluster_name` (the replication group's id) count for IAM only.

    `cache_ca_file`: what signs the server's certificate; left out, the system's store (ElastiCache's is in it).
    """

    cache_host: str
    cache_port: int = 6379
    cache_tls: bool = True
    cache_authentication: CacheAuthentication = CacheAuthentication.NONE
    cache_user: str = "orders"
    cache_cluster_name: str = ""
    cache_ca_file: Path | None = None
    aws_region: str = "us-east-1"

    @model_validator(mode="after")
    def _iam_is_complete(self) -> CacheSettings:
        if self.cache_authentication is CacheAuthentication.IAM and not (self.cache_cluster_name and self.cache_tls):
            raise ValueError("CACHE_AUTHENTICATION=iam needs CACHE_CLUSTER_NAME and CACHE_TLS=true")
        return self


class StreamSettings(_Section):
    """Kafka. `stream_ca_file`: what signs the brokers' certificates; left out, the system's store (MSK's are in it)."""

    stream_bootstrap_servers: str
    stream_security_protocol: StreamSecurityProtocol = StreamSecurityProtocol.SASL_SSL
    stream_topic_order_events: str = "order-events"
    stream_ca_file: Path | None = None
    aws_region: str = "us-east-1"


class ContractionSettings(_Section):
    """What the schema is contracted to, `base` for nothing at all, and how long to wait for older versions to go."""

    contract_to: str
    contract_patience: timedelta = timedelta(0)


class PaymentSettings(_Section):
    """Where payments are made; left out, a stand-in within the process answers and no money moves."""

    payment_gateway_url: str | None = None


class EmailSettings(_Section):
    """Who writes to customers, and which user pool knows their addresses; without a sender nobody writes."""

    email_sender: str | None = None
    email_user_pool_id: str | None = None
    aws_region: str = "us-east-1"


class LakeSettings(_Section):
    """The Firehose stream that order events are written to as rows; left out, there is no lake."""

    lake_delivery_stream: str | None = None
    aws_region: str = "us-east-1"


class ConsumerSettings(_Section):
    """Which subscribers this consumer serves, all by default, and what its group is called."""

    consumer_subscribers: tuple[str, ...] = ()
    consumer_group: str = "orders"


class WebhookSettings(_Section):
    """`webhook_allowed_networks`: what may be called beside the public internet, as a JSON list; a test's business."""

    webhook_allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()


class IdentitySettings(_Section):
    """The identity provider whose tokens are believed."""

    identity_issuer: str
    identity_jwks_url: str
    identity_client_id: str
    identity_scope_prefix: str = "orders-api"

    @model_validator(mode="after")
    def _keys_come_safely(self) -> IdentitySettings:
        url = urlsplit(self.identity_jwks_url)
        if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.hostname)):
            raise ValueError(
                f"IDENTITY_JWKS_URL is {self.identity_jwks_url!r}, allowed are https and, on loopback only, http"
            )
        return self


def _is_loopback(host: str | None) -> bool:
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
