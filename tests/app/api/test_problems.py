import pytest

from tests.app.api.conftest import Shop


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
    assert (await shop.client.delete("/api/v2/products")).headers["allow"] == "GET"
    assert (await shop.client.delete("/api/v2/orders")).headers["allow"] == "GET, POST"


async def test_a_fault_of_ours_tells_nothing_of_the_inside(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> None:
        raise RuntimeError("password=hunter2 at 10.0.0.1")

    monkeypatch.setattr(shop.products, "products", fail)
    response = await shop.client.get("/api/v2/products")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text
