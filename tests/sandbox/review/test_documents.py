"""The documents show the program's own graph as it is."""

import re
from collections.abc import Mapping

import pytest

from sandbox.review import svg
from sandbox.review.documents import COST, PICTURE, collected, cost_page
from sandbox.review.graph import Graph
from sandbox.review.platform import platform

pytestmark = pytest.mark.parts
AGAIN = "run `python -m sandbox.review.documents`"


@pytest.fixture(scope="module")
def graphs() -> Mapping[str, Graph]:
    return collected()


def test_the_picture_is_the_programs(graphs: Mapping[str, Graph]):
    assert svg.drawn(platform(graphs["prod"], graphs["prod"], [])) == PICTURE.read_text(), AGAIN


def test_the_cost_page_is_the_programs(graphs: Mapping[str, Graph]):
    assert cost_page(graphs) == COST.read_text(), AGAIN


def test_no_mandatory_policy_objects_to_a_stack_of_which_only_the_program_is_known(graphs: Mapping[str, Graph]):
    assert [each for graph in graphs.values() for each in graph.findings if each.mandatory] == []


def test_the_parts_of_a_stack_add_up_to_its_total():
    rows = re.findall(r"^\| (.+?) \| \*{0,2}\$([\d,.]+)\*{0,2} \| \*{0,2}\$([\d,.]+)\*{0,2} \|$", COST.read_text(),
                      re.MULTILINE)  # fmt: skip
    *parts, (name, dev, prod) = [(kind, *(float(usd.replace(",", "")) for usd in both)) for kind, *both in rows]
    assert name == "**all that has a price**"
    assert sum(each[1] for each in parts) == pytest.approx(dev, abs=0.01 * len(parts))
    assert sum(each[2] for each in parts) == pytest.approx(prod, abs=0.01 * len(parts))
