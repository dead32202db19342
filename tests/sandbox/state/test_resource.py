import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.state.passphrase import Passphrase
from sandbox.state.properties import secret
from sandbox.state.resource import Resource, decode, encode
from tests.sandbox.state.test_passphrase import WRITTEN_BY_THE_CLI

PASSPHRASE = Passphrase("pw", WRITTEN_BY_THE_CLI)
names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3))
properties = st.dictionaries(names, values | values.map(secret), max_size=4)


@given(inputs=properties, outputs=properties, urns=st.lists(names), flag=st.booleans())
def test_a_resource_comes_back_from_its_json_as_it_was(
    inputs: dict[str, Any], outputs: dict[str, Any], urns: list[str], flag: bool
) -> None:
    before = Resource(
        urn="urn:pulumi:local::p::t:i:T::n", type="t:i:T", custom=True, id="n-1", inputs=inputs, outputs=outputs,
        dependencies=urns, protect=flag, property_dependencies={"a": urns}, other={"sourcePosition": "project:///x#1"},
    )  # fmt: skip
    after = decode(json.loads(json.dumps(encode(before, PASSPHRASE))), PASSPHRASE)
    assert vars(after) == vars(before)


def test_no_secret_stands_in_the_json() -> None:
    resource = Resource(urn="u", type="t", inputs={"a": {"b": [secret("hush")]}}, outputs={"c": secret({"d": "hush"})})
    assert "hush" not in json.dumps(encode(resource, PASSPHRASE))


def test_references_follow_a_resource_to_its_new_urn() -> None:
    resource = Resource(
        urn="b", type="t", parent="old", provider="old::id", dependencies=["old", "older"],
        property_dependencies={"x": ["old"]},
    )  # fmt: skip
    resource.rename("old", "new")
    assert resource.needs() == {"new", "older"}
    assert resource.provider == "new::id"
