"""A run that was killed in the middle: the next one goes on, and a deletion leaves nothing."""

import json
from pathlib import Path

import pytest

from sandbox.providers.aws import AwsProvider
from sandbox.providers.aws.operations import RefusedError
from sandbox.providers.provider import State
from tests.sandbox.providers.aws.conftest import make_provider
from tests.sandbox.providers.aws.parts import PretendedParts
from tests.sandbox.providers.aws.requests import resource
from tests.sandbox.providers.aws.samples import POLICY, TRUST

pytestmark = pytest.mark.parts
GROUP = "aws:cloudwatch/logGroup:LogGroup"
VPC = "aws:ec2/vpc:Vpc"


@pytest.fixture
def provider(tmp_path: Path) -> AwsProvider:
    """A provider whose embedded AWS has a folder to remember in."""
    parts = PretendedParts()
    parts.create("aws", "aws", preferred_port=4566, settings={}).data = tmp_path
    return make_provider(parts)


def test_what_was_made_and_never_recorded_is_taken_over(provider: AwsProvider) -> None:
    about, inputs = resource(GROUP, "interrupted"), {"name": "/interrupted", "retentionInDays": 7}
    forgotten = provider.create(about, inputs)
    again = provider.create(about, inputs)
    assert again == forgotten
    provider.delete(about, again, inputs)
    assert provider.read(about, again.id, inputs, again.outputs) is None


def test_what_has_no_name_is_found_by_its_tag(provider: AwsProvider) -> None:
    about, inputs = resource(VPC, "interrupted"), {"cidrBlock": "10.9.0.0/16"}
    forgotten = provider.create(about, inputs)
    again = provider.create(about, inputs)
    assert again.id == forgotten.id
    assert "sandbox:urn" not in json.dumps(again.outputs)
    provider.delete(about, again, inputs)


def test_a_name_that_another_resource_has_is_refused_as_on_aws(provider: AwsProvider) -> None:
    about, inputs = resource(GROUP, "one"), {"name": "/taken"}
    state = provider.create(about, inputs)
    with pytest.raises(RefusedError, match="ResourceAlreadyExistsException"):
        provider.create(resource(GROUP, "two"), inputs)
    provider.delete(about, state, inputs)


def test_what_was_deleted_is_made_anew(provider: AwsProvider) -> None:
    about, inputs = resource(VPC, "again"), {"cidrBlock": "10.8.0.0/16"}
    first = provider.create(about, inputs)
    provider.delete(about, first, inputs)
    second = provider.create(about, inputs)
    assert second.id != first.id
    provider.delete(about, second, inputs)


def test_deleting_a_resource_sweeps_out_what_pulumi_never_heard_of(provider: AwsProvider) -> None:
    about, inputs = resource("aws:iam/role:Role", "swept"), {"name": "swept", "assumeRolePolicy": TRUST}
    role = provider.create(about, inputs)
    forgotten = {"role": "swept", "name": "inner", "policy": POLICY}
    provider.create(resource("aws:iam/rolePolicy:RolePolicy", "inner"), forgotten)
    provider.delete(about, role, inputs)
    assert provider.read(about, role.id, inputs, role.outputs) is None


def test_what_was_made_under_another_chosen_name_is_removed_with_what_is_in_it(provider: AwsProvider) -> None:
    role, inner = resource("aws:iam/role:Role", "renamed"), resource("aws:iam/rolePolicy:RolePolicy", "inner")
    for suffix in ("first", "second"):
        provider.create(role, {"name": f"role-{suffix}", "assumeRolePolicy": TRUST})
        provider.create(inner, {"role": f"role-{suffix}", "name": f"inner-{suffix}", "policy": POLICY})
    iam = provider.aws.client("iam", "eu-central-1")
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["role-second"]
    assert iam.list_role_policies(RoleName="role-second")["PolicyNames"] == ["inner-second"]
    provider.delete(role, State(id="role-second", outputs={}), {"name": "role-second", "assumeRolePolicy": TRUST})


def test_a_replacement_beside_what_pulumi_knows_is_made_anew(provider: AwsProvider) -> None:
    about, before, after = resource(VPC, "replaced"), {"cidrBlock": "10.6.0.0/16"}, {"cidrBlock": "10.7.0.0/16"}
    old = provider.create(about, before)
    provider.check(about, before, after, b"")
    new = provider.create(about, after)
    assert new.id != old.id
    for state, inputs in ((old, before), (new, after)):
        provider.delete(about, state, inputs)


def test_without_a_folder_nothing_is_remembered() -> None:
    provider, about, inputs = make_provider(PretendedParts()), resource(GROUP, "plain"), {"name": "/plain"}
    state = provider.create(about, inputs)
    with pytest.raises(RefusedError):
        provider.create(about, inputs)
    provider.delete(about, State(id=state.id, outputs=state.outputs), inputs)
