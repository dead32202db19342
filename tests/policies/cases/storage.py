"""Good and bad buckets and repositories."""

from dataclasses import replace
from typing import Any

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_BUCKET = Resource(type="aws:s3/bucket:Bucket")
_BUCKET_TYPE = "aws:s3/bucket:Bucket"
_POLICY_TYPE = "aws:s3/bucketPolicy:BucketPolicy"
_REPOSITORY_TYPE = "aws:ecr/repository:Repository"
_TEMPLATE_TYPE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
_PULL_TYPE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
_BY_KEY = {
    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": _KEY},
    "bucketKeyEnabled": True,
}
_BLOCKED = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
_TLS_ONLY = {
    "policy": {
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]
    }
}
_GRANT = {
    "policy": {
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:GetObject"}
        ]
    }
}
_LIFECYCLE = {
    "rules": [
        {
            "status": "Enabled",
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1.0},
            "noncurrentVersionExpiration": {"noncurrentDays": 30.0},
        }
    ]
}


def _settled(rule: str, type_: str, properties: dict[str, Any], bad: dict[str, Any], **more: Any) -> GraphCase:
    setting = Resource(type=type_, properties=properties, references={"bucket": "invoices"})
    return GraphCase(
        rule=rule,
        anchor="invoices",
        good={"invoices": _BUCKET, "setting": setting},
        bad={"nothing settles it": {"setting": REMOVED}, **bad},
        **more,
    )


_LOGS_TO_LOG = Resource(
    type="aws:lb/loadBalancer:LoadBalancer",
    properties={"accessLogs": {"enabled": True}},
    references={"accessLogs.bucket": "log"},
)

