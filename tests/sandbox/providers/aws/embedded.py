"""An embedded AWS without a server: botocore's requests go straight into moto's WSGI application."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from sandbox.providers.aws.session import Aws

URL = "http://127.0.0.1:1"
_APPLICATION = Client(DomainDispatcherApplication(create_backend_app))


class _Body(BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def embed(aws: Aws) -> None:
    """Makes every client of `aws` talk to moto in this process."""
    aws._session.events.register("before-send", _answer)


def _answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    headers = {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
    path = str(request.url).removeprefix(URL)
    answer = _APPLICATION.open(path, method=request.method, headers=headers, data=request.body, base_url=URL)
    return AWSResponse(request.url, answer.status_code, dict(answer.headers), _Body(answer.data))
