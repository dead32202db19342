"""What moto's Cognito leaves out of access tokens: the scopes of the resource server."""

from typing import Any

from moto.cognitoidp.models import CognitoIdpUserPool

_create_jwt = CognitoIdpUserPool.create_jwt


def grant_client_scopes() -> None:
    """Let access tokens carry every scope that their app client may ask for.

    So does a token that Cognito's token endpoint gives for an authorization code; moto has no such endpoint.
    """
    CognitoIdpUserPool.create_jwt = _with_client_scopes


def _with_client_scopes(
    self: CognitoIdpUserPool,
    client_id: str,
    username: str,
    token_use: str,
    expires_in: int = 3600,
    extra_data: dict[str, Any] | None = None,
) -> tuple[str, int]:
    claims = dict(extra_data or {})
    if token_use == "access":  # noqa: S105 - a kind of token, not one
        allowed = self.clients[client_id].extended_config.get("AllowedOAuthScopes", [])
        claims["scope"] = " ".join([claims["scope"], *(scope for scope in allowed if "/" in scope)])
    return _create_jwt(self, client_id, username, token_use, expires_in, claims)
