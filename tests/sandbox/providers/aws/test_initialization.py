"""A resource that exists and did not become ready: kept in the state, finished by the next run."""

from typing import Any

import pytest

from sandbox.parts.part import PartError
from sandbox.providers.aws import AwsProvider
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.provider import State
from tests.sandbox.providers.aws.conftest import make_provider
from tests.sandbox.providers.aws.parts import PretendedPart, PretendedParts
from tests.sandbox.providers.aws.requests import resource

pytestmark = pytest.mark.parts


class FailingParts(PretendedParts):
    """Parts that do not come up as long as `fails`."""

    fails = True

    def create(self, kind: str, name: str, **options: Any) -> PretendedPart:
        if self.fails:
            raise PartError(f"{kind} '{name}' ended on port 1; its log ends: no space left")
        return super().create(kind, name, **options)


@pytest.fixture
def parts() -> FailingParts:
    """Parts that fail until told otherwise."""
    return FailingParts()


@pytest.fixture
def failing(parts: FailingParts) -> AwsProvider:
    """A provider behind which no part comes up."""
    return make_provider(parts)


INPUTS = {"replicationGroupId": "orders", "description": "Cache", "engine": "valkey"}
ABOUT = resource("aws:elasticache/replicationGroup:ReplicationGroup")


def test_a_part_that_does_not_come_up_leaves_the_resource_to_be_finished(
    failing: AwsProvider, parts: FailingParts
) -> None:
    with pytest.raises(InitializationFailed, match="no space left") as failed:
        failing.create(ABOUT, INPUTS)
    assert failed.value.id == "orders"
    assert "primaryEndpointAddress" not in failed.value.outputs
    parts.fails = False
    state = State(id=failed.value.id, outputs=failed.value.outputs)
    outputs = failing.update(ABOUT, state, INPUTS, INPUTS)
    assert outputs["primaryEndpointAddress"] == "127.0.0.1"
    failing.delete(ABOUT, State(id=state.id, outputs=outputs), INPUTS)


def test_an_update_that_fails_is_an_error(failing: AwsProvider, parts: FailingParts) -> None:
    parts.fails = False
    state = failing.create(ABOUT, INPUTS)
    parts.fails = True
    with pytest.raises(ProviderError, match="no space left"):
        failing.update(ABOUT, state, INPUTS, INPUTS | {"description": "Changed"})
    parts.fails = False
    failing.delete(ABOUT, state, INPUTS)


def test_settings_that_a_creation_did_not_come_to_are_made_up_for(failing: AwsProvider) -> None:
    group, inputs = resource("aws:cloudwatch/logGroup:LogGroup"), {"name": "/settings", "retentionInDays": 7}
    logs = failing.aws.client("logs", "eu-central-1")
    logs.create_log_group(logGroupName="/settings")
    state = State(id="/settings", outputs={"id": "/settings"})
    failing.update(group, state, inputs, inputs)
    assert logs.describe_log_groups(logGroupNamePrefix="/settings")["logGroups"][0]["retentionInDays"] == 7
    failing.delete(group, state, inputs)
