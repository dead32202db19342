"""What a pipeline is told, and that the document says the same."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox.review.comment import comment
from sandbox.review.graph import Finding, Graph, Node
from sandbox.review.verdict import Review, Status, Violation
from sandbox.workspace import CHECKOUT
from tests.sandbox.review.revisions import compared

OBJECTION = Violation(
    state="standing", finding=Finding(policy="X-01", urn="urn:a", mandatory=True, message="no"), label="a", position=""
)


@pytest.mark.parametrize(
    ("revision", "status"),
    [
        ("nothing", Status.HARMLESS),
        ("owner", Status.HARMLESS),
        ("rename-with-alias", Status.HARMLESS),
        ("rename-without-alias", Status.DATA_LOSS),
        ("instance-class", Status.BUDGET),
    ],
)
def test_a_change_has_its_status(revision: str, status: Status, review_of: Callable[[str], Review]):
    assert review_of(revision).status is status


def test_of_several_that_hold_the_gravest_is_told(review_of: Callable[[str], Review]):
    over = review_of("instance-class")
    refused = replace(over, violations=(OBJECTION,))
    assert refused.status is Status.POLICY
    assert replace(refused, changes=review_of("rename-without-alias").changes).status is Status.DATA_LOSS


def test_a_loss_that_is_asked_for_by_name_is_told_and_not_refused(review_of: Callable[[str], Review]):
    found = review_of("rename-without-alias")
    names = tuple(each.name for each in found.losses)
    assert replace(found, asked=names).status is Status.HARMLESS
    assert "asks for it by name" in comment([replace(found, asked=names)])
    assert "asks for it by name" not in comment([found])


def test_a_limit_that_the_program_sets_goes_before_the_tables(graph_of: Callable[[str], Graph]):
    limit = Node(urn="urn:limit", type="aws:budgets/budget:Budget", name="limit", custom=True,
                 inputs={"limitAmount": "50", "timeUnit": "MONTHLY"})  # fmt: skip
    base = graph_of("nothing")
    found = compared(base, replace(base, nodes={**base.nodes, limit.urn: limit}))
    assert found.cost is not None
    assert found.cost.budgets == (200, 50)
    assert found.status is Status.BUDGET


@pytest.mark.parametrize("state", ["fixed", "silenced"])
def test_a_policy_that_objects_no_more_refuses_nothing(state: str, review_of: Callable[[str], Review]):
    assert replace(review_of("nothing"), violations=(replace(OBJECTION, state=state),)).status is Status.HARMLESS


def test_an_advisory_policy_refuses_nothing(review_of: Callable[[str], Review]):
    advice = replace(OBJECTION, finding=replace(OBJECTION.finding, mandatory=False))
    assert replace(review_of("nothing"), violations=(advice,)).status is Status.HARMLESS


def test_the_document_lists_the_statuses_in_their_order():
    rows = re.findall(r"^\| (\d) \|", (CHECKOUT / "docs/review.md").read_text(), re.MULTILINE)
    assert [int(row) for row in rows] == list(Status)
