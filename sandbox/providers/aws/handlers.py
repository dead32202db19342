"""The tables of all services, joined."""

from dataclasses import replace
from importlib import import_module

from sandbox.providers.aws.row import Row
from sandbox.providers.errors import ProviderError
from sandbox.providers.provider import Resource

_MODULES = (
    *("acm", "amp", "athena", "backup", "budgets", "cfg", "cloudtrail", "cloudwatch", "codebuild", "cognito"),
    *("costexplorer", "ec2", "ecr", "eks", "elasticache", "glue", "guardduty", "iam", "kinesis", "kms", "lb", "msk"),
    *("rds", "route53", "s3", "scheduler", "secretsmanager", "securityhub", "sesv2", "sns", "vpc", "wafv2"),
)
_TABLES = [import_module(f"sandbox.providers.aws.{name}") for name in _MODULES]
HANDLERS: dict[str, Row] = {
    token: replace(row, service=row.service or table.SERVICE)
    for table in _TABLES
    for token, row in table.HANDLERS.items()
}


def row_of(resource: Resource) -> Row:
    """The row of the resource's type; raises `ProviderError` that says where to add one."""
    try:
        return HANDLERS[resource.type]
    except KeyError:
        raise ProviderError(
            f"the embedded AWS does not carry out {resource.type} ('{resource.name}'); add a row to {file_of(resource)}"
        ) from None


def file_of(resource: Resource) -> str:
    """The file that has, or would have, the type's row."""
    return f"sandbox/providers/aws/{resource.type.partition(':')[2].partition('/')[0]}.py"
