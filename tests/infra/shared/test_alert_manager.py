import json

from infra.shared.alert_manager import alert_manager_definition

DEFINITION = alert_manager_definition(topic_arn="arn:topic", region="eu-central-1")
CONFIGURATION = json.loads(json.loads(DEFINITION)["alertmanager_config"])


def test_a_page_is_told_again_sooner_than_a_ticket() -> None:
    route = CONFIGURATION["route"]
    (page,) = route["routes"]
    assert page["matchers"] == ['severity="page"']
    assert (page["repeat_interval"], route["repeat_interval"]) == ("1h", "24h")


def test_of_one_objective_a_page_silences_the_ticket() -> None:
    (rule,) = CONFIGURATION["inhibit_rules"]
    assert (rule["source_matchers"], rule["target_matchers"]) == (['severity="page"'], ['severity="ticket"'])
    assert rule["equal"] == ["objective"]


def test_every_route_leads_to_a_receiver() -> None:
    receivers = {receiver["name"] for receiver in CONFIGURATION["receivers"]}
    assert {
        CONFIGURATION["route"]["receiver"],
        *(each["receiver"] for each in CONFIGURATION["route"]["routes"]),
    } == receivers
