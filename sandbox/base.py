"""The parts that stand before the program runs: the embedded AWS, where telemetry ends, and the local cluster."""

from __future__ import annotations

from sandbox.errors import SandboxError
from sandbox.parts.part import Health, Part, PartError
from sandbox.parts.registry import Parts

AWS = "aws"
AWS_PORT = 4566
COLLECTOR = "collector"
COLLECTOR_PORT = 14318
CLUSTER = "cluster"
CLUSTER_PORT = 16443
PROVIDERS = "providers"
PROVIDERS_PORT = 14500


def start(parts: Parts, *, region: str) -> list[Part]:
    """Starts whatever the stack recorded, and the base in AWS `region`; returns the parts whose port moved."""
    moved = parts.start_all()
    parts.create(AWS, AWS, preferred_port=AWS_PORT)
    parts.create(COLLECTOR, COLLECTOR, preferred_port=COLLECTOR_PORT)
    parts.create(CLUSTER, CLUSTER, preferred_port=CLUSTER_PORT, settings={"region": region})
    return moved


def start_providers(parts: Parts) -> Part:
    """The providers as servers, for the `pulumi` CLI to attach to."""
    return parts.create(PROVIDERS, PROVIDERS, preferred_port=PROVIDERS_PORT)


def standing(parts: Parts, name: str) -> Part:
    """The part of that name. Raises SandboxError with the way to raise it where it does not run."""
    try:
        part = parts.get(name)
    except PartError as error:
        raise SandboxError(f"nothing stands here ({error}): `make up` raises the stack") from error
    if (health := part.health()) is not Health.RUNNING:
        raise SandboxError(f"{name} is {health}: `make up` brings it back")
    return part


def url(part: Part) -> str:
    """`http://127.0.0.1:<port>` of a part that speaks HTTP."""
    return f"http://{part.record.host}:{part.record.port}"
