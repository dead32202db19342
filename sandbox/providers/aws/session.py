"""boto3 clients for the embedded AWS: loopback only, fixed credentials, nothing from the environment."""

import os
import threading
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.model import OperationModel
from botocore.session import Session

from sandbox.providers.errors import ProviderError

if TYPE_CHECKING:
    from sandbox.parts.registry import Parts

ACCOUNT = "123456789012"
PARTITION = "aws"


class Aws:
    """The embedded AWS at `endpoint_url`, and the parts behind it. Clients are made once per service and region."""

    def __init__(self, endpoint_url: str, parts: "Parts") -> None:
        if not _is_loopback(urlsplit(endpoint_url).hostname):
            raise ProviderError(f"the embedded AWS is on loopback only; {endpoint_url!r} is not")
        self.endpoint_url = endpoint_url
        self.parts = parts
        self._session = _session()
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str) -> Any:
        """The client of a service, safe to share between threads."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._session.client(
                    service, region_name=region, endpoint_url=self.endpoint_url, config=_CONFIG
                )
            return self._clients[service, region]

    def operation(self, service: str, operation: str, region: str) -> OperationModel:
        """botocore's model of an operation, by boto3's name for it (`create_vpc`)."""
        meta = self.client(service, region).meta
        return meta.service_model.operation_model(meta.method_to_api_mapping[operation])


_CONFIG = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=64,
    proxies={},
    parameter_validation=False,
    s3={"addressing_style": "path"},
)


def _session() -> boto3.Session:
    variables = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }
    variables["config_file"] = variables["credentials_file"] = (None, None, os.devnull, None)
    return boto3.Session(
        aws_access_key_id="sandbox", aws_secret_access_key="sandbox", botocore_session=Session(session_vars=variables)
    )


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
