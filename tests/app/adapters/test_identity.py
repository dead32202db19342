import asyncio
import base64
import json
import time

import httpx
import jwt
import pytest

from app.adapters import identity
from app.adapters.identity import CognitoTokenVerifier
from app.domain.errors import Unauthenticated, Unavailable
from app.domain.user import Role, Scope
from app.settings import IdentitySettings
from tests.harness.issuer import CLIENT_ID, ISSUER, JWKS_URL, Issuer, private_key

SETTINGS = IdentitySettings(identity_issuer=ISSUER, identity_jwks_url=JWKS_URL, identity_client_id=CLIENT_ID)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def verifier(issuer: Issuer) -> CognitoTokenVerifier:
    return CognitoTokenVerifier(SETTINGS, fetch=issuer.fetch)


async def test_a_valid_token_names_its_user_with_scopes_and_roles(
    issuer: Issuer, verifier: CognitoTokenVerifier
) -> None:
    user = await verifier.verify(issuer.token("sarah_123", groups=["support", "gardeners"]))
    assert user.id == "sarah_123"
    assert user.scopes == {Scope.ORDERS_READ, Scope.ORDERS_WRITE}
    assert user.roles == {Role.CUSTOMER, Role.SUPPORT}


async def test_scopes_of_other_services_grant_nothing(issuer: Issuer, verifier: CognitoTokenVerifier) -> None:
    user = await verifier.verify(issuer.token(scope="orders:write billing/orders:write aws.cognito.signin.user.admin"))
    assert user.scopes == frozenset()


async def test_a_machine_client_without_a_username_is_named_by_its_subject(
    issuer: Issuer, verifier: CognitoTokenVerifier
) -> None:
    assert (await verifier.verify(issuer.token(username=None, sub="machine-7"))).id == "machine-7"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"iat": None},
        {"iat": int(time.time()) + 600},
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other"},
        {"iss": None},
        {"client_id": "another-client"},
        {"client_id": None, "aud": CLIENT_ID},
        {"token_use": "id"},
        {"token_use": None},
    ],
)
async def test_a_token_that_is_expired_or_for_someone_else_is_refused(
    issuer: Issuer, verifier: CognitoTokenVerifier, claims: dict[str, object]
) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.token(**claims))  # type: ignore[arg-type]


async def test_a_token_signed_by_another_key_under_a_known_id_is_refused(
    issuer: Issuer, verifier: CognitoTokenVerifier
) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.token(signed_with="forger"))


def unsigned(token: str, header: dict[str, str]) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{encoded}.{token.split('.')[1]}."


async def test_alg_none_is_refused(issuer: Issuer, verifier: CognitoTokenVerifier) -> None:
    for name in ("none", "None", "nOnE"):
        with pytest.raises(Unauthenticated):
            await verifier.verify(unsigned(issuer.token(), {"alg": name, "kid": "first", "typ": "JWT"}))


async def test_hs256_with_the_public_key_as_secret_is_refused(issuer: Issuer, verifier: CognitoTokenVerifier) -> None:
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    secret = str(private_key("first").public_key().public_numbers().n)
    with pytest.raises(Unauthenticated):
        await verifier.verify(jwt.encode(claims, secret, algorithm="HS256", headers={"kid": "first"}))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 10, "a" * 10_000, "..", "e30.e30."])
