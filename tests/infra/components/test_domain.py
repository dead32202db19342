import pytest

from infra.components.domain import Domain, DomainArgs
from tests.infra.recorder import Graph, record_component


def domain(*, delegated: bool, protect: bool = False) -> Graph:
    args = DomainArgs(zone_name="example.com", api_name="api.example.com", delegated=delegated, protect=protect)
    return record_component(lambda opts: Domain("domain", args, opts))


def test_the_certificate_is_validated_by_a_record_in_the_zone() -> None:
    graph = domain(delegated=True)
    record = graph.one("aws:route53/record:Record")
    assert record.inputs["zoneId"] == "Z1"
    assert record.inputs["name"] == "_check.api.example.com."
    assert record.inputs["type"] == "CNAME"
    assert record.inputs["records"] == ["_value.acm-validations.aws."]
    validation = graph.one("aws:acm/certificateValidation:CertificateValidation")
    assert graph.stands_on(validation, record)


def test_until_the_zone_is_delegated_nobody_waits_for_the_certificate() -> None:
    graph = domain(delegated=False)
    assert graph.of_type("aws:acm/certificateValidation:CertificateValidation") == []
    assert graph.one("aws:acm/certificate:Certificate").inputs["domainName"] == "api.example.com"


@pytest.mark.parametrize("protect", [True, False])
def test_the_zone_is_protected_where_that_is_asked_for(protect: bool) -> None:
    assert domain(delegated=False, protect=protect).one("aws:route53/zone:Zone").protect is protect
