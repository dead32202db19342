"""Bad input, refused before anything is made."""

from typing import Any

import pytest
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import AwsProvider
from sandbox.providers.errors import ProviderError
from tests.sandbox.providers.aws.requests import reasons, resource

VPC = "aws:ec2/vpc:Vpc"
LISTENER = "aws:lb/listener:Listener"


def test_a_type_without_a_row_is_refused_with_its_name_and_the_file_to_add_it_to(provider: AwsProvider) -> None:
    told = reasons(provider, "aws:sqs/queue:Queue", {}, name="mail")[""]
    assert "aws:sqs/queue:Queue" in told
    assert "'mail'" in told
    assert "sandbox/providers/aws/sqs.py" in told


def test_a_property_that_pulumi_aws_does_not_have_is_refused(provider: AwsProvider) -> None:
    assert reasons(provider, VPC, {"cidrBlok": "10.0.0.0/16"}) == {"cidrBlok": f"{VPC} has no property 'cidrBlok'"}


def test_a_nested_property_that_pulumi_aws_does_not_have_is_refused_with_its_path(provider: AwsProvider) -> None:
    actions = [{"type": "forward", "targetGrupArn": "arn"}]
    told = reasons(provider, LISTENER, {"loadBalancerArn": "arn", "defaultActions": actions})
    assert list(told) == ["defaultActions[0].targetGrupArn"]


def test_a_property_that_the_row_would_drop_is_refused_with_the_file_to_add_it_to(provider: AwsProvider) -> None:
    told = reasons(provider, "aws:iam/role:Role", {"assumeRolePolicy": "{}", "inlinePolicies": [{"name": "x"}]})
    assert "sandbox/providers/aws/iam.py" in told["inlinePolicies.name"]


def test_a_nested_property_that_the_row_would_drop_is_refused(provider: AwsProvider) -> None:
    inputs = {"zoneId": "Z1", "name": "a.b", "type": "A", "aliases": [], "weightedRoutingPolicies": [{"weight": 1}]}
    assert reasons(provider, "aws:route53/record:Record", inputs) == {}
    told = reasons(provider, "aws:route53/record:Record", inputs | {"geolocationRoutingPolicies": [{"country": "DE"}]})
    assert list(told) == ["geolocationRoutingPolicies.country"]


@pytest.mark.parametrize(
    ("token", "inputs", "property_name", "reason"),
    [
        (VPC, {"cidrBlock": "10.0.0.0/16", "instanceTenancy": "shared"}, "instanceTenancy", "is not one of default"),
        ("aws:ec2/subnet:Subnet", {"vpcId": ["a", "b"]}, "vpcId", "invalid type"),
        ("aws:kms/key:Key", {"keyUsage": "DECRYPT"}, "keyUsage", "is not one of SIGN_VERIFY"),
        ("aws:eks/cluster:Cluster", {"name": "-", "roleArn": "a", "vpcConfig": {}}, "name", "does not match"),
        ("aws:iam/role:Role", {"name": "r" * 65, "assumeRolePolicy": "{}"}, "name", "at most 64"),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": "soon"}, "retentionInDays", "invalid type"),
    ],
)
def test_a_value_that_aws_would_refuse_is_refused(
    provider: AwsProvider, token: str, inputs: dict, property_name: str, reason: str
) -> None:
    assert reason in reasons(provider, token, inputs)[property_name]


def test_a_version_that_aws_does_not_go_to_from_the_one_that_stands_is_refused(provider: AwsProvider) -> None:
    cluster = {"name": "orders", "roleArn": "arn:aws:iam::123456789012:role/a", "vpcConfig": {"subnetIds": ["a", "b"]}}

    def refused(version: str, **changes: str) -> dict[str, str]:
        old, new = {**cluster, "version": "1.35"}, {**cluster, "version": version, **changes}
        checked = provider.check(resource("aws:eks/cluster:Cluster"), old, new, b"seed")
        return {failure.property: failure.reason for failure in checked.failures}

    assert refused("1.36") == {}
    assert "given 1.37; allowed are 1.35 and 1.36, since 1.35 stands" in refused("1.37")["version"]
    assert "given 1.34; allowed are 1.35 and 1.36" in refused("1.34")["version"]
    assert refused("1.37", name="another") == {}


