import pytest

from infra.components.letters import Letters, LettersArgs
from tests.infra.recorder import Graph, record_component


@pytest.fixture(scope="module")
def graph() -> Graph:
    args = LettersArgs(domain_name="shop.example.com", zone_id="Z1", configuration_set_name="fortress-dev")
    return record_component(lambda opts: Letters("letters", args, opts))


def test_letters_travel_encrypted_or_not_at_all(graph: Graph) -> None:
    configuration_set = graph.one("aws:sesv2/configurationSet:ConfigurationSet")
    assert configuration_set.inputs["deliveryOptions"] == {"tlsPolicy": "REQUIRE"}
    identity = graph.one("aws:sesv2/emailIdentity:EmailIdentity")
    assert identity.inputs["configurationSetName"] == "fortress-dev"


def test_the_domain_is_signed_for_by_three_keys_in_its_zone(graph: Graph) -> None:
    identity = graph.one("aws:sesv2/emailIdentity:EmailIdentity")
    assert identity.inputs["emailIdentity"] == "shop.example.com"
    signatures = [
        record.inputs for record in graph.of_type("aws:route53/record:Record") if record.inputs["type"] == "CNAME"
    ]
    assert {record["zoneId"] for record in signatures} == {"Z1"}
    assert {(record["name"], *record["records"]) for record in signatures} == {
        (f"{token}._domainkey.shop.example.com", f"{token}.dkim.amazonses.com") for token in ("one", "two", "three")
    }


def test_letters_in_its_name_that_it_did_not_sign_are_put_aside(graph: Graph) -> None:
    (policy,) = [
        record.inputs for record in graph.of_type("aws:route53/record:Record") if record.inputs["type"] == "TXT"
    ]
    assert (policy["name"], policy["records"]) == ("_dmarc.shop.example.com", ["v=DMARC1; p=quarantine; adkim=s"])
