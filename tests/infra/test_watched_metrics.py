"""What a stack looks at has data: alarms and the dashboard ask for metrics as AWS measures them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.shared.dashboard import COLUMNS
from tests.infra.documented_metrics import is_documented
from tests.infra.program import WHOLE_STACKS, Run
from tests.infra.recorder import REGION, Graph, Registered

Program = Callable[[Run], Graph]
Watched = tuple[str, str, frozenset[str]]
every_stack = pytest.mark.parametrize("run", WHOLE_STACKS, ids=str)
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
SHOWN = {
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:msk/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:rds/proxy:Proxy",
    "aws:wafv2/webAcl:WebAcl",
}
MOST_ALARMS_OF_A_WIDGET = 100


def dashboard(graph: Graph) -> Registered:
    return graph.one("aws:cloudwatch/dashboard:Dashboard")


def widgets(graph: Graph, kind: str) -> list[dict[str, Any]]:
    return [each for each in dashboard(graph).json("dashboardBody")["widgets"] if each["type"] == kind]


def drawn(graph: Graph) -> Iterator[Watched]:
    for widget in widgets(graph, "metric"):
        for row in widget["properties"]["metrics"]:
            if isinstance(row[0], dict):
                found = re.match(r"SEARCH\('\{([^,]+),([^}]+)\} MetricName=\"(\w+)\" ", row[0]["expression"])
                assert found, row
                yield found[1], found[3], frozenset(re.findall(r'"([^"]+)"', found[2]))
            else:
                namespace, metric, *pairs, _ = row
                yield namespace, metric, frozenset(pairs[::2])


def own(graph: Graph) -> set[Watched]:
    """What the stack counts itself, by no dimension."""
    filters = graph.of_type("aws:cloudwatch/logMetricFilter:LogMetricFilter")
    counted = (each.inputs["metricTransformation"] for each in filters)
    return {(each["namespace"], each["name"], frozenset()) for each in counted}


@every_stack
def test_each_alarm_asks_for_a_metric_as_it_is_measured(program: Program, run: Run) -> None:
    graph = program(run)
    asked = [
        (alarm.inputs["namespace"], alarm.inputs["metricName"], frozenset(alarm.inputs.get("dimensions", {})))
        for alarm in graph.of_type(ALARM)
    ]
    assert asked
    assert not [watched for watched in asked if watched not in own(graph) and not is_documented(*watched)]


def test_nobody_is_woken_because_a_database_sleeps(program: Program) -> None:
    graph = program(Run(stack="dev"))
    assert graph.of_type("aws:scheduler/schedule:Schedule")
    of_the_database = [each for each in graph.of_type(ALARM) if each.inputs["namespace"] == "AWS/RDS"]
    assert of_the_database
    assert {each.inputs["treatMissingData"] for each in of_the_database} == {"notBreaching"}


@every_stack
def test_each_widget_draws_metrics_as_they_are_measured(program: Program, run: Run) -> None:
    assert not [watched for watched in drawn(program(run)) if not is_documented(*watched)]


@every_stack
def test_the_dashboard_shows_every_resource_that_is_worth_a_look(program: Program, run: Run) -> None:
    graph = program(run)
    there = {resource.urn for resource in graph if resource.type in SHOWN}
    assert there <= set(dashboard(graph).dependencies)


@every_stack
def test_the_dashboard_shows_the_state_of_every_alarm(program: Program, run: Run) -> None:
    graph = program(run)
    (status,) = widgets(graph, "alarm")
    alarms = graph.of_type(ALARM)
    assert len(status["properties"]["alarms"]) == len(alarms) <= MOST_ALARMS_OF_A_WIDGET
    assert {alarm.urn for alarm in alarms} <= set(dashboard(graph).dependencies)


@every_stack
def test_every_widget_is_within_the_grid_and_of_the_stacks_region(program: Program, run: Run) -> None:
    graph = program(run)
    for widget in widgets(graph, "metric"):
        assert 0 <= widget["x"] <= COLUMNS - widget["width"]
        assert widget["properties"]["region"] == REGION
