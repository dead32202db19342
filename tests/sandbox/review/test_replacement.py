"""Pulumi's names find CloudFormation's, and exceptions go before them."""

import pytest

from sandbox.providers.aws.schema import input_types
from sandbox.review.published import data
from sandbox.review.replacement import forces_replacement, is_judged


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "name"),
        ("aws:ec2/securityGroup:SecurityGroup", "description"),
        ("aws:ec2/subnet:Subnet", "cidrBlock"),
        ("aws:eks/cluster:Cluster", "kubernetesNetworkConfig.serviceIpv4Cidr"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "subnetGroupName"),
        ("aws:lb/targetGroup:TargetGroup", "port"),
        ("aws:rds/instance:Instance", "storageEncrypted"),
        ("aws:rds/instance:Instance", "username"),
        ("aws:s3/bucket:Bucket", "bucket"),
        ("aws:sqs/queue:Queue", "region"),
        ("kubernetes:apps/v1:Deployment", "spec.selector.matchLabels.app"),
        ("kubernetes:core/v1:Service", "metadata.namespace"),
    ],
)
def test_an_immutable_property_forces_a_replacement(type_: str, path: str):
    assert forces_replacement(type_, path)


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("aws:rds/instance:Instance", "instanceClass"),
        ("aws:rds/instance:Instance", "dbSubnetGroupName"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "fromPort"),
        ("aws:eks/cluster:Cluster", "version"),
        ("kubernetes:apps/v1:Deployment", "spec.replicas"),
    ],
)
def test_a_property_that_changes_in_place_forces_nothing(type_: str, path: str):
    assert not forces_replacement(type_, path)


def test_a_type_that_nothing_is_known_of_says_so():
    assert not is_judged("aws:unheard/of:Of")
    assert is_judged("aws:rds/instance:Instance")


def test_every_exception_names_properties_that_exist_and_its_source():
    for rule in data("replacement")["exceptions"]:
        assert rule["source"].startswith("https://")
        if rule["type"].startswith("aws:") and "*" not in rule["type"]:
            assert {path.partition(".")[0] for path in rule["properties"]} <= input_types(rule["type"]).keys()
