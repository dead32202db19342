"""The list of records is what moto says; the page is what the tables say."""

import json

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from sandbox.providers.aws import coverage
from sandbox.providers.aws.handlers import HANDLERS
from sandbox.providers.aws.operations import operations_without_moto

pytestmark = pytest.mark.parts


def test_records_are_exactly_the_operations_that_moto_lacks() -> None:
    assert coverage.missing(HANDLERS) == sorted(operations_without_moto())


def test_the_page_is_what_the_tables_give() -> None:
    assert coverage.PAGE.read_text() == coverage.page(), "run `python -m sandbox.providers.aws.coverage`"


def test_the_page_tells_moto_records_and_parts_apart() -> None:
    page = coverage.page()
    assert "| `aws:ec2/vpc:Vpc` | moto | ec2: create_vpc, " in page
    assert "| `aws:eks/accessEntry:AccessEntry` | record | eks: create_access_entry, " in page
    assert "| `aws:rds/instance:Instance` | moto, part (postgresql) | rds: create_db_instance, " in page
    assert "*associate_kms_key*" in page


@mock_aws
def test_moto_still_forgets_a_subnet_group_that_is_modified() -> None:
    ec2, rds = boto3.client("ec2", "eu-central-1"), boto3.client("rds", "eu-central-1")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    rds.create_db_subnet_group(DBSubnetGroupName="orders", DBSubnetGroupDescription="x", SubnetIds=[subnet])
    rds.modify_db_subnet_group(DBSubnetGroupName="orders", SubnetIds=[subnet])
    with pytest.raises(rds.exceptions.DBSubnetGroupNotFoundFault):
        rds.describe_db_subnet_groups(DBSubnetGroupName="orders")
    assert "rds.modify_db_subnet_group" in coverage.HARMFUL


@mock_aws
def test_moto_still_asks_a_proxy_for_passwords_under_iam_authentication() -> None:
    rds = boto3.client("rds", "eu-central-1")
    with pytest.raises(KeyError, match="auth"):
        rds.create_db_proxy(
            DBProxyName="orders",
            EngineFamily="POSTGRESQL",
            DefaultAuthScheme="IAM_AUTH",
            RoleArn="arn:aws:iam::123456789012:role/proxy",
            VpcSubnetIds=["subnet-1"],
        )
    assert {"rds.create_db_proxy", "rds.register_db_proxy_targets"} <= coverage.HARMFUL.keys()


@mock_aws
def test_moto_still_changes_a_databases_secret_when_its_schedule_is_set() -> None:
    secrets_manager = boto3.client("secretsmanager", "eu-central-1")
    rds = boto3.client("rds", "eu-central-1")
    made = rds.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        MasterUsername="orders_admin",
        ManageMasterUserPassword=True,
    )
    secret = made["DBInstance"]["MasterUserSecret"]["SecretArn"]
    secrets_manager.put_secret_value(SecretId=secret, SecretString='{"username": "orders_admin", "password": "real"}')
    schedule = {"AutomaticallyAfterDays": 30}
    secrets_manager.rotate_secret(SecretId=secret, RotationRules=schedule, RotateImmediately=False)
    assert "real" not in secrets_manager.get_secret_value(SecretId=secret)["SecretString"]
    assert "secretsmanager.rotate_secret" in coverage.HARMFUL


@mock_aws
def test_moto_still_takes_no_list_for_the_service_that_logs_a_bucket() -> None:
    s3 = boto3.client("s3", "eu-central-1", config=Config(s3={"addressing_style": "path"}))
    for name in ("orders", "logs"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    deliver = {
        "Effect": "Allow",
        "Principal": {"Service": ["logging.s3.amazonaws.com"]},
        "Action": ["s3:PutObject"],
        "Resource": ["arn:aws:s3:::logs/*"],
    }
    s3.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deliver]}))
    with pytest.raises(s3.exceptions.ClientError, match="InvalidTargetBucketForLogging"):
        s3.put_bucket_logging(
            Bucket="orders", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}
        )
    assert "s3.put_bucket_logging" in coverage.HARMFUL


@mock_aws
def test_moto_still_keeps_a_replication_group_that_is_deleted() -> None:
    elasticache = boto3.client("elasticache", "eu-central-1")
    elasticache.create_replication_group(ReplicationGroupId="orders", ReplicationGroupDescription="x")
    elasticache.delete_replication_group(ReplicationGroupId="orders")
    assert elasticache.describe_replication_groups(ReplicationGroupId="orders")["ReplicationGroups"]
    assert "elasticache.delete_replication_group" in coverage.HARMFUL