async def test_what_is_no_token_is_refused(verifier: CognitoTokenVerifier, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_tampered_payload_is_refused(issuer: Issuer, verifier: CognitoTokenVerifier) -> None:
    header, _, signature = issuer.token("sarah_123").split(".")
    _, payload, _ = issuer.token("mallory", signed_with="forger").split(".")
    with pytest.raises(Unauthenticated):
        await verifier.verify(f"{header}.{payload}.{signature}")


async def test_a_rotated_key_is_met_without_a_restart(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(issuer.token())
    monkeypatch.setattr(identity, "FETCH_INTERVAL_SECONDS_MIN", 0)
    issuer.key_ids = ["second"]
    assert (await verifier.verify(issuer.token(key_id="second"))).id == "sarah_123"


async def test_a_withdrawn_key_ends_the_tokens_that_were_remembered(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.token()
    await verifier.verify(token)
    monkeypatch.setattr(identity, "FETCH_INTERVAL_SECONDS_MIN", 0)
    issuer.key_ids = ["second"]
    await verifier.keys.refresh()
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_withdrawn_key_ends_soon_though_nobody_comes_with_another_token(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.token()
    await verifier.verify(token)
    for name in ("FETCH_INTERVAL_SECONDS_MIN", "KEYS_FRESH_SECONDS"):
        monkeypatch.setattr(identity, name, 0)
    issuer.key_ids = ["second"]

    async def ask_on() -> None:
        while await verifier.verify(token):
            await asyncio.sleep(0)

    with pytest.raises(Unauthenticated):
        await asyncio.wait_for(ask_on(), 60)


async def test_while_the_issuer_is_away_known_tokens_cost_no_more_than_one_try_in_a_while(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.token()
    await verifier.verify(token)
    monkeypatch.setattr(identity, "KEYS_FRESH_SECONDS", 0)
    for _ in range(20):
        assert (await verifier.verify(token)).id == "sarah_123"
        await asyncio.sleep(0)
    assert issuer.fetches == 1


async def test_many_unknown_key_ids_cost_one_fetch(issuer: Issuer, verifier: CognitoTokenVerifier) -> None:
    await verifier.verify(issuer.token())
    for number in range(20):
        with pytest.raises(Unauthenticated):
            await verifier.verify(issuer.token(key_id=f"made-up-{number}", signed_with="forger"))
    assert issuer.fetches == 1


async def test_callers_who_arrive_together_share_one_fetch(issuer: Issuer, verifier: CognitoTokenVerifier) -> None:
    tokens = [issuer.token(f"user_{number}") for number in range(10)]
    await asyncio.gather(*(verifier.verify(token) for token in tokens))
    assert issuer.fetches == 1


async def test_known_keys_outlive_an_outage_of_the_issuer(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(issuer.token("sarah_123"))
    monkeypatch.setattr(identity, "FETCH_INTERVAL_SECONDS_MIN", 0)
    monkeypatch.setattr(identity, "KEYS_FRESH_SECONDS", -1)
    issuer.reachable = False
    assert (await verifier.verify(issuer.token("max"))).id == "max"


async def test_without_any_key_the_service_is_unavailable_and_the_token_not_refused(
    issuer: Issuer, verifier: CognitoTokenVerifier
) -> None:
    issuer.reachable = False
    with pytest.raises(Unavailable):
        await verifier.verify(issuer.token())
    assert not await verifier.keys.reachable()


async def test_a_remembered_token_is_looked_at_again_once_it_expired(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def expired(_token: str) -> None:
        raise Unauthenticated("expired")

    token = issuer.token()
    await verifier.verify(token)
    monkeypatch.setattr(verifier, "_claims", expired)
    assert (await verifier.verify(token)).id == "sarah_123"
    later = time.time() + 601
    monkeypatch.setattr(identity.time, "time", lambda: later)
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_the_store_of_remembered_tokens_is_bounded(
    issuer: Issuer, verifier: CognitoTokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "REMEMBERED_TOKENS_MAX", 3)
    for number in range(6):
        await verifier.verify(issuer.token(f"user_{number}"))
    assert len(verifier._remembered) == 3


async def test_redirects_of_the_key_address_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = httpx.MockTransport(lambda _: httpx.Response(302, headers={"location": "http://169.254.169.254/"}))
    real = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **options: real(transport=moved, **options))
    with pytest.raises(httpx.HTTPStatusError):
        await identity.fetch_json(JWKS_URL)
