"""boto3 clients for the embedded AWS: loopback only, fixed credentials, nothing from the environment."""

import os
import threading
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.session import Session

from sandbox.providers.aws.shapes import Operation
from sandbox.providers.errors import ProviderError

if TYPE_CHECKING:
    from sandbox.parts.registry import Parts

ACCOUNT = "123456789012"
PARTITION = "aws"
DEFAULT_REGION = "eu-central-1"
_CREDENTIALS = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
_CONFIG = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=64,
    proxies={},
    parameter_validation=False,
    s3={"addressing_style": "path"},
)


class Aws:
    """The embedded AWS at `endpoint_url`, and the parts behind it. Clients are made once per service and region."""

    def __init__(self, endpoint_url: str, parts: "Parts | None" = None) -> None:
        if not _is_loopback(urlsplit(endpoint_url).hostname):
            raise ProviderError(f"the embedded AWS is on loopback only; {endpoint_url!r} is not")
        self.endpoint_url = endpoint_url
        self._parts = parts
        self._botocore = Session(session_vars=_without_environment())
        self._session = boto3.Session(botocore_session=self._botocore, **_CREDENTIALS)
        self._operations: dict[str, Mapping[str, Operation]] = {}
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    @property
    def parts(self) -> "Parts":
        """The parts; an error where this AWS was given none."""
        if self._parts is None:
            raise ProviderError("no parts stand behind this AWS")
        return self._parts

    def client(self, service: str, region: str = DEFAULT_REGION) -> Any:
        """The client of a service, safe to share between threads."""
        with self._lock:
            if (service, region) not in self._clients:
                options = {"region_name": region, "endpoint_url": self.endpoint_url, "config": _CONFIG}
                self._clients[service, region] = self._session.client(service, **options)
            return self._clients[service, region]

    def operations(self, service: str) -> Mapping[str, Operation]:
        """botocore's models of the service's operations, by boto3's names for them (`create_vpc`)."""
        with self._lock:
            if service not in self._operations:
                self._operations[service] = _Operations(self._botocore.get_service_model(service))
            return self._operations[service]


class _Operations(Mapping[str, Operation]):
    def __init__(self, model: Any) -> None:
        self._model = model
        self._names = {xform_name(name): name for name in model.operation_names}

    def __getitem__(self, operation: str) -> Operation:
        return self._model.operation_model(self._names[operation])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _without_environment() -> dict[str, tuple[Any, ...]]:
    variables = {name: (None, None, *rest) for name, (_, _, *rest) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    return variables | dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
