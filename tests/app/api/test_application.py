from typing import Any

import pytest

from tests.app.api.conftest import Shop

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(shop: Shop) -> dict[str, Any]:
    return shop.api.openapi()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


async def test_the_document_is_served_as_it_is_made(shop: Shop, document: dict[str, Any]) -> None:
    assert (await shop.client.get("/api/v2/openapi.json")).json() == document


def test_every_operation_is_described_and_no_other(document: dict[str, Any]) -> None:
    assert set(operations(document)) == {
        "POST /api/v2/orders",
        "GET /api/v2/orders",
        "GET /api/v2/orders/{order_id}/events",
        "POST /api/v2/orders/{order_id}/cancel",
        "POST /api/v2/api-keys",
        "GET /api/v2/api-keys",
        "DELETE /api/v2/api-keys/{api_key_id}",
        "POST /api/v2/webhooks",
        "GET /api/v2/webhooks",
        "DELETE /api/v2/webhooks/{webhook_id}",
        "GET /api/v2/webhooks/{webhook_id}/deliveries",
        "POST /api/v2/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
        "POST /api/v1/orders",
        "GET /api/v1/orders/{order_id}",
        "GET /api/v2/orders/{order_id}",
        "GET /api/v2/products",
    }


def test_creating_an_order_documents_every_answer(document: dict[str, Any]) -> None:
    operation = operations(document)["POST /api/v2/orders"]
    statuses = {"201", "400", "401", "403", "408", "409", "413", "415", "422", "429", "431", "503"}
    assert set(operation["responses"]) == statuses
    assert operation["security"] == [{"bearer": []}, {"apiKey": []}]
    assert operation["parameters"][0]["name"] == "Idempotency-Key"


def test_the_body_of_an_order_is_described_strictly_and_by_example(document: dict[str, Any]) -> None:
    sent = operations(document)["POST /api/v2/orders"]["requestBody"]["content"]["application/json"]["schema"]
    assert sent == {"$ref": "#/components/schemas/CreateOrder"}
    body = document["components"]["schemas"]["CreateOrder"]
    assert body["additionalProperties"] is False
    assert (body["properties"]["size"]["minimum"], body["properties"]["size"]["maximum"]) == (1, 15)
    assert body["examples"] == [{"product_id": "jordan-1", "size": 9, "quantity": 1}]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    names = {reference.removeprefix("#/components/schemas/") for reference in references(document)}
    assert names <= set(document["components"]["schemas"])
