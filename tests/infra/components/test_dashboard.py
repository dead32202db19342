from infra.components.dashboard import Dashboard, DashboardArgs
from infra.shared.dashboard import Panel, Search, Size, Widget, lines
from tests.infra.recorder import record_component

CPU = Widget(title="Processor", lines=lines("AWS/RDS", {"DBInstanceIdentifier": "orders"}, {"CPUUtilization": "p99"}))
LAG = Widget(
    title="Lag",
    lines=[
        Search(
            namespace="AWS/Kafka",
            name="SumOffsetLag",
            dimensions=["Cluster Name", "Topic"],
            where={"Cluster Name": "orders"},
            statistic="Maximum",
        )
    ],
    size=Size(width=24, height=3),
)
PANELS = [Panel(widgets=[CPU], alarm_arns=["arn:one"]), Panel(widgets=[LAG]), Panel(alarm_arns=["arn:two"])]
ARGS = DashboardArgs(dashboard_name="fortress-dev", region="eu-central-1", panels=PANELS)
DASHBOARD = record_component(lambda opts: Dashboard("overview", ARGS, opts)).one("aws:cloudwatch/dashboard:Dashboard")


def test_alarms_stand_above_what_each_component_shows() -> None:
    alarms, cpu, lag = DASHBOARD.json("dashboardBody")["widgets"]
    assert (alarms["type"], alarms["properties"]["alarms"]) == ("alarm", ["arn:one", "arn:two"])
    assert [(each["x"], each["y"], each["width"]) for each in (alarms, cpu, lag)] == [(0, 0, 24), (0, 2, 6), (0, 8, 24)]


def test_a_widget_says_where_and_what_it_draws() -> None:
    cpu = DASHBOARD.json("dashboardBody")["widgets"][1]
    assert cpu["properties"] == {
        "title": "Processor",
        "region": "eu-central-1",
        "view": "timeSeries",
        "period": 60,
        "metrics": [["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "orders", {"stat": "p99"}]],
    }


def test_dimensions_that_only_the_running_service_knows_are_searched_for() -> None:
    expression = DASHBOARD.json("dashboardBody")["widgets"][2]["properties"]["metrics"][0][0]["expression"]
    assert expression == (
        """SEARCH('{AWS/Kafka,"Cluster Name","Topic"} MetricName="SumOffsetLag" "Cluster Name"="orders"', """
        "'Maximum', 60)"
    )
