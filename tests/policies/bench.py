"""The pack's own figures for `make bench`: its start, the whole of it over prod, and how that grows with a stack."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from policies.catalogue import all_rules
from policies.configuration import load
from policies.graph import Graph
from policies.judgement import judge
from policies.program import preview
from sandbox.engine.policy import PolicyPack
from sandbox.project import Configuration
from sandbox.state.urn import StackName
from tests.policies.copies import copies

CHECKOUT = Path(__file__).resolve().parents[2]
DIGEST = {"fortress:image_digest": f"sha256:{'a' * 64}"}
RESOURCES = 5000


def figures() -> Iterator[tuple[str, float, float | None]]:
    """Each figure's name, what was measured, and the most it may be."""
    yield "start of the policy pack, s", _least(_start), 2
    prod = preview(CHECKOUT, "prod", DIGEST)
    yield f"the pack over prod ({len(prod.nodes)} resources), s", _least(lambda: _judge(prod)), 1
    many = copies(prod, RESOURCES // len(prod.nodes))
    few = copies(prod, RESOURCES // len(prod.nodes) // 4)
    seconds = _least(lambda: _judge(many))
    yield f"the pack over {len(many.nodes)} resources, s", seconds, None
    per_resource = seconds / len(many.nodes) / (_least(lambda: _judge(few)) / len(few.nodes))
    yield f"time a resource, beside that of {len(few.nodes)} resources", per_resource, 1.5


def _start() -> None:
    configuration = Configuration(values={}, secret_keys=frozenset())
    name = StackName(project="fortress", stack="prod")
    with PolicyPack(CHECKOUT / "policies", name=name, configuration=configuration, preview=True, report=print) as pack:
        pack.serving()


def _judge(graph: Graph) -> None:
    rules = all_rules()
    fresh = Graph(graph.nodes)
    for _ in judge(rules, fresh, load("prod", rules, today=date.today())):
        pass


def _least(action: Callable[[], None], times: int = 3) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
