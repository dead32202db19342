"""Versions side by side: one that was released before really runs beside this one, on one schema, cache and broker.

`releases/` holds the service as it was when the schema was at the revision that names the archive, made by
`git archive --format=zip --output=tests/app/releases/<revision>.zip HEAD app`: one for each release that may still run.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.adapters.schema import CONTRACTIONS, EXPANSIONS
from tests.app.conftest import ShopDatabase, Start
from tests.harness.issuer import Issuer
from tests.harness.processes import CHECKOUT, ServiceProcess, wait_until

pytestmark = pytest.mark.parts

ORDERS = "/api/v2/orders"
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
RELEASES = sorted((Path(__file__).parent / "releases").glob("*.zip"))
OLD, NEW = {"SERVICE_VERSION": "old"}, {"SERVICE_VERSION": "new"}
LAST = CONTRACTIONS.revisions()[-1]


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The checkout of a release."""
    with zipfile.ZipFile(request.param) as archive:
        archive.extractall(tmp_path / "former")
    return tmp_path / "former"


class Caller:
    """One customer, at one replica."""

    def __init__(self, api: ServiceProcess, issuer: Issuer) -> None:
        self._orders = f"{api.url}{ORDERS}"
        self._headers = {"authorization": f"Bearer {issuer.token('sarah_123')}"}

    def place(self, key: str) -> str:
        """The id of an order under that idempotency key."""
        answer = self._ask("POST", json=PAIR, headers={**self._headers, "idempotency-key": key})
        assert answer.status_code == 201, answer.text
        return answer.json()["order_id"]

    def cancel(self, order_id: str) -> None:
        assert self._ask("POST", f"/{order_id}/cancel").status_code == 200

    def read(self, order_id: str) -> dict[str, Any]:
        return self._ask("GET", f"/{order_id}").json()

    def listed(self) -> dict[str, dict[str, Any]]:
        return {order["order_id"]: order for order in self._ask("GET").json()["orders"]}

    def _ask(self, method: str, path: str = "", **options: Any) -> httpx.Response:
        options = {"headers": self._headers, "trust_env": False, "timeout": 30, **options}
        return httpx.request(method, f"{self._orders}{path}", **options)


def test_every_release_is_of_a_revision_that_this_version_comes_after() -> None:
    assert RELEASES
    assert {path.stem for path in RELEASES} < set(EXPANSIONS.revisions())


def test_the_version_before_and_this_one_serve_the_same_orders(
    former: Path, start: Start, issuer: Issuer, shop_database: ShopDatabase
) -> None:
    apis = [start("api", former, **OLD).wait_until_ready(), start("api", **NEW).wait_until_ready()]
    start("relay", former, **OLD).wait_until_ready()
    for process in (start("consumer", former, **OLD), start("consumer", **NEW)):
        process.wait_until_ready()
    old, new = (Caller(api, issuer) for api in apis)
    ids = [caller.place(f"key-{number}") for number in range(4) for caller in (old, new)]
    assert [old.place("key-0"), new.place("key-0")] == [ids[0], ids[0]]
    assert len(set(ids)) == 4
    old.cancel(ids[2])
    new.cancel(ids[4])
    assert [caller.read(each)["status"] for each in (ids[2], ids[4]) for caller in (old, new)] == ["cancelled"] * 4
    paid = "SELECT count(*) FROM orders WHERE status = 'confirmed' AND payment_status = 'captured'"
    wait_until(lambda: asyncio.run(shop_database.value(paid)) == 2, what="the money of the orders that stay")
    wait_until(lambda: new.listed().keys() == old.listed().keys(), what="every order in the list")
    wait_until(
        lambda: (
            {each: order["status"] for each, order in new.listed().items()}
            == {each: order["status"] for each, order in old.listed().items()}
        ),
        what="both cancellations in the list",
    )
    pairs = asyncio.run(shop_database.left())
    assert pairs == 1_000 - 2


def test_nothing_is_taken_away_before_the_other_version_is_gone_and_the_one_that_stays_goes_on(
    start: Start, environment: dict[str, str], issuer: Issuer
) -> None:
    other = start("api", SERVICE_VERSION="1").wait_until_ready()
    mine = {**environment, "SERVICE_VERSION": "2", "CONTRACT_TO": LAST}
    refused = command("contract", mine)
    assert refused.returncode == 1
    assert "(api of version 1); nothing was taken away" in refused.stderr
    other.end()
    done = command("contract", mine)
    assert (done.returncode, done.stdout.strip()) == (0, f"contracted to {LAST}"), done.stderr
    api = start("api", SERVICE_VERSION="2").wait_until_ready()
    order_id = Caller(api, issuer).place("key")
    assert Caller(api, issuer).read(order_id)["status"] == "confirmed"


def test_a_release_from_before_a_contraction_refuses_to_prepare_for_it(
    former: Path, environment: dict[str, str], shop_database: ShopDatabase
) -> None:
    assert command("contract", {**environment, "CONTRACT_TO": LAST}).returncode == 0
    before = asyncio.run(shop_database.run("SELECT version_num FROM alembic_version"))
    assert command("migrate", environment, checkout=former).returncode != 0
    assert asyncio.run(shop_database.run("SELECT version_num FROM alembic_version")) == before


def command(name: str, environment: dict[str, str], *, checkout: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "app", name]
    return subprocess.run(words, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
