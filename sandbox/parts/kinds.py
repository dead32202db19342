"""Which class runs which kind of part."""

from sandbox.parts.aws import Aws
from sandbox.parts.cluster import Cluster
from sandbox.parts.collector import Collector
from sandbox.parts.envoy import Envoy
from sandbox.parts.kafka import Kafka
from sandbox.parts.part import Part
from sandbox.parts.postgresql import PostgreSQL
from sandbox.parts.prometheus import Prometheus
from sandbox.parts.providers import Providers
from sandbox.parts.valkey import Valkey

KINDS: dict[str, type[Part]] = {
    part.kind: part for part in (Aws, Cluster, Collector, Envoy, Kafka, PostgreSQL, Prometheus, Providers, Valkey)
}
