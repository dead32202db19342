import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from app.api.cross_origin import cross_origin
from app.settings import ServiceSettings

SHOP = "https://shop.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "idempotency-key"}


def client(*origins: str) -> httpx.AsyncClient:
    async def answer(_request: object) -> Response:
        return Response(status_code=204)

    site = Starlette(routes=[Route("/", answer)], middleware=cross_origin(origins))
    return httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://shop")


def test_without_configuration_no_other_site_is_let_in() -> None:
    assert cross_origin(ServiceSettings().cors_allowed_origins) == []


async def test_a_page_of_an_allowed_site_may_order_and_read_the_answers_headers() -> None:
    preflight = await client(SHOP).options("/", headers={"origin": SHOP, **PREFLIGHT})
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, SHOP)
    answer = await client(SHOP).get("/", headers={"origin": SHOP})
    assert "location" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example.evil", "http://shop.example", "null"])
async def test_a_page_of_another_site_is_refused_with_a_problem(origin: str) -> None:
    preflight = await client(SHOP).options("/", headers={"origin": origin, **PREFLIGHT})
    assert (preflight.status_code, preflight.headers["content-type"]) == (400, "application/problem+json")
    assert "access-control-allow-origin" not in preflight.headers


@pytest.mark.parametrize("origin", ["*", "shop.example", "https://shop.example/", "https://*.example", "javascript:x"])
def test_an_origin_that_is_none_is_refused_at_start(origin: str) -> None:
    with pytest.raises(ValueError, match="cors_allowed_origins"):
        ServiceSettings(cors_allowed_origins=(origin,))