def test_another_kind_of_nodes_for_a_cluster_that_stands_is_refused(provider: AwsProvider) -> None:
    own = {"name": "orders", "roleArn": "arn:aws:iam::123456789012:role/a", "vpcConfig": {"subnetIds": ["a", "b"]}}
    auto = {**own, "computeConfig": {"enabled": True}}

    def refused(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
        checked = provider.check(resource("aws:eks/cluster:Cluster"), old, new, b"seed")
        return {failure.property: failure.reason for failure in checked.failures}

    assert "since nodes of Auto Mode stand" in refused(auto, own)["computeConfig"]
    assert "since nodes of its own stand" in refused(own, auto)["computeConfig"]
    assert refused({}, auto) == refused(auto, {**own, "name": "another"}) == {}


def test_a_required_member_that_is_missing_is_refused(provider: AwsProvider) -> None:
    told = reasons(provider, "aws:ecr/lifecyclePolicy:LifecyclePolicy", {"repository": "orders"})
    assert any("lifecyclePolicyText" in reason for reason in told.values())


def test_unknown_values_are_not_judged(provider: AwsProvider) -> None:
    inputs = {"clusterName": UNKNOWN, "namespace": "orders", "serviceAccount": "api", "roleArn": UNKNOWN}
    assert reasons(provider, "aws:eks/podIdentityAssociation:PodIdentityAssociation", inputs) == {}
    assert reasons(provider, "aws:eks/cluster:Cluster", {"roleArn": UNKNOWN, "vpcConfig": UNKNOWN}) == {}


def test_unknowns_deep_inside_are_not_judged(provider: AwsProvider) -> None:
    actions = [{"type": "forward", "targetGroupArn": UNKNOWN}]
    assert reasons(provider, LISTENER, {"loadBalancerArn": UNKNOWN, "defaultActions": actions, "port": 443}) == {}
    assert reasons(provider, "aws:ec2/routeTable:RouteTable", {"vpcId": UNKNOWN, "tags": {"a": UNKNOWN}}) == {}


class TestNames:
    def test_a_name_left_out_is_the_logical_name_and_seven_hex_digits(self, provider: AwsProvider) -> None:
        inputs = provider.check(resource("aws:sns/topic:Topic", "alerts"), {}, {}, b"seed").inputs
        assert inputs["__defaults"] == ["name"]
        name, _, suffix = inputs["name"].rpartition("-")
        assert name == "alerts"
        assert len(suffix) == 7
        assert int(suffix, 16) >= 0

    def test_the_same_seed_gives_the_same_name_and_another_seed_another(self, provider: AwsProvider) -> None:
        def name(seed: bytes) -> str:
            return provider.check(resource("aws:sns/topic:Topic"), {}, {}, seed).inputs["name"]

        assert name(b"one") == name(b"one")
        assert name(b"one") != name(b"two")

    def test_without_a_seed_names_are_drawn_at_random(self, provider: AwsProvider) -> None:
        names = {provider.check(resource("aws:sns/topic:Topic"), {}, {}, b"").inputs["name"] for _ in range(3)}
        assert len(names) == 3

    def test_a_generated_name_stays_on_the_next_run(self, provider: AwsProvider) -> None:
        about = resource("aws:sns/topic:Topic")
        first = provider.check(about, {}, {}, b"one").inputs
        assert provider.check(about, first, {}, b"two").inputs["name"] == first["name"]

    def test_a_name_that_was_given_is_not_kept_once_it_is_left_out(self, provider: AwsProvider) -> None:
        about = resource("aws:sns/topic:Topic")
        assert provider.check(about, {"name": "given"}, {}, b"two").inputs["name"] != "given"

    def test_a_long_name_is_cut_to_what_aws_allows(self, provider: AwsProvider) -> None:
        inputs = provider.check(resource("aws:lb/loadBalancer:LoadBalancer", "l" * 50), {}, {}, b"seed").inputs
        assert len(inputs["name"]) == 32

    def test_names_that_aws_wants_in_lower_case_are(self, provider: AwsProvider) -> None:
        inputs = provider.check(resource("aws:s3/bucket:Bucket", "Logs"), {}, {}, b"seed").inputs
        assert inputs["bucket"].startswith("logs-")

    def test_a_prefix_is_followed_by_the_digits(self, provider: AwsProvider) -> None:
        inputs = {"namePrefix": "alias/orders-", "targetKeyId": "key"}
        checked = provider.check(resource("aws:kms/alias:Alias"), {}, inputs, b"seed")
        assert checked.failures == []
        assert len(checked.inputs["name"]) == len("alias/orders-") + 7


class TestFunctions:
    @pytest.mark.parts
    def test_the_zones_of_the_region(self, provider: AwsProvider) -> None:
        token = "aws:index/getAvailabilityZones:getAvailabilityZones"
        assert provider.invoke(token, {"state": "available"})["names"] == [f"eu-central-1{zone}" for zone in "abc"]
        assert provider.invoke(token, {"excludeNames": ["eu-central-1a"]})["names"][0] == "eu-central-1b"

    @pytest.mark.parts
    def test_who_and_where(self, provider: AwsProvider) -> None:
        assert provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"] == "123456789012"
        assert provider.invoke("aws:index/getRegion:getRegion", {})["region"] == "eu-central-1"
        assert provider.invoke("aws:index/getPartition:getPartition", {})["partition"] == "aws"

    def test_a_function_that_is_not_there_is_named(self, provider: AwsProvider) -> None:
        with pytest.raises(ProviderError, match=r"aws:ec2/getAmi:getAmi.*invokes\.py"):
            provider.invoke("aws:ec2/getAmi:getAmi", {})
