"""Records: resources that moto cannot hold, remembered in its parameter store so that Read tells the truth."""

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from sandbox.providers.aws.session import Aws


class Records:
    """Which records there are, kept in the embedded AWS beside everything else."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    def put(self, token: str, id: str, region: str) -> None:  # noqa: A002
        """Remembers a record."""
        self._store(region).put_parameter(Name=_name(token, id), Value=f"{token} {id}", Type="String", Overwrite=True)

    def exists(self, token: str, id: str, region: str) -> bool:  # noqa: A002
        """Whether the record was put and not removed."""
        found = self._store(region).get_parameters(Names=[_name(token, id)])
        return bool(found["Parameters"])

    def remove(self, token: str, id: str, region: str) -> None:  # noqa: A002
        """Forgets a record; nothing happens where there is none."""
        try:
            self._store(region).delete_parameter(Name=_name(token, id))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ParameterNotFound":
                raise

    def _store(self, region: str) -> Any:
        return self.aws.client("ssm", region)


def _name(token: str, id: str) -> str:  # noqa: A002
    return f"/records/{hashlib.sha256(f'{token} {id}'.encode()).hexdigest()}"
