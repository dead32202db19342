"""The tables of all services, joined."""

from sandbox.providers.aws import ec2
from sandbox.providers.aws.row import Row
from sandbox.providers.errors import ProviderError
from sandbox.providers.provider import Resource

_TABLES = (ec2,)

HANDLERS: dict[str, Row] = {token: row for table in _TABLES for token, row in table.HANDLERS.items()}
_FILES = {token: f"{table.__name__.replace('.', '/')}.py" for table in _TABLES for token in table.HANDLERS}


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
    service = resource.type.partition(":")[2].partition("/")[0]
    return _FILES.get(resource.type, f"sandbox/providers/aws/{service}.py")
