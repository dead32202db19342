import threading

from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.deletion import delete_in_order
from sandbox.state.resource import Resource

graphs = st.lists(st.sets(st.integers(0, 7)), max_size=8)


def made(graph: list[set[int]]) -> list[Resource]:
    return [
        Resource(urn=f"u{position}", type="t", dependencies=[f"u{each}" for each in needs if each < position])
        for position, needs in enumerate(graph)
    ]


def deleted(resources: list[Resource], failing: set[str]) -> list[str]:
    order: list[str] = []
    lock = threading.Lock()

    def delete(resource: Resource) -> bool:
        with lock:
            order.append(resource.urn)
        return resource.urn not in failing

    delete_in_order(resources, delete)
    return order


@given(graphs)
def test_a_resource_is_deleted_after_all_that_need_it(graph: list[set[int]]) -> None:
    resources = made(graph)
    order = deleted(resources, set())
    assert sorted(order) == sorted(each.urn for each in resources)
    for resource in resources:
        for urn in resource.needs():
            assert order.index(resource.urn) < order.index(urn)


@given(graphs, st.sets(st.integers(0, 7)))
def test_what_a_failed_delete_needs_is_left_alone(graph: list[set[int]], failing: set[int]) -> None:
    resources = made(graph)
    order = deleted(resources, {f"u{each}" for each in failing})
    for resource in resources:
        if resource.urn not in order or resource.urn in {f"u{each}" for each in failing}:
            assert not resource.needs() & set(order)


def test_old_and_new_under_one_urn_make_no_cycle() -> None:
    new = Resource(urn="a", type="t")
    other = Resource(urn="b", type="t", dependencies=["a"])
    replaced = Resource(urn="a", type="t", delete=True, dependencies=["b"])
    assert deleted([new, other, replaced], set()) == ["a", "b", "a"]
