"""Judging a bucket by the resources that settle it: each setting of a bucket is a resource of its own."""

from policies.graph import Graph, Node
from policies.rule import COMPLIANT, Check, GraphCheck, Parameters, Verdict, combine, decide, violating
from policies.tokens import BUCKET, LOAD_BALANCER
from policies.values import Properties


def _exists(_properties: Properties, _parameters: Parameters) -> Verdict:
    return COMPLIANT


def settled(type_: str, check: Check = _exists, *, inline: str = "", inline_check: Check | None = None) -> GraphCheck:
    """A resource of the type is for the bucket and passes the check (left out: is there at all), as does each further.

    `inline` names the bucket's own deprecated property for the same setting, which then is judged as well.
    """

    def over_bucket(bucket: Node, graph: Graph, parameters: Parameters) -> Verdict:
        companions = graph.referrers(bucket, type_, "bucket")
        verdicts = [decide(check, companion.properties, parameters) for companion in companions]
        if inline_check and bucket.properties.get(inline) is not None:
            verdicts.append(decide(inline_check, bucket.properties, parameters))
        return combine(verdicts) if verdicts else violating(f"no {type_.split(':')[-1]} is for it")

    return over_bucket


def takes_load_balancer_logs(bucket: Node, graph: Graph) -> bool:
    """Whether a load balancer delivers logs to it, which it does only to buckets under S3's own keys."""
    paths = ("accessLogs.bucket", "connectionLogs.bucket", "healthCheckLogs.bucket")
    return any(
        bucket in graph.references(balancer, path, BUCKET) for balancer in graph.of(LOAD_BALANCER) for path in paths
    )
