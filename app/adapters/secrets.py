"""AWS Secrets Manager. boto3 is imported on first use: a service that needs no secret does not carry it."""

from __future__ import annotations

import asyncio
import json

from app.adapters.guard import Guard

SECRETS_MANAGER_TIMEOUT_SECONDS = 2
CALL_TIMEOUT_SECONDS = 2 * 2 * SECRETS_MANAGER_TIMEOUT_SECONDS
CALLS_AT_ONCE_MAX = 8

_secrets_manager = Guard(
    "Secrets Manager",
    failures=(Exception,),
    concurrent_max=CALLS_AT_ONCE_MAX,
    timeout_seconds=CALL_TIMEOUT_SECONDS,
)


async def secret_value(secret_arn: str, *, region: str) -> dict[str, str]:
    """The JSON object that the secret holds. Raises botocore's errors and `Unavailable`."""
    return await _secrets_manager.call(lambda: asyncio.to_thread(_secret_value, secret_arn, region))


def _secret_value(secret_arn: str, region: str) -> dict[str, str]:
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "secretsmanager",
        region_name=region,
        config=Config(
            connect_timeout=SECRETS_MANAGER_TIMEOUT_SECONDS,
            read_timeout=SECRETS_MANAGER_TIMEOUT_SECONDS,
            retries={"total_max_attempts": 2},
        ),
    )
    try:
        return json.loads(client.get_secret_value(SecretId=secret_arn)["SecretString"])
    finally:
        client.close()
