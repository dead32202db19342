"""Records: resources that moto cannot hold, remembered in its parameter store so that Read tells the truth."""

import hashlib

from sandbox.providers.aws.request import Subject
from sandbox.providers.aws.session import Aws


def put_record(aws: Aws, subject: Subject) -> None:
    """Remembers a record."""
    name, text = _name(subject), f"{subject.resource.type} {subject.document['id']}"
    aws.client("ssm", subject.document["region"]).put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def has_record(aws: Aws, subject: Subject) -> bool:
    """Whether the record was put and not removed."""
    return bool(aws.client("ssm", subject.document["region"]).get_parameters(Names=[_name(subject)])["Parameters"])


def remove_record(aws: Aws, subject: Subject) -> None:
    """Forgets a record; nothing happens where there is none."""
    aws.client("ssm", subject.document["region"]).delete_parameters(Names=[_name(subject)])


def _name(subject: Subject) -> str:
    identity = f"{subject.resource.type} {subject.document['id']}"
    return f"/records/{hashlib.sha256(identity.encode()).hexdigest()}"
