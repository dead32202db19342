"""S3-06: each bucket of data records who reads it."""

from policies.bucket import settled, takes_load_balancer_logs
from policies.checks import present
from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict
from policies.tokens import BUCKET

_LOGGING = "aws:s3/bucketLogging:BucketLogging"
_logged = settled(_LOGGING, inline="loggings", inline_check=present("loggings"))


def logged(bucket: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """A bucket that itself takes logs would log its own logging."""
    if takes_load_balancer_logs(bucket, graph) or graph.referrers(bucket, _LOGGING, "targetBucket"):
        return NOT_APPLICABLE
    return _logged(bucket, graph, parameters)


RULE = GraphRule(
    id="S3-06",
    severity=Severity.LOW,
    title="Each bucket of data records who reads it",
    rationale="After a leak the first question is who read what.",
    fix="Declare a `BucketLogging` with `targetBucket` for the bucket.",
    types=(BUCKET,),
    controls=controls(AUDIT_LOGGING, hub=("S3.9",)),
    link=security_hub("S3.9"),
    checks=(logged,),
)