CASES = [
    _settled(
        "S3-01",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        _BLOCKED,
        {
            "new ACLs": {"setting.blockPublicAcls": False},
            "old ACLs": {"setting.ignorePublicAcls": REMOVED},
            "new policies": {"setting.blockPublicPolicy": False},
            "old policies": {"setting.restrictPublicBuckets": False},
            "another bucket's": {"other": _BUCKET, "setting.->bucket": "other"},
        },
    ),
    _settled(
        "S3-02",
        _POLICY_TYPE,
        _TLS_ONLY,
        {
            "allowed": {"setting.policy.Statement.0.Effect": "Allow"},
            "only reads": {"setting.policy.Statement.0.Action": "s3:GetObject"},
            "only somebody": {"setting.policy.Statement.0.Principal": {"AWS": "x"}},
            "always": {"setting.policy.Statement.0.Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        },
    ),
    Case(
        rule="S3-03",
        type=_POLICY_TYPE,
        good=_GRANT,
        bad={
            "everybody": {"policy.Statement.0.Principal": {"AWS": "*"}},
            "another account": {"policy.Statement.0.Principal.AWS": "arn:aws:iam::210987654321:role/partner"},
            "another account by its number": {"policy.Statement.0.Principal.AWS": "210987654321"},
        },
        parameters={"accounts": ["123456789012"]},
    ),
    Case(
        rule="S3-03",
        type="aws:s3/bucketAcl:BucketAcl",
        good={"acl": "private"},
        bad={"to read": {"acl": "public-read"}, "to anybody with an account": {"acl": "authenticated-read"}},
    ),
    _settled(
        "S3-04",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"rules": [_BY_KEY]},
        {
            "S3's keys": {"setting.rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "AES256"},
            "AWS's key": {"setting.rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId": REMOVED},
            "a call for each object": {"setting.rules.0.bucketKeyEnabled": False},
            "no rule": {"setting.rules": []},
            "the inline form differs": {
                "invoices.serverSideEncryptionConfiguration": {"rule": {"bucketKeyEnabled": True}}
            },
        },
        also_good={
            "the inline form": {
                "setting": REMOVED,
                "invoices.serverSideEncryptionConfiguration": {"rule": _BY_KEY},
            },
            "load balancers' logs under S3's keys": {
                "setting.rules.0": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}},
                "balancer": Resource(
                    type="aws:lb/loadBalancer:LoadBalancer", references={"accessLogs.bucket": "invoices"}
                ),
            },
        },
    ),
    _settled(
        "S3-05",
        "aws:s3/bucketVersioning:BucketVersioning",
        {"versioningConfiguration": {"status": "Enabled"}},
        {"suspended": {"setting.versioningConfiguration.status": "Suspended"}},
    ),
    GraphCase(
        rule="S3-06",
        anchor="invoices",
        good={
            "invoices": _BUCKET,
            "log": _BUCKET,
            "logging": Resource(
                type="aws:s3/bucketLogging:BucketLogging", references={"bucket": "invoices", "targetBucket": "log"}
            ),
        },
        bad={
            "none": {"logging": REMOVED},
            "another bucket's": {"logging.->bucket": "log"},
            "a load balancer logs to another": {"logging": REMOVED, "edge": _LOGS_TO_LOG},
        },
        also_good={
            "it is the log": {"logging.->bucket": "log", "logging.->targetBucket": "invoices"},
            "it is a load balancer's log": {
                "logging": REMOVED,
                "edge": replace(_LOGS_TO_LOG, references={"accessLogs.bucket": "invoices"}),
            },
        },
    ),
    _settled(
        "S3-07",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        _LIFECYCLE,
        {
            "switched off": {"setting.rules.0.status": "Disabled"},
            "uploads stay": {"setting.rules.0.abortIncompleteMultipartUpload": REMOVED},
            "versions stay": {"setting.rules.0.noncurrentVersionExpiration": REMOVED},
        },
    ),
    _settled(
        "S3-08",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"the writer owns": {"setting.rule.objectOwnership": "ObjectWriter"}},
    ),
    Case(rule="S3-09", type=_BUCKET_TYPE, good={"forceDestroy": False}, bad={"on": {"forceDestroy": True}}),
    Case(
        rule="S3-09",
        type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        good={"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 30.0}}},
        bad={
            "no days": {"rule.defaultRetention.days": REMOVED},
            "no mode": {"rule.defaultRetention.mode": REMOVED},
        },
    ),
    Case(
        rule="ECR-01",
        type=_REPOSITORY_TYPE,
        good={"imageTagMutability": "IMMUTABLE"},
        bad={"left to AWS": {"imageTagMutability": REMOVED}},
    ),
    Case(
        rule="ECR-01",
        type=_TEMPLATE_TYPE,
        good={"imageTagMutability": "IMMUTABLE"},
        bad={"left to AWS": {"imageTagMutability": REMOVED}},
    ),
    Case(
        rule="ECR-02",
        type=_REPOSITORY_TYPE,
        good={"imageScanningConfiguration": {"scanOnPush": True}},
        bad={"off": {"imageScanningConfiguration.scanOnPush": False}},
    ),
    Case(
        rule="ECR-03",
        type=_REPOSITORY_TYPE,
        good={"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": _KEY}]},
        bad={
            "left to AWS": {"encryptionConfigurations": REMOVED},
            "S3's keys": {"encryptionConfigurations.0.encryptionType": "AES256"},
            "AWS's key": {"encryptionConfigurations.0.kmsKey": REMOVED},
        },
    ),
    Case(
        rule="ECR-03",
        type=_TEMPLATE_TYPE,
        good={"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": _KEY}]},
        bad={"left to AWS": {"encryptionConfigurations": REMOVED}},
    ),
    Case(rule="ECR-06", type=_REPOSITORY_TYPE, good={"forceDelete": False}, bad={"on": {"forceDelete": True}}),
    GraphCase(
        rule="ECR-05",
        anchor="orders",
        good={
            "orders": Resource(type=_REPOSITORY_TYPE),
            "expiry": Resource(type="aws:ecr/lifecyclePolicy:LifecyclePolicy", references={"repository": "orders"}),
        },
        bad={"none": {"expiry": REMOVED}},
    ),
    GraphCase(
        rule="ECR-05",
        anchor="mirrored",
        good={"mirrored": Resource(type=_TEMPLATE_TYPE, properties={"lifecyclePolicy": '{"rules": []}'})},
        bad={"none": {"mirrored.lifecyclePolicy": REMOVED}},
    ),
    GraphCase(
        rule="ECR-07",
        anchor="quay",
        good={
            "quay": Resource(type=_PULL_TYPE, properties={"ecrRepositoryPrefix": "shop/quay"}),
            "template": Resource(
                type=_TEMPLATE_TYPE, properties={"prefix": "shop/quay", "appliedFors": ["PULL_THROUGH_CACHE"]}
            ),
            "copies": Resource(type=_TEMPLATE_TYPE, properties={"prefix": "shop", "appliedFors": ["REPLICATION"]}),
        },
        bad={
            "no template": {"template": REMOVED},
            "for replication alone": {"template.appliedFors": ["REPLICATION"]},
            "of another prefix": {"template.prefix": "shop/qua"},
            "of a narrower prefix": {"template.prefix": "shop/quay/argoproj"},
            "of no prefix": {"template.prefix": REMOVED},
        },
        also_good={
            "of a wider prefix": {"template.prefix": "shop"},
            "of every repository": {"template.prefix": "ROOT"},
            "for both": {"template.appliedFors": ["REPLICATION", "PULL_THROUGH_CACHE"]},
        },
    ),
    Case(
        rule="LAK-01",
        type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        good={"serverSideEncryption": {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": _KEY}},
        bad={
            "off": {"serverSideEncryption.enabled": False},
            "left to AWS": {"serverSideEncryption": REMOVED},
            "Firehose's key": {"serverSideEncryption.keyType": "AWS_OWNED_CMK"},
            "AWS's key": {"serverSideEncryption.keyArn": "alias/aws/firehose"},
        },
    ),
    Case(
        rule="LAK-02",
        type="aws:athena/workgroup:Workgroup",
        good={
            "configuration": {
                "bytesScannedCutoffPerQuery": 10_485_760.0,
                "resultConfiguration": {
                    "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": _KEY},
                },
            }
        },
        bad={
            "a client's own settings": {"configuration.enforceWorkgroupConfiguration": False},
            "unseen": {"configuration.publishCloudwatchMetricsEnabled": False},
            "without a limit": {"configuration.bytesScannedCutoffPerQuery": REMOVED},
            "results under S3's key": {
                "configuration.resultConfiguration.encryptionConfiguration.encryptionOption": "SSE_S3"
            },
            "results under AWS's key": {
                "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn": "alias/aws/s3"
            },
        },
        also_good={"said": {"configuration.enforceWorkgroupConfiguration": True}},
    ),
    Case(
        rule="BKP-01",
        type="aws:backup/vault:Vault",
        good={"kmsKeyArn": _KEY},
        bad={"AWS's key": {"kmsKeyArn": REMOVED}, "emptied by destroy": {"forceDestroy": True}},
    ),
    Case(
        rule="BKP-01",
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        good={"backupVaultName": "vault", "minRetentionDays": 35.0},
        bad={"a week": {"minRetentionDays": 7.0}},
    ),
    Case(
        rule="BKP-02",
        type="aws:backup/plan:Plan",
        good={"rules": [{"lifecycle": {"deleteAfter": 35.0}}]},
        bad={"a week": {"rules.0.lifecycle.deleteAfter": 7.0}},
    ),
]
