import json

import boto3
import pytest
from moto import mock_aws

from infra.components.log_storage import LogStorage, LogStorageArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = LogStorageArgs(
    account=Account(account_id="123456789012", region="eu-central-1"), retention_days=14, force_destroy=False
)
GRAPH = record_component(lambda opts: LogStorage("logs", ARGS, opts))


def test_nothing_in_the_bucket_is_public() -> None:
    blocked = GRAPH.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    assert {key: value for key, value in blocked.items() if key != "bucket"} == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }


def test_everything_in_the_bucket_is_encrypted_versioned_and_the_owners() -> None:
    kinds = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = GRAPH.one(kinds).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    versioning = GRAPH.one("aws:s3/bucketVersioning:BucketVersioning").inputs["versioningConfiguration"]
    assert versioning == {"status": "Enabled"}
    controls = GRAPH.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs["rule"]
    assert controls == {"objectOwnership": "BucketOwnerEnforced"}


def test_logs_and_their_old_versions_expire_and_torn_uploads_go() -> None:
    (rule,) = GRAPH.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    assert rule["expiration"] == {"days": 14}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 1}


def test_only_load_balancers_and_buckets_of_this_account_deliver() -> None:
    deliver, buckets, refuse = GRAPH.one("aws:s3/bucketPolicy:BucketPolicy").json("policy")["Statement"]
    assert deliver["Principal"] == {"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]}
    assert deliver["Resource"][0].endswith("/*/AWSLogs/123456789012/*")
    source = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/*"
    assert deliver["Condition"] == {"ArnLike": {"aws:SourceArn": source}}
    assert buckets["Principal"] == {"Service": ["logging.s3.amazonaws.com"]}
    assert buckets["Resource"][0].endswith("/objects/*")
    assert buckets["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert refuse["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_policy_stands_after_the_block_and_before_the_name_is_handed_on() -> None:
    policy = GRAPH.one("aws:s3/bucketPolicy:BucketPolicy")
    assert GRAPH.stands_on(policy, GRAPH.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"))


@mock_aws
def test_aws_takes_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3")
    client.create_bucket(Bucket="fortress-logs")
    policy = GRAPH.one("aws:s3/bucketPolicy:BucketPolicy").json("policy")
    client.put_bucket_policy(Bucket="fortress-logs", Policy=json.dumps(policy))
    assert json.loads(client.get_bucket_policy(Bucket="fortress-logs")["Policy"]) == policy
