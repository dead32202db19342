"""Deletes in reverse dependency order, what is independent in parallel."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from sandbox.state.resource import Resource

THREADS = 16


def delete_in_order(resources: Sequence[Resource], delete: Callable[[Resource], bool]) -> None:
    """Call `delete` for each after all that need it; what a failed one (False) needs is left alone.

    `resources` come in the state's order: one never needs another that stands later.
    """
    needs = {id(each): _needed(each, resources[:position]) for position, each in enumerate(resources)}
    by_id = {id(each): each for each in resources}
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(by_id, ()))
    for identity, needed in needs.items():
        for each in needed:
            sorter.add(id(each), identity)
    sorter.prepare()
    kept: set[int] = set()
    running: dict[Future[bool], int] = {}
    with ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="delete") as pool:
        while sorter.is_active():
            for identity in sorter.get_ready():
                allowed = identity not in kept
                running[pool.submit(delete if allowed else _keep, by_id[identity])] = identity
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                identity = running.pop(future)
                if not future.result():
                    kept.update(id(each) for each in needs[identity])
                sorter.done(identity)


def _keep(resource: Resource) -> bool:
    del resource
    return False


def _needed(resource: Resource, earlier: Iterable[Resource]) -> list[Resource]:
    urns = resource.needs()
    return [each for each in earlier if each.urn in urns]
