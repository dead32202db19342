"""STK-21: each domain's data is under a key of its own."""

from policies.controls import KEY_MANAGEMENT, controls
from policies.graph import Graph, Node
from policies.keys import KEY_PATHS
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import (
    BUCKET,
    EKS_CLUSTER,
    KMS_KEY,
    LOG_GROUP,
    MSK_CLUSTER,
    RDS_INSTANCE,
    REPLICATION_GROUP,
    REPOSITORY,
    TOPIC,
)
from policies.values import shown

_DOMAINS = {
    RDS_INSTANCE: "database",
    REPLICATION_GROUP: "cache",
    MSK_CLUSTER: "stream",
    EKS_CLUSTER: "cluster",
    REPOSITORY: "registry",
    LOG_GROUP: "telemetry",
    "aws:amp/workspace:Workspace": "telemetry",
    TOPIC: "alerts",
    BUCKET: "objects",
    "aws:backup/vault:Vault": "backup",
}


def undivided(key: Node, graph: Graph, _: Parameters) -> Verdict:
    """Everything under the key is of one domain."""
    users = [
        (domain, user.name)
        for type_, domain in _DOMAINS.items()
        for path in KEY_PATHS.get(type_, ())
        for user in graph.referrers(key, type_, path)
    ]
    if not users:
        return NOT_APPLICABLE
    domains = sorted({domain for domain, _ in users})
    return require(len(domains) == 1, f"it encrypts {shown(domains)}, must be one domain's")


RULE = GraphRule(
    id="STK-21",
    severity=Severity.MEDIUM,
    title="Each domain's data is under a key of its own",
    rationale="Whoever may use a shared key for one domain's data may use it for the other's.",
    fix="Declare an `aws:kms/key:Key` for the domain and set `kmsKeyId` to it.",
    types=(KMS_KEY,),
    controls=controls(KEY_MANAGEMENT),
    link="https://docs.aws.amazon.com/prescriptive-guidance/latest/encryption-best-practices/kms.html",
    checks=(undivided,),
)
