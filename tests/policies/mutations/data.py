"""What goes wrong with the data of the program's own stack, a violation for each rule."""

from typing import Any

from tests.policies.case import REMOVED, Resource
from tests.policies.mutation import Mutation, added, done

_SECRET = Resource(
    type="aws:secretsmanager/secret:Secret",
    properties={"recoveryWindowInDays": 30.0},
    references={"kmsKeyId": "Key::keys-database"},
)
_ROTATION = Resource(
    type="aws:secretsmanager/secretRotation:SecretRotation",
    properties={"rotationRules": {"automaticallyAfterDays": 30.0}},
    references={"secretId": "Secret::added"},
)


def _settled(kind: str, properties: dict[str, Any]) -> Resource:
    type_ = f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"
    return Resource(type=type_, properties=properties, references={"bucket": "Bucket::invoices"})


_INVOICES = {
    "Bucket::invoices": Resource(type="aws:s3/bucket:Bucket"),
    "BucketPublicAccessBlock::invoices": _settled(
        "BucketPublicAccessBlock",
        {
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
    ),
    "BucketPolicy::invoices": _settled(
        "BucketPolicy",
        {
            "policy": {
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ]
            }
        },
    ),
    "BucketServerSideEncryptionConfiguration::invoices": _settled(
        "BucketServerSideEncryptionConfiguration",
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:key"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
    ),
    "BucketVersioning::invoices": _settled("BucketVersioning", {"versioningConfiguration": {"status": "Enabled"}}),
    "BucketLifecycleConfiguration::invoices": _settled(
        "BucketLifecycleConfiguration",
        {
            "rules": [
                {
                    "status": "Enabled",
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1.0},
                    "noncurrentVersionExpiration": {"noncurrentDays": 30.0},
                }
            ]
        },
    ),
    "BucketOwnershipControls::invoices": _settled(
        "BucketOwnershipControls", {"rule": {"objectOwnership": "BucketOwnerEnforced"}}
    ),
}
"""A bucket with everything but a log of who reads it."""

MUTATIONS = {
    "BKP-01": added("a week", type_="aws:backup/vaultLockConfiguration:VaultLockConfiguration"),
    "BKP-02": added("a week"),
    "EC-01": done("cache", "plain"),
    "EC-02": done("cache", "preferred"),
    "EC-03": done("cache", "nobody is asked"),
    "EC-04": done("cache", "no failover"),
    "EC-05": done("cache", "no snapshot"),
    "EC-06": done("cache", "every command"),
    "ECR-01": done("registry", "left to AWS"),
    "ECR-02": done("registry", "off"),
    "ECR-03": done("registry", "S3's keys"),
    "ECR-04": added("everybody"),
    "ECR-05": Mutation(change={"LifecyclePolicy::registry": REMOVED}),
    "ECR-06": done("registry", "on"),
    "ECR-07": Mutation(change={"RepositoryCreationTemplate::mirror-quay": REMOVED}),
    "LAK-01": done("lake", "off"),
    "LAK-02": done("lake", "a client's own settings"),
    "MSK-01": done("stream", "plain beside TLS"),
    "MSK-02": done("stream", "AWS's key"),
    "MSK-03": done("stream", "public"),
    "MSK-04": done("stream", "nobody is asked"),
    "MSK-05": done("stream", "figures of the cluster alone"),
    "MSK-06": done("stream-order-events", "one copy"),
    "RDS-01": done("database", "plain"),
    "RDS-02": done("database", "public"),
    "RDS-03": done("database", "alone"),
    "RDS-04": done("database", "none"),
    "RDS-05": done("database", "unprotected"),
    "RDS-06": done("database", "off"),
    "RDS-07": done("database", "one"),
    "RDS-08": done("database", "off"),
    "RDS-09": done("database", "off"),
    "RDS-10": done("database", "off"),
    "RDS-11": done("database", "off"),
    "RDS-12": done("database", "default name"),
    "RDS-13": Mutation(change={"ParameterGroup::database.parameters.0.value": "0"}),
    "RDS-14": done("database", "statements off"),
    "RDS-15": done("database", "expired"),
    "RDS-16": done("database-proxy", "plain"),
    "S3-01": Mutation(change={"BucketPublicAccessBlock::logs": REMOVED}),
    "S3-02": Mutation(change={"BucketPolicy::logs.policy": '{"Statement": []}'}),
    "S3-03": added("everybody", type_="aws:s3/bucketPolicy:BucketPolicy"),
    "S3-04": Mutation(change={"BucketServerSideEncryptionConfiguration::logs": REMOVED}),
    "S3-05": Mutation(change={"BucketVersioning::logs": REMOVED}),
    "S3-06": Mutation(change=_INVOICES),
    "S3-07": Mutation(change={"BucketLifecycleConfiguration::logs": REMOVED}),
    "S3-08": Mutation(change={"BucketOwnershipControls::logs": REMOVED}),
    "S3-09": done("logs", "on", type_="aws:s3/bucket:Bucket"),
    "SEC-01": added("AWS's key", {"SecretRotation::rotation": _ROTATION}),
    "SEC-02": Mutation(change={"Secret::invoices": _SECRET}),
    "SEC-03": added("everybody"),
    "SEC-04": Mutation(
        change={"Parameter::token": Resource(type="aws:ssm/parameter:Parameter", properties={"value": "x"})}
    ),
    "SEC-06": added("a prefix"),
    "SEC-05": done("orders-configuration", "a password in an address", type_="kubernetes:core/v1:ConfigMap"),
}
