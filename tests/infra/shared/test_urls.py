import pytest

from infra.shared.urls import service_url


@pytest.mark.parametrize("authority", ["127.0.0.1:8080", "127.64.0.2", "localhost:4566/eu-central-1_1"])
def test_loopback_is_reached_plainly(authority: str) -> None:
    assert service_url(authority) == f"http://{authority}"


@pytest.mark.parametrize(
    "authority", ["api.example.com", "10.0.0.1:443", "cognito-idp.eu-central-1.amazonaws.com/pool"]
)
def test_everything_else_is_reached_encrypted(authority: str) -> None:
    assert service_url(authority) == f"https://{authority}"
