"""The order's journey through real processes, and what it survives."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import re
from collections import Counter
from typing import Any

import httpx
import pytest

from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from tests.app.conftest import ShopDatabase, Start
from tests.harness.issuer import Issuer
from tests.harness.outside import REGION, aws_client, span_receiver
from tests.harness.processes import HOST, ServiceProcess, wait_until

pytestmark = pytest.mark.parts

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER_SPAN_ID = "00f067aa0ba902b7"
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


def headers(issuer: Issuer, username: str = "sarah_123", **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {issuer.token(username)}", **more}


def order(api: ServiceProcess, issuer: Issuer, **more: str) -> httpx.Response:
    return httpx.post(f"{api.url}{ORDERS}", json=PAIR, headers=headers(issuer, **more), trust_env=False, timeout=60)


def counted(shop: ShopDatabase) -> int:
    return asyncio.run(shop.value("SELECT coalesce(sum(orders), 0)::int FROM order_analytics"))


def value(shop: ShopDatabase, statement: str) -> Any:
    return asyncio.run(shop.value(statement))


class TestJourney:
    """One order, from the request to the figures."""

    def test_an_order_reaches_the_consumer_under_one_trace_id(
        self, start: Start, issuer: Issuer, shop_database: ShopDatabase
    ) -> None:
        with span_receiver() as (url, spans):
            exporting = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
            api, relay, consumer = (start(role, **exporting) for role in ("api", "relay", "consumer"))
            for process in (api, relay, consumer):
                process.wait_until_ready()
            response = order(api, issuer, traceparent=f"00-{TRACE_ID}-{CALLER_SPAN_ID}-01")
            assert response.status_code == 201
            wait_until(lambda: counted(shop_database) == 1, what="the order in the figures")
            journey = ["POST /api/v2/orders", "place_orders", "publish order.created", "process orders"]
            wait_until(lambda: {*journey} <= {span.name for span in spans}, what="every span of the journey")
        by_name = {span.name: span for span in spans if span.trace_id.hex() == TRACE_ID}
        parents = [by_name[name].parent_span_id.hex() for name in journey]
        assert parents == [CALLER_SPAN_ID, *(by_name[name].span_id.hex() for name in journey[:-1])]
        assert response.headers["location"] == f"{ORDERS}/{response.json()['order_id']}"
        wait_until(lambda: value(shop_database, UNPUBLISHED) == 0, what="an empty outbox")
        (line,) = [entry for entry in api.log() if entry["logger"] == "app.access"]
        assert (line["trace_id"], line["status"]) == (TRACE_ID, 201)
        assert "sarah" not in api.log_file.read_text()
        metrics = httpx.get(f"{api.url}/metrics", trust_env=False, timeout=60).text
        assert "\norders_created_total 1.0" in metrics
        assert 'http_server_request_duration_seconds_count{http_request_method="POST"' in metrics
        assert TRACE_ID not in metrics
        asked = httpx.get(f"{api.url}/metrics", headers={"accept": OPENMETRICS}, trust_env=False, timeout=60)
        assert asked.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
        (named,) = [line for line in asked.text.splitlines() if TRACE_ID in line]
        span_id = by_name["POST /api/v2/orders"].span_id.hex()
        assert re.fullmatch(
            r'http_server_request_duration_seconds_bucket\{[^}]*http_route="/api/v2/orders"[^}]*\} 1\.0 '
            rf'# \{{span_id="{span_id}",trace_id="{TRACE_ID}"\}} [0-9.e-]+ [0-9.]+',
            named,
        )

    def test_a_terminated_replica_finishes_what_it_took(self, start: Start, issuer: Issuer) -> None:
        api = start("api", DRAIN_SECONDS="1").wait_until_ready()

        async def buy_while_it_drains() -> Counter[int]:
            codes: Counter[int] = Counter()
            refused = False
            async with httpx.AsyncClient(
                base_url=api.url, headers=headers(issuer), trust_env=False, timeout=60
            ) as client:
                await client.post(ORDERS, json=PAIR)
                api.process.terminate()
                while not refused:
                    try:
                        answers = await asyncio.gather(*(client.post(ORDERS, json=PAIR) for _ in range(5)))
                        codes.update(answer.status_code for answer in answers)
                    except httpx.TransportError:
                        refused = True
                with pytest.raises(httpx.ConnectError):
                    await client.get("/health/live")
            return codes

        codes = asyncio.run(buy_while_it_drains())
        assert set(codes) == {201}
        assert api.process.wait(120) == 0

    def test_readiness_goes_false_before_the_port_closes(self, start: Start) -> None:
        api = start("api", DRAIN_SECONDS="60").wait_until_ready()
        api.process.terminate()
        wait_until(
            lambda: httpx.get(f"{api.url}/health/ready", trust_env=False, timeout=60).status_code == 503,
            what="unreadiness",
        )
        assert httpx.get(f"{api.url}/health/live", trust_env=False, timeout=60).status_code == 200

    def test_a_kept_connection_ends_with_an_answer_and_not_under_a_request(self, start: Start) -> None:
        api = start("api", DRAIN_SECONDS="60").wait_until_ready()
        with contextlib.closing(http.client.HTTPConnection(HOST, api.port, timeout=30)) as kept:
            kept.request("GET", "/health/live")
            before = kept.getresponse()
            before.read()
            api.process.terminate()
            wait_until(
                lambda: httpx.get(f"{api.url}/health/ready", trust_env=False, timeout=60).status_code == 503,
                what="drain",
            )
            kept.request("GET", "/health/live")
            while_draining = kept.getresponse()
        assert [(answer.status, answer.will_close) for answer in (before, while_draining)] == [
            (200, False),
            (200, True),
        ]
        assert api.process.poll() is None


class TestFaults:
    """What dies in the middle, and that nothing is lost or doubled."""

    def test_with_the_broker_dead_orders_succeed_and_arrive_after_it_returned(
        self, start: Start, issuer: Issuer, shop_database: ShopDatabase, kafka: Part
    ) -> None:
        api, _, _ = (start(role).wait_until_ready() for role in ("api", "relay", "consumer"))
        kafka.stop()
        try:
            assert [order(api, issuer).status_code for _ in range(10)] == [201] * 10
            assert value(shop_database, UNPUBLISHED) == 10
        finally:
            kafka.start()
        wait_until(lambda: counted(shop_database) == 10, what="all orders in the figures")
        wait_until(lambda: value(shop_database, UNPUBLISHED) == 0, what="an empty outbox")

    def test_a_relay_that_dies_after_publishing_and_before_marking_loses_and_doubles_nothing(
        self, start: Start, issuer: Issuer, shop_database: ShopDatabase
    ) -> None:
        api, relay, _ = (start(role).wait_until_ready() for role in ("api", "relay", "consumer"))
        for _ in range(5):
            order(api, issuer)
        wait_until(lambda: counted(shop_database) == 5, what="five orders in the figures")
        relay.kill()
        order(api, issuer)
        value(shop_database, "WITH forgotten AS (UPDATE outbox SET published_at = NULL RETURNING 1) SELECT 1")
        start("relay").wait_until_ready()
        wait_until(lambda: value(shop_database, UNPUBLISHED) == 0, what="an empty outbox")
        wait_until(lambda: counted(shop_database) == 6, what="six orders in the figures")

    def test_a_consumer_that_dies_half_way_counts_every_order_once(
        self, start: Start, issuer: Issuer, shop_database: ShopDatabase
    ) -> None:
        api, _ = (start(role).wait_until_ready() for role in ("api", "relay"))
        consumer = start("consumer").wait_until_ready()
        for _ in range(30):
            assert order(api, issuer).status_code == 201
        consumer.kill()
        start("consumer")
        wait_until(lambda: counted(shop_database) == 30, what="every order in the figures")
        assert value(shop_database, "SELECT count(*) FROM inbox WHERE consumer = 'analytics'") == 30

    def test_a_replica_killed_under_load_keeps_every_order_it_confirmed(
        self, start: Start, issuer: Issuer, shop_database: ShopDatabase
    ) -> None:
        api = start("api").wait_until_ready()

        async def buy_until_it_dies() -> set[str]:
            confirmed: set[str] = set()
            async with httpx.AsyncClient(
                base_url=api.url, headers=headers(issuer), trust_env=False, timeout=60
            ) as client:

                async def buy() -> None:
                    while True:
                        try:
                            response = await client.post(ORDERS, json=PAIR)
                        except httpx.TransportError:
                            return
                        confirmed.add(response.json()["order_id"])
                        if len(confirmed) == 100:
                            api.process.kill()

                await asyncio.gather(*(buy() for _ in range(8)))
            return confirmed

        confirmed = asyncio.run(buy_until_it_dies())
        rows = asyncio.run(shop_database.run("SELECT id FROM orders"))
        assert confirmed <= {row["id"] for row in rows}
        assert value(shop_database, "SELECT count(*) FROM outbox") == len(rows)
        assert value(
            shop_database, "SELECT 1000 - available FROM inventory WHERE product_id = 'jordan-1' AND size = 9"
        ) == len(rows)

    def test_a_stream_cut_by_a_dead_replica_goes_on_at_another_one_where_it_was(
        self, start: Start, issuer: Issuer
    ) -> None:
        first, second = start("api", STREAM_SECONDS="30"), start("api", STREAM_SECONDS="30")
        first.wait_until_ready()
        second.wait_until_ready()
        address = f"{order(first, issuer).headers['location']}/events"
        with httpx.Client(headers=headers(issuer), trust_env=False, timeout=60) as client:
            with client.stream("GET", f"{first.url}{address}") as stream:
                lines = stream.iter_lines()
                assert next(line for line in lines if line.startswith("id: ")) == "id: 1"
                first.kill()
                with pytest.raises(httpx.TransportError):
                    list(lines)
            with client.stream("GET", f"{second.url}{address}", headers={"last-event-id": "1"}) as stream:
                client.post(f"{second.url}{address.removesuffix('events')}cancel")
                told = {line for line in stream.iter_lines() if line.startswith(("id: ", "data: "))}
        (data,) = told - {"id: 2"}
        assert '"status":"cancelled"' in data

    def test_a_replica_without_its_database_is_alive_and_starts_when_it_comes(
        self, start: Start, issuer: Issuer, parts: Parts, first_port: int
    ) -> None:
        cache = parts.create("valkey", "unneeded", preferred_port=first_port)
        api = start("api", DATABASE_PORT="1", CACHE_PORT=str(cache.record.port))
        wait_until(lambda: _status(f"{api.url}/health/live") == 200, what="liveness")
        assert _status(f"{api.url}/health/startup") == 503
        response = order(api, issuer)
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")

    def test_with_the_cache_dead_orders_and_products_are_served(self, start: Start, issuer: Issuer) -> None:
        api = start("api", CACHE_PORT="1").wait_until_ready()
        assert order(api, issuer).status_code == 201
        assert httpx.get(f"{api.url}/api/v2/products", trust_env=False, timeout=60).status_code == 200

    def test_two_replicas_sell_the_last_pair_once(
        self, start: Start, issuer: Issuer, shop_database: ShopDatabase
    ) -> None:
        replicas = [start("api"), start("api")]
        for replica in replicas:
            replica.wait_until_ready()
        asyncio.run(shop_database.stock(1))

        async def race() -> list[int]:
            async with httpx.AsyncClient(headers=headers(issuer), trust_env=False, timeout=60) as client:
                answers = await asyncio.gather(
                    *(client.post(f"{replica.url}{ORDERS}", json=PAIR) for replica in replicas)
                )
            return sorted(answer.status_code for answer in answers)

        assert asyncio.run(race()) == [201, 409]


class TestCognito:
    """Tokens as moto's Cognito makes them."""

    def test_a_token_of_the_user_pool_is_verified_with_the_keys_that_it_publishes(self, start: Start, aws: str) -> None:
        cognito = aws_client("cognito-idp", aws)
        pool = cognito.create_user_pool(PoolName="shop")["UserPool"]["Id"]
        client_id = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="shop", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        cognito.admin_create_user(UserPoolId=pool, Username="sarah_123", MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username="sarah_123", Password="Passw0rd!x", Permanent=True)
        token = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "sarah_123", "PASSWORD": "Passw0rd!x"},
        )["AuthenticationResult"]["AccessToken"]
        api = start(
            "api",
            IDENTITY_ISSUER=f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
            IDENTITY_JWKS_URL=f"{aws}/{pool}/.well-known/jwks.json",
            IDENTITY_CLIENT_ID=client_id,
        ).wait_until_ready()
        response = httpx.post(
            f"{api.url}{ORDERS}", json=PAIR, headers={"authorization": f"Bearer {token}"}, trust_env=False
        )
        assert response.status_code == 403
        assert "orders:write" in response.json()["detail"]


def _status(url: str) -> int:
    try:
        return httpx.get(url, trust_env=False, timeout=60).status_code
    except httpx.TransportError:
        return 0
