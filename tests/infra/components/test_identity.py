from typing import Any

import pytest

from infra.components.identity import Identity, IdentityArgs
from infra.shared.choices import MultiFactor
from tests.infra.recorder import Graph, record_component


def identity(**changes: Any) -> Graph:
    arguments: dict[str, Any] = {
        "region": "eu-central-1",
        "domain_prefix": "fortress-dev-123456789012",
        "callback_urls": ["https://shop.example.com/callback"],
        "logout_urls": ["https://shop.example.com/"],
        "sign_in_flows": ["ALLOW_USER_SRP_AUTH"],
        "mfa": MultiFactor.ON,
        "access_token_minutes": 15,
        "refresh_token_days": 30,
        "deletion_protection": True,
    }
    return record_component(lambda opts: Identity("identity", IdentityArgs(**arguments | changes), opts))


GRAPH = identity()
CLIENT = GRAPH.one("aws:cognito/userPoolClient:UserPoolClient")
POOL = GRAPH.one("aws:cognito/userPool:UserPool")


def test_the_client_uses_the_code_flow_and_keeps_no_secret() -> None:
    assert CLIENT.inputs["generateSecret"] is False
    assert CLIENT.inputs["allowedOauthFlows"] == ["code"]
    assert CLIENT.inputs["allowedOauthScopes"] == [
        "openid",
        "email",
        "orders-api/orders:read",
        "orders-api/orders:write",
    ]


def test_the_client_waits_for_its_scopes() -> None:
    server = GRAPH.one("aws:cognito/resourceServer:ResourceServer")
    assert [scope["scopeName"] for scope in server.inputs["scopes"]] == ["orders:read", "orders:write"]
    assert GRAPH.stands_on(CLIENT, server)


def test_tokens_are_short_revocable_and_refresh_tokens_rotate() -> None:
    assert (CLIENT.inputs["accessTokenValidity"], CLIENT.inputs["refreshTokenValidity"]) == (15, 30)
    assert CLIENT.inputs["tokenValidityUnits"] == {
        "accessToken": "minutes",
        "idToken": "minutes",
        "refreshToken": "days",
    }
    assert CLIENT.inputs["enableTokenRevocation"] is True
    assert CLIENT.inputs["refreshTokenRotation"]["feature"] == "ENABLED"


def test_a_failed_sign_in_tells_nothing() -> None:
    assert CLIENT.inputs["preventUserExistenceErrors"] == "ENABLED"


def test_a_second_factor_and_a_long_password_guard_the_pool() -> None:
    assert POOL.inputs["mfaConfiguration"] == "ON"
    assert POOL.inputs["softwareTokenMfaConfiguration"] == {"enabled": True}
    assert POOL.inputs["passwordPolicy"]["minimumLength"] == 14


@pytest.mark.parametrize(("protected", "state"), [(True, "ACTIVE"), (False, "INACTIVE")])
def test_the_pool_is_protected_where_its_users_matter(protected: bool, state: str) -> None:
    pool = identity(deletion_protection=protected).one("aws:cognito/userPool:UserPool")
    assert pool.protect is protected
    assert pool.inputs["deletionProtection"] == state


def test_the_three_roles_are_groups_in_order_of_precedence() -> None:
    groups = {
        group.inputs["name"]: group.inputs["precedence"] for group in GRAPH.of_type("aws:cognito/userGroup:UserGroup")
    }
    assert groups == {"admin": 0, "support": 1, "customer": 2}


def test_the_issuer_and_the_keys_follow_the_pool() -> None:
    outputs = next(outputs for urn, outputs in GRAPH.outputs_of.items() if urn.endswith("Identity::identity"))
    assert outputs["issuer"] == "https://cognito-idp.eu-central-1.amazonaws.com/identity-id"
    assert outputs["jwks_url"] == (
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_1/.well-known/jwks.json"
    )
