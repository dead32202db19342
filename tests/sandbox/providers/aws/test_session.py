"""The clients reach the embedded AWS and nothing else."""

import pytest
from botocore.awsrequest import AWSPreparedRequest

from sandbox.providers.aws.session import Aws
from sandbox.providers.errors import ProviderError


class SentError(Exception):
    """Holds the request that was about to be sent."""

    def __init__(self, request: AWSPreparedRequest) -> None:
        super().__init__()
        self.request = request


@pytest.mark.parametrize(
    "url", ["https://ec2.eu-central-1.amazonaws.com", "http://10.0.0.1:4566", "http://127.0.0.1.example.com", ""]
)
def test_an_endpoint_that_is_not_loopback_is_refused(url: str) -> None:
    with pytest.raises(ProviderError, match="loopback only"):
        Aws(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566"])
def test_loopback_is_taken(url: str) -> None:
    assert Aws(url).endpoint_url == url


def test_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "https://evil.example.com",
        "AWS_ACCESS_KEY_ID": "REAL",
        "AWS_SECRET_ACCESS_KEY": "REAL",
        "AWS_SESSION_TOKEN": "REAL",
        "AWS_PROFILE": "no-such-profile",
        "AWS_REGION": "us-east-1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "http://proxy.example.com",
    }.items():
        monkeypatch.setenv(name, value)
    client = Aws("http://127.0.0.1:1").client("sts", "eu-central-1")

    def keep(request: AWSPreparedRequest, **_: object) -> None:
        raise SentError(request)

    client.meta.events.register("before-send", keep)
    with pytest.raises(SentError) as sent:
        client.get_caller_identity()
    assert str(sent.value.request.url).startswith("http://127.0.0.1:1/")
    authorization = str(sent.value.request.headers["Authorization"])
    assert "Credential=sandbox/" in authorization
    assert "/eu-central-1/sts/" in authorization
    assert "X-Amz-Security-Token" not in sent.value.request.headers


def test_a_client_is_made_once() -> None:
    aws = Aws("http://127.0.0.1:1")
    assert aws.client("sts", "eu-central-1") is aws.client("sts", "eu-central-1")
    assert aws.client("sts", "eu-central-1") is not aws.client("sts", "eu-west-1")
