import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.adapters import secrets
from app.adapters.database import Credentials, Database, iam_credentials
from app.adapters.outbox import PostgresOutbox
from app.domain.deadline import deadline
from app.domain.errors import Unavailable
from app.settings import DatabaseAuthentication, DatabaseSettings, DatabaseTls
from tests.app.conftest import ShopDatabase
from tests.harness.tokens import CREDENTIALS, verified

SECRET = DatabaseSettings(
    database_host="db.example",
    database_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db",
    database_tls=DatabaseTls.DISABLE,
)
IAM = DatabaseSettings(
    database_host="db.example",
    database_user="orders",
    database_authentication=DatabaseAuthentication.IAM,
    database_tls=DatabaseTls.REQUIRE,
)

LEAVE_FIELDS = b"SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0"
LEAVE = b"E" + (4 + len(LEAVE_FIELDS)).to_bytes(4) + LEAVE_FIELDS
"""PostgreSQL's ErrorResponse, as a backend sends it whose server was killed."""


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("aws_credentials")
def test_the_iam_token_is_what_rds_documents_and_a_second_signer_signs() -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html"""
    ours = iam_credentials(IAM, "orders")
    assert ours.user == "orders"
    assert not ours.password.startswith("http")
    token = verified(f"https://{ours.password}")
    assert (token.host, token.path) == ("db.example:5432", "/")
    assert token.asked == {"Action": "connect", "DBUser": "orders"}
    assert (token.scope, token.signed_headers) == ("us-east-1/rds-db/aws4_request", "host")
    assert token.lifetime_seconds == 900
    assert abs(datetime.now(UTC) - token.signed_at) < timedelta(minutes=1)


@pytest.mark.usefixtures("aws_credentials")
@pytest.mark.parametrize(("migrates", "user"), [(False, "orders"), (True, "orders_migrator")])
async def test_migrations_log_in_as_the_owner_of_the_tables(migrates: bool, user: str) -> None:
    assert (await Database(IAM, application_name="test", migrates=migrates).credentials()).user == user


async def test_a_rotated_secret_is_met_by_the_next_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = iter(["before", "after"])

    async def secret_value(_arn: str, *, region: str) -> dict[str, str]:
        assert region == "us-east-1"
        return {"username": "admin", "password": next(passwords)}

    monkeypatch.setattr(secrets, "secret_value", secret_value)
    database = Database(SECRET, application_name="test")
    assert await database.credentials() == Credentials(user="admin", password="before")
    assert await database.credentials() == Credentials(user="admin", password="after")


async def test_the_last_secret_serves_while_secrets_manager_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    away = False

    async def secret_value(_arn: str, *, region: str) -> dict[str, str]:
        assert region
        if away:
            raise TimeoutError
        return {"username": "admin", "password": "known"}

    monkeypatch.setattr(secrets, "secret_value", secret_value)
    database = Database(SECRET, application_name="test")
    known = await database.credentials()
    away = True
    assert await database.credentials() == known


async def test_without_any_secret_there_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def secret_value(_arn: str, *, region: str) -> dict[str, str]:
        raise TimeoutError(region)

    monkeypatch.setattr(secrets, "secret_value", secret_value)
    with pytest.raises(ConnectionError):
        await Database(SECRET, application_name="test").credentials()


def test_tls_means_a_verified_certificate_of_the_right_host() -> None:
    context = Database(IAM, application_name="test")._tls
    assert isinstance(context, ssl.SSLContext)
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


async def test_a_dead_database_is_asked_only_now_and_then_and_every_answer_says_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    async def secret_value(_arn: str, *, region: str) -> dict[str, str]:
        nonlocal asked
        asked += 1
        raise TimeoutError(region)

    monkeypatch.setattr(secrets, "secret_value", secret_value)
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: 1_000.0)
    database = Database(SECRET, application_name="test")
    await database.open_pool(connections_max=2)
    for _ in range(20):
        with pytest.raises(Unavailable) as refusal:
            async with database.connection():
                pass
        assert refusal.value.retry_after_seconds == 1
    assert asked == 5
    await database.close()


async def test_a_request_whose_time_is_over_takes_no_connection() -> None:
    database = Database(SECRET, application_name="test")
    await database.open_pool(connections_max=1)
    with deadline(0), pytest.raises(Unavailable, match="the time for this request is over"):
        async with database.connection():
            pass
    assert not database._guard.open
    await database.close()


@pytest.mark.parts
async def test_a_server_that_took_its_leave_and_has_not_hung_up_yet_is_one_that_does_not_answer(
    shop_database: ShopDatabase,
) -> None:
    outbox = PostgresOutbox(shop_database.adapter)
    await outbox.unpublished()
    _take_leave(outbox._session)
    with pytest.raises(Unavailable):
        await outbox.unpublished()
    await outbox.close()
    with pytest.raises(Unavailable):
        await _asked_after_its_leave(shop_database.adapter)


async def _asked_after_its_leave(database: Database) -> None:
    async with database.connection() as connection:
        _take_leave(connection)
        await connection.fetchval("SELECT 1")


def _take_leave(connection: Any) -> None:
    connection._protocol.data_received(LEAVE)
