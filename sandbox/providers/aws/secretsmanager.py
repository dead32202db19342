"""Secrets: how often the managed ones change."""

from sandbox.providers.aws.row import Call, Row

SERVICE = "secretsmanager"
HANDLERS = {
    "aws:secretsmanager/secretRotation:SecretRotation": Row(
        create="rotate_secret",
        keys={"SecretId": "secretId"},
        describe=Call(operation="describe_secret", found="RotationRules && {Rules: RotationRules}"),
        update=("rotate_secret",),
        delete=(),
    ),
}
