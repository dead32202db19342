"""Kubernetes' REST paths over the store."""

import re
from collections import deque
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from sandbox.cluster import admission, metrics
from sandbox.cluster.kinds import BY_PLURAL, HELM_RELEASE, NAMESPACE, Kind
from sandbox.cluster.pod import Node
from sandbox.cluster.store import Store, StoreError

MERGE_PATCH = "application/merge-patch+json"
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
ROOTS = ("/api/{version}", "/apis/{group}/{version}")
DEFAULT_LOG_LINES = 200
REASONS = {
    400: "BadRequest",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    415: "Unsupported",
    422: "Invalid",
}


def application(store: Store, node: Node, gateway: str, lifespan: Lifespan[Starlette]) -> Starlette:
    """The API as an ASGI application; `gateway` is the address that Prometheus finds Envoy's statistics at."""
    api = _Api(store, node)
    routes = [
        Route("/readyz", lambda _: PlainTextResponse("ok")),
        Route("/prometheus/targets", lambda _: JSONResponse(metrics.targets(store, gateway))),
        Route("/metrics/cadvisor", lambda _: PlainTextResponse(metrics.container_metrics(store))),
    ]
    for root in ROOTS:
        routes += [
            Route(f"{root}/namespaces/{{namespace}}/pods/{{name}}/log", api.log),
            Route(f"{root}/namespaces/{{namespace}}/{{plural}}/{{name}}/status", api.status, methods=["PATCH"]),
            Route(f"{root}/namespaces/{{namespace}}/{{plural}}/{{name}}", api.item, methods=["GET", "PUT", "DELETE"]),
            Route(f"{root}/namespaces/{{namespace}}/{{plural}}", api.collection),
            Route(f"{root}/{{plural}}/{{name}}", api.item, methods=["GET", "PUT", "DELETE"]),
            Route(f"{root}/{{plural}}", api.collection),
        ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _status})


class _Api:
    def __init__(self, store: Store, node: Node) -> None:
        self._store, self._node = store, node

    async def item(self, request: Request) -> Response:
        kind, namespace, name = _kind(request), request.path_params.get("namespace", ""), request.path_params["name"]
        if request.method == "PUT":
            return JSONResponse(self._put(kind, namespace, name, await request.json()))
        found = self._store.get(kind, namespace, name)
        if found is None:
            raise HTTPException(404, f'{kind.plural} "{name}" not found')
        if request.method == "DELETE":
            self._store.delete(found)
        return JSONResponse(found)

    async def status(self, request: Request) -> Response:
        """A merge patch of `status`, as `kubectl argo rollouts` promotes, aborts and retries."""
        kind, namespace, name = _kind(request), request.path_params["namespace"], request.path_params["name"]
        found = self._store.get(kind, namespace, name)
        if found is None:
            raise HTTPException(404, f'{kind.plural} "{name}" not found')
        if request.headers.get("content-type") != MERGE_PATCH:
            raise HTTPException(415, f"content-type {request.headers.get('content-type')}: allowed is {MERGE_PATCH}")
        patch = await request.json()
        if not isinstance(patch, dict) or patch.keys() != {"status"} or not isinstance(patch["status"], dict):
            raise HTTPException(400, "a patch of the status subresource has the one field status, an object")
        self._store.set_status(found, **patch["status"])
        return JSONResponse(self._store.get(kind, namespace, name))

    async def collection(self, request: Request) -> Response:
        kind = _kind(request)
        items = self._store.list(kind, request.path_params.get("namespace"))
        return JSONResponse({"kind": f"{kind.name}List", "apiVersion": kind.api_version, "items": items})

    async def log(self, request: Request) -> Response:
        namespace, name = request.path_params["namespace"], request.path_params["name"]
        path = self._node.log(namespace, name)
        if not NAME.fullmatch(namespace) or not NAME.fullmatch(name) or not path.exists():
            raise HTTPException(404, f'pods "{name}" has no log')
        with path.open(errors="replace") as lines:
            tail = deque(lines, maxlen=int(request.query_params.get("tailLines", DEFAULT_LOG_LINES)))
        return PlainTextResponse("".join(tail))

    def _put(self, kind: Kind, namespace: str, name: str, declared: Any) -> Any:
        metadata = declared.get("metadata", {}) if isinstance(declared, dict) else {}
        place = (kind.api_version, kind.name, name, namespace if kind.namespaced else None)
        given = (declared.get("apiVersion"), declared.get("kind"), metadata.get("name"), metadata.get("namespace"))
        if given != place:
            raise HTTPException(400, f"apiVersion, kind, name and namespace are {given}, the path says {place}")
        if not NAME.fullmatch(name):
            raise HTTPException(422, f"metadata.name {name!r}: lower case letters, digits, '-' and '.' are allowed")
        owned = kind is HELM_RELEASE or not kind.namespaced
        space = self._store.get(NAMESPACE, "", namespace)
        if not owned and (space is None or "deletionTimestamp" in space["metadata"]):
            raise HTTPException(404, f'namespaces "{namespace}" not found')
        try:
            admission.refuse(kind, self._store.get(kind, namespace, name), declared)
            return self._store.put(declared)
        except admission.RefusedError as error:
            raise HTTPException(422, str(error)) from None
        except StoreError as error:
            raise HTTPException(409, str(error)) from None


def _kind(request: Request) -> Kind:
    parameters = request.path_params
    version = f"{parameters['group']}/{parameters['version']}" if "group" in parameters else parameters["version"]
    kind = BY_PLURAL.get((version, parameters["plural"]))
    if kind is None or (
        kind.namespaced != ("namespace" in parameters) and (request.method != "GET" or "name" in parameters)
    ):
        raise HTTPException(404, f"the local cluster has no {parameters['plural']} in {version} at this path")
    return kind


async def _status(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    reason = REASONS.get(error.status_code, "InternalError")
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": error.detail}
    return JSONResponse({**body, "code": error.status_code}, status_code=error.status_code)
