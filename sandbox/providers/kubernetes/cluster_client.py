"""The API of the local cluster, as the provider uses it."""

import httpx

from sandbox.cluster.kinds import POD, Kind
from sandbox.providers.errors import ProviderError
from sandbox.providers.properties import Properties

LOG_TAIL_LINES = 20


class ClusterClient:
    """Reads and writes objects; may be used from many threads. Raises `ProviderError` with the API's own message."""

    def __init__(self, url: str) -> None:
        no_idle_connections = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False, limits=no_idle_connections)

    def get(self, kind: Kind, namespace: str, name: str) -> Properties | None:
        """The object, or None."""
        response = self._send("GET", kind.path(namespace, name))
        return None if response.status_code == httpx.codes.NOT_FOUND else self._checked(response).json()

    def list(self, kind: Kind, namespace: str) -> list[Properties]:
        """The objects of a kind in a namespace."""
        return self._checked(self._send("GET", kind.path(namespace))).json()["items"]

    def put(self, kind: Kind, item: Properties) -> Properties:
        """Creates or replaces the object."""
        metadata = item["metadata"]
        path = kind.path(metadata.get("namespace", ""), metadata["name"])
        return self._checked(self._send("PUT", path, json=item)).json()

    def delete(self, kind: Kind, namespace: str, name: str) -> None:
        """Asks for the object to go; no error where it is gone."""
        response = self._send("DELETE", kind.path(namespace, name))
        if response.status_code != httpx.codes.NOT_FOUND:
            self._checked(response)

    def log_tail(self, namespace: str, pod: str) -> str:
        """The end of what a pod printed; empty where there is nothing."""
        path = f"{POD.path(namespace, pod)}/log"
        response = self._send("GET", path, params={"tailLines": LOG_TAIL_LINES})
        return response.text.rstrip() if response.is_success else ""

    def _send(self, method: str, path: str, **options: object) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            raise ProviderError(f"the local cluster at {self._http.base_url} does not answer: {error}") from None

    @staticmethod
    def _checked(response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        is_status = response.headers.get("content-type") == "application/json"
        raise ProviderError(response.json()["message"] if is_status else f"{response.status_code} {response.text}")
