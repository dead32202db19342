"""S3-02: each bucket refuses requests without TLS."""

from policies.bucket import settled
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.document import Statement, allows, compared_with, principals, statements, values
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import BUCKET, BUCKET_POLICY
from policies.values import Properties, read, some


def denies_plain(policy: Properties, _: Parameters) -> Verdict:
    """A statement denies everybody everything without TLS."""
    found = statements(read(policy, "policy"))
    return require(some(found, _denies), "no statement denies requests when aws:SecureTransport is false")


def _denies(statement: Statement) -> bool:
    plain = some(compared_with(statement, "aws:securetransport"), lambda value: str(value).lower() == "false")
    everything = some(values(statement, "Action"), lambda action: action in ("*", "s3:*"))
    return not allows(statement) and plain and everything and "*" in principals(statement)


RULE = GraphRule(
    id="S3-02",
    severity=Severity.HIGH,
    title="Each bucket refuses requests without TLS",
    rationale="Objects and signed URLs in plain text can be read and replayed.",
    fix="Declare a `BucketPolicy` that denies s3:* on bucket and objects when aws:SecureTransport is false.",
    types=(BUCKET,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("S3.5",), cis=("2.1.1",)),
    link=security_hub("S3.5"),
    checks=(settled(BUCKET_POLICY, denies_plain),),
)
