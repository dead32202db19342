import pytest
from pydantic import ValidationError

from app.settings import CacheAuthentication, CacheSettings, DatabaseSettings, IdentitySettings


@pytest.mark.parametrize(
    "url", ["https://cognito-idp.us-east-1.amazonaws.com/p/.well-known/jwks.json", "http://127.0.0.1:4566/p/jwks"]
)
def test_keys_come_over_https_or_from_loopback(url: str) -> None:
    settings = IdentitySettings(identity_issuer="i", identity_jwks_url=url, identity_client_id="c")
    assert settings.identity_jwks_url == url


@pytest.mark.parametrize("url", ["http://10.0.0.1/jwks", "http://127.0.0.1.evil.example/jwks", "ftp://127.0.0.1/jwks"])
def test_keys_from_anywhere_else_are_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="allowed are https and, on loopback only, http"):
        IdentitySettings(identity_issuer="i", identity_jwks_url=url, identity_client_id="c")


def test_a_secret_that_is_not_named_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs DATABASE_SECRET_ARN"):
        DatabaseSettings(database_host="db")


def test_a_database_user_that_would_need_quoting_is_refused() -> None:
    with pytest.raises(ValidationError, match="database_user"):
        DatabaseSettings(database_host="db", database_secret_arn="arn", database_user='x"; DROP TABLE orders; --')


def test_cache_tokens_need_a_cluster_and_tls() -> None:
    with pytest.raises(ValidationError, match="CACHE_CLUSTER_NAME"):
        CacheSettings(cache_host="cache", cache_authentication=CacheAuthentication.IAM)


def test_the_environment_is_where_settings_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_HOST", "cache.example")
    monkeypatch.setenv("CACHE_PORT", "6380")
    monkeypatch.setenv("CACHE_CLUSTER_NAME", "")
    settings = CacheSettings()  # type: ignore[call-arg]
    assert (settings.cache_host, settings.cache_port, settings.cache_tls) == ("cache.example", 6380, True)
