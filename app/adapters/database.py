"""Connections to PostgreSQL, however the environment authenticates them.

The IAM way (an RDS token for each connection, over verified TLS) has not run against AWS; its token is compared with
botocore's own signer in the tests.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from app.adapters import secrets
from app.adapters.guard import Guard
from app.domain.deadline import remaining_seconds
from app.domain.errors import Unavailable
from app.settings import DatabaseAuthentication, DatabaseSettings, DatabaseTls

CONNECT_TIMEOUT_SECONDS = 2
ACQUIRE_TIMEOUT_SECONDS = 2
COMMAND_TIMEOUT_SECONDS = 4
RETRY_AFTER_SECONDS = 1
BORROWERS_MAX = 500
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InternalClientError,
)
"""The last is how asyncpg refuses a statement on a connection whose server took its leave and has not hung up yet."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """One user and what it may log in with right now."""

    user: str
    password: str


class Database:
    """Opens connections and keeps a pool of them; a database that is away is met at the first query, not at start."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        application_name: str,
        guarded_as: str = "order book",
        migrates: bool = False,
    ) -> None:
        """`migrates`: under IAM, log in as the owner of the tables and not as the service."""
        self._settings = settings
        self._user = settings.database_migrator if migrates else settings.database_user
        self._application_name = application_name
        self._tls = _tls_context(settings)
        self._last_secret: Credentials | None = None
        self._pool: asyncpg.Pool | None = None
        self._guard = Guard(
            guarded_as,
            failures=(Unavailable,),
            concurrent_max=BORROWERS_MAX,
            timeout_seconds=COMMAND_TIMEOUT_SECONDS,
            open_seconds=RETRY_AFTER_SECONDS,
        )

    @property
    def name(self) -> str:
        """What it is called in metrics and refusals."""
        return self._guard.name

    @property
    def pool(self) -> asyncpg.Pool | None:
        """The pool, once it is open."""
        return self._pool

    @property
    def service_user(self) -> str:
        """Who the service logs in as where it logs in with IAM."""
        return self._settings.database_user

    @property
    def migrator(self) -> str:
        """Who the migrations log in as where they log in with IAM, and who owns the tables then."""
        return self._settings.database_migrator

    async def open_pool(self, *, connections_max: int) -> None:
        """Makes the pool without connecting."""
        self._pool = await asyncpg.create_pool(
            connect=self._connect_for_pool, reset=_keep_session, min_size=0, max_size=connections_max
        )

    async def close(self) -> None:
        """Gives connections a moment to finish, then drops them."""
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), COMMAND_TIMEOUT_SECONDS)
            except TimeoutError:
                self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A pooled connection; what the database does not answer becomes `Unavailable`, at once after some failures."""
        if self._pool is None:
            raise RuntimeError("the pool is not open: call open_pool() first")
        patience_seconds = remaining_seconds(ACQUIRE_TIMEOUT_SECONDS)
        async with self._guard.admitted():
            try:
                connection = await self._pool.acquire(timeout=patience_seconds)
            except (*UNREACHABLE, asyncpg.PostgresError) as error:
                raise _unavailable() from error
            try:
                yield connection
            except UNREACHABLE as error:
                raise _unavailable() from error
            finally:
                await self._pool.release(connection)

    async def connect(self, *, session: Mapping[str, str] | None = None, **options: Any) -> asyncpg.Connection:
        """A connection of its own, outside the pool; `session` are settings that it begins with."""
        settings = self._settings
        credentials = await self.credentials()
        return await asyncpg.connect(
            host=settings.database_host,
            port=settings.database_port,
            database=settings.database_name,
            user=credentials.user,
            password=credentials.password,
            ssl=self._tls,
            timeout=CONNECT_TIMEOUT_SECONDS,
            server_settings={"application_name": self._application_name, **(session or {})},
            **{"command_timeout": COMMAND_TIMEOUT_SECONDS, **options},
        )

    async def credentials(self) -> Credentials:
        """Fresh for every connection, so that rotation is met; the last secret serves while Secrets Manager is away."""
        if self._settings.database_authentication is DatabaseAuthentication.IAM:
            return await asyncio.to_thread(iam_credentials, self._settings, self._user)
        try:
            secret = await secrets.secret_value(
                str(self._settings.database_secret_arn), region=self._settings.aws_region
            )
        except Exception as error:
            if self._last_secret is None:
                raise ConnectionError("the database's secret cannot be read") from error
        else:
            self._last_secret = Credentials(user=secret["username"], password=secret["password"])
        return self._last_secret

    async def _connect_for_pool(self, *_: Any, **options: Any) -> asyncpg.Connection:
        return await self.connect(**{name: options[name] for name in options if name in POOL_OPTIONS})


POOL_OPTIONS = frozenset({"loop", "connection_class", "record_class"})


def iam_credentials(settings: DatabaseSettings, user: str) -> Credentials:
    """An RDS authentication token, valid for 15 minutes; signed here, without a call to AWS."""
    import boto3

    token = boto3.client("rds", region_name=settings.aws_region).generate_db_auth_token(
        DBHostname=settings.database_host, Port=settings.database_port, DBUsername=user
    )
    return Credentials(user=user, password=token)


def _tls_context(settings: DatabaseSettings) -> ssl.SSLContext | bool:
    if settings.database_tls is DatabaseTls.DISABLE:
        return False
    return ssl.create_default_context(cafile=settings.database_ca_file)


def _unavailable() -> Unavailable:
    return Unavailable("the order book does not answer right now", retry_after_seconds=RETRY_AFTER_SECONDS)


async def _keep_session(_connection: Any) -> None:
    """The service sets nothing on a session, so there is nothing to reset and no round trip to pay for it."""
