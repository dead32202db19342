"""Which class runs which kind of part."""

from sandbox.parts.aws import Aws
from sandbox.parts.kafka import Kafka
from sandbox.parts.part import Part
from sandbox.parts.postgresql import PostgreSQL
from sandbox.parts.valkey import Valkey

KINDS: dict[str, type[Part]] = {part.kind: part for part in (Aws, Kafka, PostgreSQL, Valkey)}
