"""Shoppers of the local stack, signed in at the embedded AWS's Cognito."""

from __future__ import annotations

import secrets
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.errors import SandboxError

SHOPPER = "sarah_123"


def access_token(*, endpoint_url: str, region: str, user_pool_id: str, client_id: str, username: str = SHOPPER) -> str:
    """Signs `username` in, making the user at first, and returns a bearer token (RS256, signed by the user pool).

    The password lives for this call only: a new one is set each time and kept nowhere.
    """
    cognito = boto3.client(
        "cognito-idp",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the embedded AWS takes any key
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        return _sign_in(cognito, user_pool_id, client_id, username)
    except (BotoCoreError, ClientError) as error:
        raise SandboxError(f"no token: {error}; `make status` shows what is wrong") from error


def _sign_in(cognito: Any, user_pool_id: str, client_id: str, username: str) -> str:
    password = f"{secrets.token_urlsafe(24)}aA1!"
    _ensure_user(cognito, user_pool_id, username)
    cognito.admin_set_user_password(UserPoolId=user_pool_id, Username=username, Password=password, Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=user_pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["AccessToken"]


def _ensure_user(cognito: Any, user_pool_id: str, username: str) -> None:
    try:
        cognito.admin_create_user(
            UserPoolId=user_pool_id,
            Username=username,
            UserAttributes=[{"Name": "email", "Value": f"{username}@example.com"}],
            MessageAction="SUPPRESS",
        )
    except cognito.exceptions.UsernameExistsException:
        return
