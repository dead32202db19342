"""A program that is refused on its way has registered nothing that anybody would carry out."""

import pulumi
import pulumi_aws as aws
import pytest

from infra.config import ConfigurationError
from infra.shared.beginning import held_back
from tests.infra.recorder import Graph, record

REGION = "eu-central-1"


def make(*, refusal: Exception | None) -> None:
    """A component with a key, a key alone, and what the caller wants raised after them."""
    with held_back(REGION) as region:
        provider = aws.Provider("aws", region=region)
        component = pulumi.ComponentResource(
            "fortress:test:Component", "component", None, pulumi.ResourceOptions(providers=[provider])
        )
        aws.kms.Key("inside", opts=pulumi.ResourceOptions(parent=component))
        key = aws.kms.Key("alone", opts=pulumi.ResourceOptions(provider=provider))
        key.arn.apply(lambda arn: arn)
        if refusal is not None:
            raise refusal


@pytest.mark.parametrize("refusal", [ConfigurationError(["given 3; allowed are 1"]), ValueError("given 3")])
@pytest.mark.parametrize("preview", [True, False])
def test_nothing_but_the_stack_is_registered_where_the_program_is_refused(refusal: Exception, preview: bool) -> None:
    graph = Graph()
    with pytest.raises(type(refusal), match="given 3"):
        record(lambda: make(refusal=refusal), graph=graph, preview=preview)
    assert {each.type for each in graph} <= {"pulumi:pulumi:Stack"}


def test_everything_is_registered_where_it_is_not() -> None:
    graph = record(lambda: make(refusal=None))
    assert {each.name for each in graph.of_type("aws:kms/key:Key")} == {"alone", "inside"}
    assert graph.one("pulumi:providers:aws").inputs["region"] == REGION
