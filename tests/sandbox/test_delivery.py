"""An up that changes what pods are made of puts a version on its way: who looks after it."""

from contextlib import contextmanager

import pytest

from sandbox import delivery
from sandbox.commands import promote
from sandbox.parts.registry import Parts
from tests.harness.processes import wait_until
from tests.sandbox.test_rollouts import Orders, orders

pytestmark = pytest.mark.parts
__all__ = ["orders"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []

    @contextmanager
    def shopping(*_: object):
        told.append("shoppers came")
        yield
        told.append("shoppers went")

    monkeypatch.setattr(delivery, "measure", lambda _: told.append("measured"))
    monkeypatch.setattr(delivery, "shopping", shopping)
    return told


def test_a_version_that_an_up_puts_on_its_way_is_measured_under_traffic_until_the_up_ends(
    orders: Orders, told: list[str]
) -> None:
    with delivery.attended(orders.workspace, Parts(orders.workspace.state), moved=False):
        orders.declare("another setting")
        wait_until(lambda: "shoppers came" in told)
        orders.phase("Paused")
    promote.run(orders.workspace, full=True)
    orders.phase("Healthy")
    assert told == ["measured", "shoppers came", "shoppers went"]


def test_where_parts_moved_the_version_that_knows_their_ports_is_promoted_in_full(
    orders: Orders, told: list[str]
) -> None:
    with delivery.attended(orders.workspace, Parts(orders.workspace.state), moved=True):
        orders.declare("another port")
        orders.phase("Healthy")
    assert orders.status()["stableRS"] == orders.status()["currentPodHash"]
    assert told == []


def test_an_up_that_puts_nothing_on_its_way_is_not_looked_after(
    orders: Orders, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    look = delivery._makes_its_way
    monkeypatch.setattr(delivery, "_makes_its_way", lambda rollouts: seen.append(look(rollouts)) or seen[-1])
    with delivery.attended(orders.workspace, Parts(orders.workspace.state), moved=False):
        wait_until(lambda: len(seen) > 1)
    assert not any(seen)
    assert told == []
