"""S3-04: each bucket encrypts with a key of this stack."""

from policies.bucket import settled, takes_load_balancer_logs
from policies.checks import each, equals, every_of, own_key, present
from policies.controls import ENCRYPTION_AT_REST, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import Check, GraphRule, Parameters, Severity, Verdict
from policies.tokens import BUCKET

_CONFIGURATION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_RULES = "rules", "serverSideEncryptionConfiguration.rule"
_DEFAULT = "applyServerSideEncryptionByDefault"


def _by_key(path: str) -> Check:
    rule = every_of(
        equals(f"{_DEFAULT}.sseAlgorithm", "aws:kms"),
        own_key(f"{_DEFAULT}.kmsMasterKeyId"),
        equals("bucketKeyEnabled", True, default=False),
    )
    return every_of(present(path), each(path, rule))


_own_key = settled(
    _CONFIGURATION, _by_key(_RULES[0]), inline="serverSideEncryptionConfiguration", inline_check=_by_key(_RULES[1])
)
_any_key = settled(
    _CONFIGURATION, present(_RULES[0]), inline="serverSideEncryptionConfiguration", inline_check=present(_RULES[1])
)


def encrypted(bucket: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """Under a key of the stack, or for load balancers' logs under S3's own, since they deliver to no other."""
    judge = _any_key if takes_load_balancer_logs(bucket, graph) else _own_key
    return judge(bucket, graph, parameters)


RULE = GraphRule(
    id="S3-04",
    severity=Severity.MEDIUM,
    title="Each bucket encrypts with a key of this stack",
    rationale=(
        "Objects under S3's own keys are readable to whoever may read the bucket; a key of one's own is a second lock."
    ),
    fix=(
        "Declare a `BucketServerSideEncryptionConfiguration` with aws:kms, `kmsMasterKeyId` and "
        "`bucketKeyEnabled` true."
    ),
    types=(BUCKET,),
    controls=controls(ENCRYPTION_AT_REST, hub=("S3.17",)),
    link=security_hub("S3.17"),
    checks=(encrypted,),
)
