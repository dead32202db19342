import json

import pytest
from moto import mock_aws

from app.adapters.secrets import secret_value


async def test_a_secret_is_read_as_the_object_that_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    with mock_aws():
        import boto3

        client = boto3.client("secretsmanager", region_name="us-east-1")
        arn = client.create_secret(Name="rds!db", SecretString=json.dumps({"username": "u", "password": "p"}))["ARN"]
        assert await secret_value(arn, region="us-east-1") == {"username": "u", "password": "p"}
