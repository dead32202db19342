"""What the servicer does with levels, exemptions and rules that fail."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages

from policies.catalogue import all_rules
from policies.configuration import Configuration, Exemption, Level
from policies.controls import Framework
from policies.rule import Rule, Verdict
from policies.server import Analyzer

RULES = {rule.id: rule for rule in all_rules()}
TYPE = "aws:lb/listener:Listener"
OLD = {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-2016-08"}
EXEMPTION = Exemption(
    rule="LB-02", resource=f"{TYPE}::api", reason="A partner's old client", owner="edge", expires=date(2100, 1, 1)
)


def asked(properties: Mapping[str, Any], type_: str) -> messages.AnalyzeRequest:
    sent = struct_pb2.Struct()
    sent.update(dict(properties))
    urn = f"urn:pulumi:dev::fortress::{type_}::api"
    return messages.AnalyzeRequest(type=type_, urn=urn, name="api", properties=sent)


def analyze(analyzer: Analyzer, properties: Mapping[str, Any], type_: str = TYPE) -> Any:
    return analyzer.Analyze(asked(properties, type_), None)


def remediate(analyzer: Analyzer, properties: Mapping[str, Any], type_: str = TYPE) -> Any:
    return analyzer.Remediate(asked(properties, type_), None)


def test_a_disabled_rule_is_silent() -> None:
    configuration = Configuration(levels={"LB-02": Level.DISABLED})
    assert not analyze(Analyzer(RULES.values(), configuration), OLD).diagnostics


def test_a_rule_follows_its_framework_only_when_none_of_its_frameworks_asks_for_more() -> None:
    rule = RULES["LB-02"]
    one = Configuration(levels={Framework.FSBP: Level.ADVISORY})
    assert one.level(rule) is Level.MANDATORY
    every = Configuration(levels=dict.fromkeys(rule.controls, Level.ADVISORY))
    assert every.level(rule) is Level.ADVISORY
    assert replace(every, levels={**every.levels, "LB-02": Level.MANDATORY}).level(rule) is Level.MANDATORY


def test_an_exempt_resource_is_not_stopped() -> None:
    analyzer = Analyzer(RULES.values(), Configuration(exemptions=(EXEMPTION,)))
    assert not analyze(analyzer, OLD).diagnostics


def test_an_exemption_that_matches_no_resource_stops_the_stack() -> None:
    analyzer = Analyzer(RULES.values(), Configuration(exemptions=(EXEMPTION,)))
    (diagnostic,) = analyzer.AnalyzeStack(messages.AnalyzeStackRequest(), None).diagnostics
    assert diagnostic.enforcementLevel == messages.MANDATORY
    assert diagnostic.message == f"the exemption of {TYPE}::api matches no resource; edge must remove it"


def test_a_rule_that_fails_is_reported_as_its_own_fault_and_stops() -> None:
    def broken(properties: Mapping[str, Any], parameters: Mapping[str, Any]) -> Verdict:
        raise KeyError(f"{len(properties)} {len(parameters)}")

    rule = RULES["LB-02"]
    assert isinstance(rule, Rule)
    (diagnostic,) = analyze(Analyzer([replace(rule, checks=(broken,))]), OLD).diagnostics
    assert diagnostic.policyName == "LB-02"
    assert diagnostic.enforcementLevel == messages.MANDATORY
    assert f"the rule itself failed on urn:pulumi:dev::fortress::{TYPE}::api: KeyError('2 0')" in diagnostic.message


def test_an_exemption_of_a_resource_that_keeps_the_rule_stops_the_stack() -> None:
    analyzer = Analyzer(RULES.values(), Configuration(exemptions=(EXEMPTION,)))
    assert not analyze(analyzer, {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}).diagnostics
    listener = messages.AnalyzerResource(type=TYPE, urn=f"urn:pulumi:dev::fortress::{TYPE}::api", name="api")
    (diagnostic,) = analyzer.AnalyzeStack(messages.AnalyzeStackRequest(resources=[listener]), None).diagnostics
    assert diagnostic.message == (
        f"the exemption of {TYPE}::api from LB-02 is not needed: the resource keeps the rule; edge must remove it"
    )


def test_nothing_is_mended_unless_a_rule_is_set_to() -> None:
    assert not remediate(Analyzer(RULES.values()), OLD).remediations


def test_a_rule_set_to_remediate_mends_what_it_finds_and_leaves_the_rest_as_it_travelled() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "x"}
    analyzer = Analyzer(RULES.values(), Configuration(levels={"LB-02": Level.REMEDIATE}))
    (remediation,) = remediate(analyzer, {**OLD, "certificateArn": secret}).remediations
    assert remediation.policyName == "LB-02"
    assert "sslPolicy is now ELBSecurityPolicy-TLS13-1-2-2021-06" in remediation.description
    assert dict(remediation.properties.items()) == {
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "certificateArn": secret,
    }
    assert not analyze(analyzer, dict(remediation.properties.items())).diagnostics


def test_what_a_remedy_cannot_mend_still_stops() -> None:
    analyzer = Analyzer(RULES.values(), Configuration(levels={"STK-20": Level.REMEDIATE}))
    (remediation,) = remediate(analyzer, {"allowedAccountIds": "[]"}, "pulumi:providers:aws").remediations
    (diagnostic,) = analyze(analyzer, dict(remediation.properties.items()), "pulumi:providers:aws").diagnostics
    assert diagnostic.enforcementLevel == messages.REMEDIATE
    assert "allowedAccountIds is empty" in diagnostic.message
