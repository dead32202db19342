"""/api/v2/products."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.conditional import conditional_response
from app.api.description import IF_NONE_MATCH_PARAMETER, NOT_MODIFIED, documented, with_headers
from app.api.schemas import ProductDocument, ProductList, SizeDocument
from app.api.services import services
from app.domain.product import Product

PATH = "/api/v2/products"
CACHE_CONTROL = "public, max-age=2"

router = APIRouter(tags=["products"])


@router.get(
    PATH,
    response_model=ProductList,
    responses={200: with_headers(ETag="changes with the list"), 304: NOT_MODIFIED, **documented()},
    openapi_extra={"parameters": [IF_NONE_MATCH_PARAMETER]},
)
async def list_products(request: Request) -> Response:
    """Everything the shop sells, with what is left of it; only an order decides what is really left."""
    products = await services(request).products.products()
    document = ProductList(products=[_document(product) for product in products])
    return conditional_response(request, document, cache_control=CACHE_CONTROL)


def _document(product: Product) -> ProductDocument:
    return ProductDocument(
        product_id=product.id,
        name=product.name,
        price_cents=product.price_cents,
        currency=product.currency,
        sizes=[SizeDocument(size=size, available=left) for size, left in sorted(product.available.items())],
    )
