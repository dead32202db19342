"""Which properties name a KMS key, of every resource that keeps something under one."""

from policies.graph import Graph, Node
from policies.tokens import (
    EKS_CLUSTER,
    KMS_KEY,
    LOG_GROUP,
    MSK_CLUSTER,
    RDS_INSTANCE,
    REPLICATION_GROUP,
    REPOSITORY,
    TOPIC,
)

KEY_PATHS: dict[str, tuple[str, ...]] = {
    RDS_INSTANCE: ("kmsKeyId", "masterUserSecretKmsKeyId", "performanceInsightsKmsKeyId"),
    REPLICATION_GROUP: ("kmsKeyId",),
    MSK_CLUSTER: ("encryptionInfo.encryptionAtRestKmsKeyArn",),
    EKS_CLUSTER: ("encryptionConfig.provider.keyArn",),
    REPOSITORY: ("encryptionConfigurations.kmsKey",),
    LOG_GROUP: ("kmsKeyId",),
    TOPIC: ("kmsMasterKeyId",),
    "aws:amp/workspace:Workspace": ("kmsKeyArn",),
    "aws:secretsmanager/secret:Secret": ("kmsKeyId",),
    "aws:backup/vault:Vault": ("kmsKeyArn",),
}
KEY_USERS = tuple(KEY_PATHS)


def key_of(user: Node, graph: Graph, path: str) -> list[Node]:
    """The keys of the stack that a property names."""
    return graph.references(user, path, KMS_KEY)
