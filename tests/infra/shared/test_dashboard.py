import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.shared.dashboard import COLUMNS, Metric, Place, Size, arrange

sizes = st.builds(Size, width=st.integers(1, COLUMNS), height=st.integers(1, 12))
groups = st.lists(st.lists(sizes, max_size=8), max_size=6)


def cells(place: Place) -> set[tuple[int, int]]:
    columns, rows = range(place.x, place.x + place.size.width), range(place.y, place.y + place.size.height)
    return set(itertools.product(columns, rows))


@given(groups)
def test_no_widget_lies_on_another_or_beyond_the_grid(given_groups: list[list[Size]]) -> None:
    covered = [cells(place) for place in arrange(given_groups)]
    assert sum(map(len, covered)) == len(set().union(*covered))
    assert all(0 <= x < COLUMNS and y >= 0 for each in covered for x, y in each)


@given(groups)
def test_every_widget_has_its_place_in_the_order_given(given_groups: list[list[Size]]) -> None:
    places = arrange(given_groups)
    assert [place.size for place in places] == [size for group in given_groups for size in group]
    assert places == sorted(places, key=lambda place: (place.y, place.x))


@given(groups)
def test_each_group_begins_below_the_one_before(given_groups: list[list[Size]]) -> None:
    places = iter(arrange(given_groups))
    below = 0
    for group in filter(None, given_groups):
        placed = list(itertools.islice(places, len(group)))
        assert (placed[0].x, placed[0].y) == (0, below)
        below = max(place.y + place.size.height for place in placed)


@pytest.mark.parametrize(("width", "height"), [(0, 1), (COLUMNS + 1, 6), (6, 0)])
def test_what_no_row_can_hold_is_refused_with_what_is_allowed(width: int, height: int) -> None:
    with pytest.raises(ValueError, match=f"given {width} × {height}; allowed are 1 to 24 × 1 or more"):
        Size(width=width, height=height)


def test_a_metric_is_written_as_cloudwatch_reads_it() -> None:
    metric = Metric(namespace="AWS/RDS", name="CPUUtilization", dimensions={"ProxyName": "proxy"}, statistic="p99")
    assert json.dumps(metric.row()) == '["AWS/RDS", "CPUUtilization", "ProxyName", "proxy", {"stat": "p99"}]'
