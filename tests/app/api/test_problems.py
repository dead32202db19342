import httpx
import pytest

from tests.app.api.conftest import Shop

PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
CHANGING = ("x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/api/v2/orders/", 404), ("DELETE", "/api/v2/products", 405)],
)
async def test_what_the_framework_refuses_is_a_problem_too(shop: Shop, method: str, path: str, status: int) -> None:
    response = await shop.client.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status
    assert response.headers["cache-control"] == "no-store"


async def test_a_refused_method_names_the_allowed_ones(shop: Shop) -> None:
    assert (await shop.client.delete("/api/v2/products")).headers["allow"] == "GET, HEAD"
    assert (await shop.client.delete("/api/v2/orders")).headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "QUERY", "PUT", "PATCH"])
async def test_a_method_that_nobody_answers_is_refused_everywhere(shop: Shop, method: str) -> None:
    for path, allowed in {
        "/api/v2/orders": "GET, HEAD, POST",
        "/api/v2/orders/ord_1": "GET, HEAD",
        "/api/v2/orders/ord_1/cancel": "POST",
        "/api/v2/orders/ord_1/events": "GET, HEAD",
        "/api/v2/api-keys/key_1": "DELETE",
        "/api/v1/orders": "POST",
        "/health/live": "GET, HEAD",
    }.items():
        response = await shop.client.request(method, path)
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
        assert response.headers["allow"] == allowed


async def test_whatever_can_be_got_has_the_same_head(shop: Shop) -> None:
    order = (await shop.client.post("/api/v2/orders", json=PAIR)).headers["location"]
    for path in (order, f"{order}/events", "/api/v2/orders", "/api/v2/products", "/api/v2/orders/ord_none", "/metrics"):
        got, head = await shop.client.get(path), await shop.client.head(path)
        assert head.status_code == got.status_code
        assert _lasting(head) == _lasting(got)


async def test_what_can_only_be_done_has_no_head(shop: Shop) -> None:
    response = await shop.client.head("/api/v2/orders/ord_1/cancel")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def _lasting(response: httpx.Response) -> dict[str, str]:
    """The headers that are the same however often it is asked; of a stream, the length is not known."""
    return {name: value for name, value in response.headers.items() if name not in CHANGING}


async def test_a_fault_of_ours_tells_nothing_of_the_inside(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> None:
        raise RuntimeError("password=hunter2 at 10.0.0.1")

    monkeypatch.setattr(shop.products, "products", fail)
    response = await shop.client.get("/api/v2/products")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text
