"""Every type, from creation to deletion, over moto."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jmespath
import pytest
from pulumi.runtime.rpc import UNKNOWN

from sandbox.providers.aws import AwsProvider, topics
from sandbox.providers.aws.handlers import HANDLERS
from sandbox.providers.errors import ProviderError
from sandbox.providers.provider import Resource, State
from tests.sandbox.providers.aws.account_samples import ACCOUNT_SAMPLES
from tests.sandbox.providers.aws.conftest import DEFAULT_TAGS, make_provider
from tests.sandbox.providers.aws.parts import PretendedAdmin, PretendedParts
from tests.sandbox.providers.aws.requests import resource
from tests.sandbox.providers.aws.samples import SAMPLES, Sample

pytestmark = pytest.mark.parts
ALL_SAMPLES = [*SAMPLES, *ACCOUNT_SAMPLES]
REFERENCE = re.compile(r"\{(\w+)\.([\w.\[\]]+)\}")


@dataclass
class Life:
    """What the provider said of one sample."""

    resource: Resource
    inputs: dict[str, Any]
    failures: list[Any]
    preview: dict[str, Any]
    created: State
    read: State | None
    changed_inputs: dict[str, Any] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    updated: dict[str, Any] = field(default_factory=dict)
    read_after_delete: State | None = None


@pytest.fixture(scope="module")
def lives() -> Iterator[dict[str, Life]]:
    """Every sample created, read and changed in order, and deleted in reverse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topics, "AdminClient", PretendedAdmin)
        provider, lives = make_provider(PretendedParts()), dict[str, Life]()
        for sample in ALL_SAMPLES:
            lives[sample.name] = _live(provider, sample, lives)
        for life in reversed(lives.values()):
            state = State(id=life.created.id, outputs=life.updated or life.created.outputs)
            provider.delete(life.resource, state, life.changed_inputs or life.inputs)
            life.read_after_delete = provider.read(life.resource, state.id, life.inputs, state.outputs)
        yield lives


def _live(provider: AwsProvider, sample: Sample, lives: dict[str, Life]) -> Life:
    about, inputs = resource(sample.token, sample.name), _filled(sample.inputs, lives)
    checked = provider.check(about, {}, inputs, b"seed")
    preview = provider.preview(about, checked.inputs)
    created = provider.create(about, checked.inputs)
    read = provider.read(about, created.id, checked.inputs, created.outputs)
    life = Life(about, checked.inputs, checked.failures, preview, created, read)
    if sample.change:
        changed = provider.check(about, checked.inputs, inputs | _filled(sample.change, lives), b"seed")
        life.failures += changed.failures
        life.changed_inputs = changed.inputs
        life.replaced = set(provider.replaces(about, checked.inputs, changed.inputs)) & sample.change.keys()
        life.updated = provider.update(about, created, checked.inputs, changed.inputs)
    return life


def _filled(value: Any, lives: dict[str, Life]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, lives) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, lives) for item in value]
    reference = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return jmespath.search(reference[2], lives[reference[1]].created.outputs) if reference else value


def _known(value: Any) -> Any:
    return {key: item for key, item in value.items() if item != UNKNOWN} if isinstance(value, dict) else value


def test_every_type_has_a_sample() -> None:
    assert {sample.token for sample in ALL_SAMPLES} == HANDLERS.keys()


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.name)
class TestEveryType:
    def test_its_inputs_are_accepted(self, sample: Sample, lives: dict[str, Life]) -> None:
        assert lives[sample.name].failures == []

    def test_outputs_hold_the_inputs_and_what_programs_read(self, sample: Sample, lives: dict[str, Life]) -> None:
        life = lives[sample.name]
        outputs = life.created.outputs
        expected = life.inputs.keys() - {"__defaults", "namePrefix"} | {*sample.outputs, "id", "region"}
        assert expected <= outputs.keys()
        assert outputs["id"] == life.created.id

    def test_a_preview_shows_inputs_as_they_are_and_outputs_as_unknown(
        self, sample: Sample, lives: dict[str, Life]
    ) -> None:
        preview, inputs = lives[sample.name].preview, lives[sample.name].inputs
        for name in inputs.keys() - {"__defaults"}:
            assert _known(preview[name]) == inputs[name]
        known = {name for name in sample.outputs if preview.get(name, UNKNOWN) != UNKNOWN}
        assert known <= inputs.keys()

    def test_it_is_read_as_it_was_created(self, sample: Sample, lives: dict[str, Life]) -> None:
        life = lives[sample.name]
        assert life.read is not None
        assert life.read.id == life.created.id
        assert life.read.outputs.keys() >= {*sample.outputs}

    def test_a_change_is_made_in_place_and_shows_in_the_outputs(self, sample: Sample, lives: dict[str, Life]) -> None:
        life = lives[sample.name]
        assert life.replaced == set()
        changed = {name: life.changed_inputs[name] for name in sample.change}
        assert {name: life.updated.get(name) for name in sample.change} == changed

    def test_it_is_gone_once_deleted(self, sample: Sample, lives: dict[str, Life]) -> None:
        assert (lives[sample.name].read_after_delete is None) == (not sample.stays), sample.stays


def test_default_tags_lie_under_a_resources_own(lives: dict[str, Life]) -> None:
    vpc = lives["vpc"]
    assert vpc.created.outputs["tagsAll"] == DEFAULT_TAGS | {"Name": "vpc"}
    assert vpc.updated["tagsAll"] == DEFAULT_TAGS | {"Name": "renamed"}


def test_types_without_tags_get_none(lives: dict[str, Life]) -> None:
    assert "tagsAll" not in lives["route"].created.outputs


@pytest.mark.parametrize("forced", [True, False])
def test_a_bucket_with_objects_goes_only_where_the_program_says_that_they_may(forced: bool) -> None:
    provider, about = make_provider(PretendedParts()), resource("aws:s3/bucket:Bucket", "full")
    inputs = provider.check(about, {}, {"bucket": f"full-{forced}".lower(), "forceDestroy": forced}, b"seed").inputs
    created = provider.create(about, inputs)
    s3 = provider.aws.client("s3", "eu-central-1")
    s3.put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        s3.put_object(Bucket=inputs["bucket"], Key="row", Body=b"{}")
    s3.delete_object(Bucket=inputs["bucket"], Key="row")
    if forced:
        provider.delete(about, created, inputs)
    else:
        with pytest.raises(ProviderError, match="BucketNotEmpty"):
            provider.delete(about, created, inputs)
    assert (provider.read(about, created.id, inputs, created.outputs) is None) is forced
