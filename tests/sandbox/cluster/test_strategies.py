from sandbox.cluster.strategies import Plan, View, beside, recreate


def view(**fields) -> View:
    return View(
        **{"replicas": 3, "current": "new", "stable": "old", "sizes": {"old": 3}, "available": {"old": 3}, **fields}
    )


def test_the_new_version_stands_beside_the_old_until_it_is_available() -> None:
    assert beside(view(available={"old": 3, "new": 2})) == Plan(sizes={"new": 3, "old": 3}, stable="old")


def test_the_old_version_goes_once_the_new_one_is_available() -> None:
    assert beside(view(available={"old": 3, "new": 3})) == Plan(sizes={"new": 3}, stable="new")


def test_a_first_version_has_nothing_beside_it() -> None:
    assert beside(view(stable=None, sizes={}, available={})) == Plan(sizes={"new": 3}, stable=None)


def test_a_version_that_is_overtaken_before_it_is_available_goes() -> None:
    plan = beside(view(sizes={"old": 3, "middle": 3, "new": 0}))
    assert plan == Plan(sizes={"new": 3, "old": 3}, stable="old")


def test_recreate_waits_for_the_old_pods_to_end() -> None:
    assert recreate(view()) == Plan(sizes={"new": 0}, stable="old")
    assert recreate(view(sizes={"old": 0})) == Plan(sizes={"new": 3}, stable="old")
    assert recreate(view(sizes={"new": 3}, available={"new": 3})) == Plan(sizes={"new": 3}, stable="new")
