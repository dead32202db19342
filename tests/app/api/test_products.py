from tests.app.api.conftest import Shop

PRODUCTS = "/api/v2/products"


async def test_products_are_listed_with_what_is_left_without_signing_in(shop: Shop) -> None:
    shop.client.headers.pop("authorization")
    response = await shop.client.get(PRODUCTS)
    assert response.json() == {
        "products": [
            {
                "product_id": "jordan-1",
                "name": "Jordan 1",
                "price_cents": 18000,
                "currency": "USD",
                "sizes": [{"size": 9, "available": 2}, {"size": 10, "available": 0}],
            }
        ]
    }


async def test_an_unchanged_list_is_not_sent_again(shop: Shop) -> None:
    first = await shop.client.get(PRODUCTS)
    again = await shop.client.get(PRODUCTS, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_catalogue_that_cannot_be_read_is_told(shop: Shop) -> None:
    shop.products.away = True
    response = await shop.client.get(PRODUCTS)
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
