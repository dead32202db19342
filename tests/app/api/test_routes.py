import httpx
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import PlainTextResponse, Response

from app.api.routes import DirectRoute

router = APIRouter(route_class=DirectRoute)


@router.post("/wishes", status_code=201)
async def wish(request: Request) -> Response:
    return PlainTextResponse(f"{type(request).__name__} {(await request.body()).decode()}", status_code=201)


@router.get("/wishes/{number}")
async def look(request: Request, number: int) -> Response:
    return PlainTextResponse(f"{request.method} {number}")


async def test_what_takes_the_request_alone_and_what_takes_more_both_answer_and_are_documented() -> None:
    api = FastAPI()
    api.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://shop") as client:
        assert (await client.post("/wishes", content="shoes")).text == "Request shoes"
        assert (await client.get("/wishes/7")).text == "GET 7"
        assert (await client.get("/wishes/seven")).status_code == 422
        paths = (await client.get("/openapi.json")).json()["paths"]
    assert set(paths["/wishes"]["post"]["responses"]) == {"201"}
    assert paths["/wishes/{number}"]["get"]["parameters"][0]["name"] == "number"
