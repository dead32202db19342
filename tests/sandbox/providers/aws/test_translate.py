"""Inputs become the request that botocore's shape describes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.tagging import shaped, tag_request, untag_request
from sandbox.providers.aws.translate import Request, by_lower_name, member_named

AWS = Aws("http://127.0.0.1:1")
TEXTS = st.text(min_size=1, max_size=20)


def shape(service: str, operation: str, *members: str) -> Any:
    """A shape somewhere in an operation's input."""
    found = AWS.operations(service)[operation].input_shape
    for member in members:
        found = found.member if member == "[]" else found.members[member]
    return found


def translated(value: Any, service: str, operation: str, *members: str) -> tuple[Any, Request]:
    """The value as that shape wants it."""
    request = Request()
    return request.translate(shape(service, operation, *members), value, "property"), request


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="abcxyz", min_size=1), st.sampled_from([str.upper, str.lower, str.title]))
def test_names_match_whatever_their_letter_case(name: str, case: Any) -> None:
    assert member_named({name.lower(): "Member"}, case(name)) == "Member"


@pytest.mark.parametrize(("key", "member"), [("subnets", "subnet"), ("policies", "policy"), ("subnetid", "subnetids")])
def test_singular_and_plural_match(key: str, member: str) -> None:
    assert member_named({member: "Member"}, key) == "Member"


def test_casing_that_no_rule_gives_is_found_in_the_shape() -> None:
    members = by_lower_name(shape("cognito-idp", "create_user_pool_client"))
    assert member_named(members, "allowedOauthFlows") == "AllowedOAuthFlows"
    assert member_named(members, "callbackUrls") == "CallbackURLs"


def test_structures_and_lists_are_translated_inside() -> None:
    rules = [{"id": "a", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 30}}]
    value, request = translated(rules, "s3", "put_bucket_lifecycle_configuration", "LifecycleConfiguration", "Rules")
    assert value == [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}]
    assert request.problems == []


def test_a_single_object_is_wrapped_where_aws_wants_a_list() -> None:
    value, _ = translated({"resources": ["secrets"]}, "eks", "create_cluster", "encryptionConfig")
    assert value == [{"resources": ["secrets"]}]


def test_a_list_of_one_is_unwrapped_where_aws_wants_an_object() -> None:
    value, _ = translated([{"encryptionType": "KMS"}], "ecr", "create_repository", "encryptionConfiguration")
    assert value == {"encryptionType": "KMS"}


def test_a_plain_value_is_wrapped_where_aws_has_an_object_of_one_member() -> None:
    value, _ = translated({"iam": True}, "kafka", "create_cluster", "ClientAuthentication", "Sasl")
    assert value == {"Iam": {"Enabled": True}}


@settings(max_examples=30, deadline=None)
@given(st.integers(-(2**31), 2**31 - 1))
def test_whole_numbers_in_texts_become_numbers(number: int) -> None:
    value, request = translated(str(number), "elbv2", "create_target_group", "Port")
    assert value == number
    assert request.problems == []


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.booleans(), st.integers()))
def test_scalars_become_texts_where_aws_wants_texts(scalar: bool | int) -> None:
    value, _ = translated(scalar, "elbv2", "create_target_group", "HealthCheckPort")
    assert value == str(scalar).lower()


def test_texts_become_bytes_where_aws_wants_bytes() -> None:
    value, _ = translated("a=b", "kafka", "create_configuration", "ServerProperties")
    assert value == b"a=b"


def test_what_matches_no_member_is_refused_with_what_there_is() -> None:
    _, request = translated({"statuss": "x", "colour": "red"}, "s3", "put_bucket_versioning", "VersioningConfiguration")
    paths = {problem.path for problem in request.problems}
    assert "property.colour" in paths
    assert "MFADelete, Status" in request.problems[-1].reason


@pytest.mark.parametrize("unknown", [UNKNOWN, [UNKNOWN], ["subnet-1", UNKNOWN]])
def test_unknowns_never_reach_a_request(unknown: Any) -> None:
    value, request = translated({"subnetIds": unknown}, "eks", "create_cluster", "resourcesVpcConfig")
    assert UNKNOWN not in str(value)
    assert request.unknown


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
def test_tags_take_the_form_that_the_shape_wants(tags: dict[str, str]) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    assert shaped(tags, shape("eks", "create_cluster", "tags")) == tags
    assert shaped(tags, shape("rds", "create_db_instance", "Tags")) == pairs
    kms = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
    assert shaped(tags, shape("kms", "create_key", "Tags")) == kms
    specification = [{"ResourceType": "vpc", "Tags": pairs}]
    assert shaped(tags, shape("ec2", "create_vpc", "TagSpecifications"), "vpc") == specification
    assert shaped(tags, shape("s3", "put_bucket_tagging", "Tagging")) == {"TagSet": pairs}


@pytest.mark.parametrize(
    ("service", "operations", "added", "removed"),
    [
        (
            "ec2",
            ("create_tags", "delete_tags"),
            {"Resources": ["id"], "Tags": [{"Key": "a", "Value": "b"}]},
            {"Resources": ["id"], "Tags": [{"Key": "c"}]},
        ),
        (
            "eks",
            ("tag_resource", "untag_resource"),
            {"resourceArn": "id", "tags": {"a": "b"}},
            {"resourceArn": "id", "tagKeys": ["c"]},
        ),
        (
            "route53",
            ("change_tags_for_resource", "change_tags_for_resource"),
            {"ResourceType": "hostedzone", "ResourceId": "id", "AddTags": [{"Key": "a", "Value": "b"}]},
            {"ResourceType": "hostedzone", "ResourceId": "id", "RemoveTagKeys": ["c"]},
        ),
        (
            "s3",
            ("put_bucket_tagging", "put_bucket_tagging"),
            {"Bucket": "id", "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}},
            None,
        ),
    ],
)
def test_tags_change_by_each_services_own_operations(
    service: str, operations: tuple[str, str], added: dict, removed: dict | None
) -> None:
    models = AWS.operations(service)
    assert tag_request(models[operations[0]], "id", {"a": "b"}) == added
    assert untag_request(models[operations[1]], "id", ["c"]) == removed
