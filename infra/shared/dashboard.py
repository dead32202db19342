"""Dashboards as data: each component names its few widgets and its alarms, and one function sets them in rows.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pulumi

COLUMNS = 24
_PERIOD_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One line: a metric of one set of dimensions."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str

    def row(self) -> list[Any]:
        """How a widget names it."""
        return [self.namespace, self.name, *chain.from_iterable(self.dimensions.items()), {"stat": self.statistic}]


@dataclass(frozen=True, kw_only=True)
class Search:
    """A line for each set of dimensions that is found: for those whose values only the running service knows."""

    namespace: str
    name: str
    dimensions: Sequence[str]
    where: Mapping[str, pulumi.Input[str]]
    """The values of those of the dimensions that are known."""
    statistic: str

    def row(self) -> list[Any]:
        """How a widget names it."""
        schema = ",".join([self.namespace, *(f'"{dimension}"' for dimension in self.dimensions)])
        known = pulumi.Output.all(**self.where).apply(
            lambda values: " ".join(f'"{dimension}"="{value}"' for dimension, value in values.items())
        )
        expression = known.apply(
            lambda terms: (
                f"SEARCH('{{{schema}}} MetricName=\"{self.name}\" {terms}', '{self.statistic}', {_PERIOD_SECONDS})"
            )
        )
        return [{"expression": expression}]


def lines(
    namespace: str, dimensions: Mapping[str, pulumi.Input[str]], statistics: Mapping[str, str]
) -> list[Metric | Search]:
    """Metrics of the same dimensions, each with its statistic."""
    return [
        Metric(namespace=namespace, name=name, dimensions=dimensions, statistic=statistic)
        for name, statistic in statistics.items()
    ]


@dataclass(frozen=True, kw_only=True)
class Size:
    """Of a widget, in the units of the grid. Raises ValueError for one that no row can hold."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if not 1 <= self.width <= COLUMNS or self.height < 1:
            raise ValueError(f"given {self.width} × {self.height}; allowed are 1 to {COLUMNS} × 1 or more")


@dataclass(frozen=True, kw_only=True)
class Widget:
    """Lines over time under one title."""

    title: str
    lines: Sequence[Metric | Search]
    size: Size = Size(width=6, height=6)

    def properties(self, region: str) -> dict[str, Any]:
        """What CloudWatch is told to draw."""
        return {
            "title": self.title,
            "region": region,
            "view": "timeSeries",
            "period": _PERIOD_SECONDS,
            "metrics": [line.row() for line in self.lines],
        }


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What one component shows: widgets in rows of their own, and the state of its alarms above everybody's."""

    widgets: Sequence[Widget] = ()
    alarm_arns: Sequence[pulumi.Input[str]] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a widget lies; counted from the upper left."""

    x: int
    y: int
    size: Size


def arrange(groups: Iterable[Sequence[Size]]) -> list[Place]:
    """Fill rows from the left, each as high as its highest; every group begins a row of its own."""
    places: list[Place] = []
    y = 0
    for group in groups:
        x = height = 0
        for size in group:
            if x + size.width > COLUMNS:
                x, y, height = 0, y + height, 0
            places.append(Place(x=x, y=y, size=size))
            x, height = x + size.width, max(height, size.height)
        y += height
    return places


def dashboard_body(panels: Sequence[Panel], region: str) -> dict[str, Any]:
    """The state of all alarms, and below it what each component shows."""
    alarm_arns = [arn for panel in panels for arn in panel.alarm_arns]
    status = Size(width=COLUMNS, height=1 + -(-len(alarm_arns) // 4))
    widgets = [widget for panel in panels for widget in panel.widgets]
    status_place, *places = arrange([[status], *([widget.size for widget in panel.widgets] for panel in panels)])
    return {
        "widgets": [
            _laid("alarm", status_place, {"title": "Alarms", "alarms": alarm_arns}),
            *(_laid("metric", place, widget.properties(region)) for place, widget in zip(places, widgets, strict=True)),
        ]
    }


def _laid(kind: str, place: Place, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "x": place.x,
        "y": place.y,
        "width": place.size.width,
        "height": place.size.height,
        "properties": properties,
    }
