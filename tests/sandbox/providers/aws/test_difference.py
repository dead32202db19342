"""What a change of inputs means: nothing, an update, a replacement."""

from typing import Any

from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import AwsProvider
from sandbox.providers.properties import to_struct
from tests.sandbox.providers.aws.requests import resource

VPC = "aws:ec2/vpc:Vpc"
DIFF = provider_pb2.DiffResponse
KIND = provider_pb2.PropertyDiff.Kind


def diff(provider: Any, token: str, old: dict[str, Any], new: dict[str, Any]) -> provider_pb2.DiffResponse:
    """The provider's answer to Diff."""
    request = provider_pb2.DiffRequest(
        id="id", urn=resource(token).urn, old_inputs=to_struct(old), olds=to_struct(old), news=to_struct(new)
    )
    return provider.Diff(request, None)


def test_equal_inputs_are_no_change(provider: AwsProvider) -> None:
    answer = diff(provider, VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.0.0.0/16"})
    assert answer.changes == DIFF.DIFF_NONE
    assert answer.hasDetailedDiff


def test_a_setting_is_updated_in_place(provider: AwsProvider) -> None:
    answer = diff(provider, VPC, {"enableDnsHostnames": False}, {"enableDnsHostnames": True})
    assert answer.changes == DIFF.DIFF_SOME
    assert list(answer.replaces) == []
    assert answer.detailedDiff["enableDnsHostnames"].kind == KIND.UPDATE


def test_what_only_the_creation_takes_forces_a_replacement(provider: AwsProvider) -> None:
    answer = diff(provider, VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"})
    assert list(answer.replaces) == ["cidrBlock"]
    assert answer.detailedDiff["cidrBlock"].kind == KIND.UPDATE_REPLACE
    assert not answer.deleteBeforeReplace


def test_tags_are_updated_key_by_key(provider: AwsProvider) -> None:
    answer = diff(provider, VPC, {"tags": {"a": "1", "b": "2"}}, {"tags": {"a": "1", "c.d": "3"}})
    kinds = {path: KIND.Name(entry.kind) for path, entry in answer.detailedDiff.items()}
    assert kinds == {"tags.b": "DELETE", 'tags["c.d"]': "ADD"}


def test_an_unknown_that_forces_a_replacement_does_so_in_the_preview(provider: AwsProvider) -> None:
    assert list(diff(provider, "aws:ec2/subnet:Subnet", {"vpcId": "vpc-1"}, {"vpcId": UNKNOWN}).replaces) == ["vpcId"]


def test_what_only_steers_the_provider_is_updated_without_a_call(provider: AwsProvider) -> None:
    answer = diff(provider, "aws:rds/instance:Instance", {"skipFinalSnapshot": True}, {"skipFinalSnapshot": False})
    assert answer.changes == DIFF.DIFF_SOME
    assert list(answer.replaces) == []


def test_a_fixed_name_is_deleted_before_it_is_made_again(provider: AwsProvider) -> None:
    token = "aws:ecr/repository:Repository"
    old = {"name": "orders", "encryptionConfigurations": [{"encryptionType": "AES256"}]}
    new = {"name": "orders", "encryptionConfigurations": [{"encryptionType": "KMS"}]}
    assert diff(provider, token, old, new).deleteBeforeReplace
    assert not diff(provider, token, old, new | {"name": "other"}).deleteBeforeReplace


def test_a_generated_name_is_made_anew_beside_the_old_one(provider: AwsProvider) -> None:
    old = {"name": "orders-1234567", "__defaults": ["name"], "loadBalancerType": "application", "internal": True}
    answer = diff(provider, "aws:lb/loadBalancer:LoadBalancer", old, old | {"internal": False})
    assert list(answer.replaces) == ["internal"]
    assert not answer.deleteBeforeReplace


def test_another_region_replaces_the_provider(provider: Any) -> None:
    regions = [to_struct({"region": region}) for region in ("eu-central-1", "eu-west-1")]
    request = provider_pb2.DiffRequest(urn="", old_inputs=regions[0], news=regions[1])
    assert list(provider.DiffConfig(request, None).replaces) == ["region"]
