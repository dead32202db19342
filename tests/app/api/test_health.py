import pytest

from tests.app.api.conftest import Shop


async def answer(shop: Shop, probe: str) -> int:
    return (await shop.client.get(f"/health/{probe}")).status_code


async def passing() -> bool:
    return True


async def failing() -> bool:
    return False


async def breaking() -> bool:
    raise ConnectionError("away")


async def test_a_process_with_nothing_to_wait_for_has_started_and_is_ready(shop: Shop) -> None:
    assert [await answer(shop, probe) for probe in ("startup", "ready", "live")] == [200, 200, 200]


@pytest.mark.parametrize("check", [failing, breaking])
async def test_a_process_has_not_started_while_a_check_fails_but_it_lives(shop: Shop, check) -> None:  # type: ignore[no-untyped-def]
    shop.health.startup_checks = {"database": check, "identity": passing}
    assert [await answer(shop, probe) for probe in ("startup", "ready", "live")] == [503, 503, 200]
    assert (await shop.client.get("/health/startup")).json()["waiting_for"] == ["database"]


async def test_a_check_that_passed_once_is_not_asked_again(shop: Shop) -> None:
    shop.health.startup_checks = {"database": passing}
    assert await answer(shop, "startup") == 200
    shop.health.startup_checks = {"database": breaking}
    assert await answer(shop, "ready") == 200


async def test_a_draining_process_is_alive_and_not_ready_and_still_answers(shop: Shop) -> None:
    shop.health.draining = True
    assert [await answer(shop, probe) for probe in ("startup", "ready", "live")] == [200, 503, 200]
    response = await shop.client.get("/api/v2/products")
    assert (response.status_code, response.headers["connection"]) == (200, "close")


async def test_a_process_that_is_stuck_is_not_alive(shop: Shop) -> None:
    shop.health.alive = lambda: False
    assert await answer(shop, "live") == 503


async def test_metrics_are_served_in_the_format_that_is_asked_for(shop: Shop) -> None:
    assert (await shop.client.get("/metrics")).headers["content-type"].startswith("text/plain")
    openmetrics = await shop.client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
