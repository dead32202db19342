"""What the embedded AWS replaces a resource for is what AWS's own schemas call immutable, and nothing else."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.providers.aws.handlers import HANDLERS
from sandbox.providers.aws.provider import AwsProvider
from sandbox.providers.aws.request import OUTSIDE_THE_REQUEST
from sandbox.providers.provider import Resource
from sandbox.review.published import data, names_of, plain_name, schema_of
from sandbox.review.replacement import forces_replacement

SNAPSHOTS = Path(__file__).parents[4] / "tests" / "infra" / "snapshots"
DEARER_HERE = {
    ("aws:acm/certificate:Certificate", "options"): "asked for anew, which costs nothing here",
    ("aws:budgets/budget:Budget", "notifications"): "AWS has an operation for each one",
    ("aws:ec2/internetGateway:InternetGateway", "vpcId"): "moves only with its network",
    (
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "numCacheClusters",
    ): "AWS has an operation for more, and one for fewer",
    ("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "clientIdLists"): "AWS has an operation for each one",
    ("aws:route53/record:Record", "type"): "AWS's own provider deletes and makes it anew within an update",
}
"""What AWS changes in place and the embedded AWS makes anew: the review, which tells of AWS, says so."""


@cache
def provider() -> AwsProvider:
    nothing: Any = None
    return AwsProvider("http://127.0.0.1:1", nothing)


@cache
def given() -> dict[str, set[str]]:
    """The inputs that some stack gives, by type."""
    found: dict[str, set[str]] = {}
    for stack in ("local", "dev", "prod"):
        for name, inputs in yaml.load((SNAPSHOTS / f"{stack}.yaml").read_text(), yaml.CSafeLoader).items():
            type_ = name.rpartition("::")[0].rpartition("$")[2]
            found.setdefault(type_, set()).update(each for each in inputs if not each.startswith("("))
    return found


def judged() -> Iterator[tuple[str, str]]:
    """What a schema speaks of: a property that is immutable in part only is judged by its parts."""
    for type_ in sorted(given().keys() & HANDLERS.keys()):
        if schema_of(type_) is not None:
            for name in sorted(given()[type_] - OUTSIDE_THE_REQUEST):
                if not immutable_in_part(type_, name) and (type_, name) not in DEARER_HERE:
                    yield type_, name


def immutable_in_part(type_: str, name: str) -> bool:
    schema = schema_of(type_) or {}
    paths = [each.removeprefix("/properties/").split("/") for each in schema.get("createOnlyProperties", ())]
    parts = {steps[0] for first, *rest in paths if rest for steps in names_of(type_, first)}
    rules = [rule for rule in data("replacement")["exceptions"] if rule["type"] == type_]
    parts |= {plain_name(each.partition(".")[0]) for rule in rules for each in rule["properties"] if "." in each}
    return plain_name(name) in parts


@pytest.mark.parametrize(("type_", "name"), list(judged()))
def test_a_row_replaces_for_what_the_schema_calls_immutable_and_for_nothing_else(type_: str, name: str) -> None:
    resource = Resource(urn=f"urn:pulumi:local::fortress::{type_}::thing", type=type_, name="thing")
    replaced = name in set(provider().replaces(resource, {name: "before"}, {name: "after"}))
    assert replaced is forces_replacement(type_, name)


@pytest.mark.parametrize(("type_", "name"), list(DEARER_HERE))
def test_what_is_made_anew_here_alone_is_still_so(type_: str, name: str) -> None:
    resource = Resource(urn=f"urn:pulumi:local::fortress::{type_}::thing", type=type_, name="thing")
    assert name in set(provider().replaces(resource, {name: "before"}, {name: "after"}))
    assert not forces_replacement(type_, name)
