import json

import pulumi
import pytest

from infra.components.nights import Nights, NightsArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component

ACCOUNT = Account(account_id="123456789012", region="eu-central-1")
DATABASE = "arn:aws:rds:eu-central-1:123456789012:db:orders"
GROUP = "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/fortress-dev-nights"


@pytest.fixture(scope="module")
def graph() -> Graph:
    args = NightsArgs(
        account=ACCOUNT,
        group_name="fortress-dev-nights",
        database_identifier="orders",
        database_arn=DATABASE,
        stops_at="20:30",
        starts_at="07:00",
        time_zone="Europe/Berlin",
    )

    def make(opts: pulumi.ResourceOptions) -> Nights:
        return Nights("nights", args, opts)

    return record_component(make)


def test_the_database_is_stopped_every_evening_and_started_on_working_days(graph: Graph) -> None:
    schedules = {each.name: each.inputs for each in graph.of_type("aws:scheduler/schedule:Schedule")}
    assert {name: inputs["scheduleExpression"] for name, inputs in schedules.items()} == {
        "nights-stop": "cron(30 20 * * ? *)",
        "nights-start": "cron(0 7 ? * MON-FRI *)",
    }
    assert {inputs["scheduleExpressionTimezone"] for inputs in schedules.values()} == {"Europe/Berlin"}
    assert {inputs["flexibleTimeWindow"]["mode"] for inputs in schedules.values()} == {"OFF"}
    targets = {name: inputs["target"] for name, inputs in schedules.items()}
    assert targets["nights-stop"]["arn"] == "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance"
    assert targets["nights-start"]["arn"] == "arn:aws:scheduler:::aws-sdk:rds:startDBInstance"
    assert {target["input"] for target in targets.values()} == {json.dumps({"DbInstanceIdentifier": "orders"})}


def test_the_role_stops_and_starts_this_database_and_nothing_else(graph: Graph) -> None:
    (statement,) = graph.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]
    assert statement["Action"] == ["rds:StartDBInstance", "rds:StopDBInstance"]
    assert statement["Resource"] == [DATABASE]


def test_only_schedules_of_this_group_take_the_role(graph: Graph) -> None:
    (trust,) = graph.one("aws:iam/role:Role").json("assumeRolePolicy")["Statement"]
    assert trust["Principal"] == {"Service": ["scheduler.amazonaws.com"]}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012", "aws:SourceArn": GROUP}


def test_no_schedule_goes_off_before_its_role_may_act(graph: Graph) -> None:
    rights = graph.one("aws:iam/rolePolicy:RolePolicy")
    assert all(graph.stands_on(each, rights) for each in graph.of_type("aws:scheduler/schedule:Schedule"))
