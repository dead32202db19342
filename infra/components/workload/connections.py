"""What the workload is told of the platform around it, and what it may do there."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from infra.shared.choices import CacheAuthentication, DatabaseAuthentication, DatabaseTls, StreamSecurityProtocol


@dataclass(frozen=True, kw_only=True)
class DatabaseConnection:
    """Where PostgreSQL is and how it is entered."""

    host: pulumi.Input[str]
    port: pulumi.Input[int]
    name: str
    pooled_host: pulumi.Input[str] | None
    """The proxy, for processes that keep nothing in their session; None where there is no proxy."""
    user: str
    """The user that the running service connects as under IAM."""
    migrator: str
    """The user that owns the tables and migrates them under IAM."""
    resource_id: pulumi.Input[str]
    """What IAM names the instance by."""
    pooled_resource_id: pulumi.Input[str] | None
    """What IAM names the proxy by."""
    secret_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    authentication: DatabaseAuthentication
    tls: DatabaseTls
    root_certificate: str
    """PEM of the authority that the instance's own certificate is from; a proxy has one that every system knows."""


@dataclass(frozen=True, kw_only=True)
class CacheConnection:
    """Where Valkey is and how it is entered."""

    host: pulumi.Input[str]
    port: pulumi.Input[int]
    cluster_name: pulumi.Input[str]
    arn: pulumi.Input[str]
    user: str
    user_arn: pulumi.Input[str]
    authentication: CacheAuthentication
    tls: bool


@dataclass(frozen=True, kw_only=True)
class StreamConnection:
    """Where Kafka is and how it is entered."""

    arn: pulumi.Input[str]
    bootstrap_servers: pulumi.Input[str]
    security_protocol: StreamSecurityProtocol
    order_events_topic: str
    retry_topics: Sequence[str]
    """Where a consumer leaves what it could not take, to take it later."""
    dead_letter_topic: str


@dataclass(frozen=True, kw_only=True)
class IdentityConnection:
    """Whose tokens the service believes."""

    issuer: pulumi.Input[str]
    jwks_url: pulumi.Input[str]
    client_id: pulumi.Input[str]
    scope_prefix: str


@dataclass(frozen=True, kw_only=True)
class LettersConnection:
    """In whose name letters are written, and who knows where customers get theirs."""

    sender: str
    identity_arn: pulumi.Input[str]
    configuration_set_arn: pulumi.Input[str]
    user_pool_id: pulumi.Input[str]
    user_pool_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class LakeConnection:
    """Where order events are written to as rows."""

    stream_name: pulumi.Input[str]
    stream_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Connections:
    """All of it."""

    database: DatabaseConnection
    cache: CacheConnection
    stream: StreamConnection
    identity: IdentityConnection
    letters: LettersConnection
    lake: LakeConnection | None
    collector_endpoint: pulumi.Input[str]
