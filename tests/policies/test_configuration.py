"""Configurations: what is taken, and how each mistake is refused."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from policies.catalogue import all_rules
from policies.configuration import FOLDER, Configuration, ConfigurationError, Level, load, parse
from policies.server import Analyzer

RULES = all_rules()
TODAY = date(2026, 6, 1)
EXEMPTION = {
    "rule": "LB-02",
    "resource": "aws:lb/listener:Listener::api",
    "reason": "A partner's old client",
    "owner": "edge",
    "expires": "2026-06-01",
}


def test_levels_parameters_and_exemptions_are_taken() -> None:
    document = {
        "levels": {
            "LB-05": {"level": "disabled", "reason": "Nothing here is worth keeping"},
            "PCI DSS 4.0": {"level": "advisory", "reason": "No cards here"},
        },
        "parameters": {"LB-08": {"tls_to_targets": True}},
        "exemptions": [EXEMPTION],
    }
    configuration = parse(document, RULES, today=TODAY)
    assert configuration.levels == {"LB-05": Level.DISABLED, "PCI DSS 4.0": Level.ADVISORY}
    rule = next(rule for rule in RULES if rule.id == "LB-08")
    assert configuration.parameters_of(rule) == {"tls_to_targets": True}
    assert configuration.exemptions[0].expires == TODAY


def test_an_exemption_is_told_of_in_time_the_first_to_end_first() -> None:
    ends = ["2026-08-01", "2026-07-30", "2026-06-01", "2026-07-31"]
    document = {"exemptions": [{**EXEMPTION, "resource": f"a::{day}", "expires": day} for day in ends]}
    told = parse(document, RULES, today=TODAY).ending(TODAY)
    assert [each.expires.isoformat() for each in told] == ["2026-06-01", "2026-07-30"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"level": {}}, "there is no section 'level'; did you mean levels?"),
        (
            {"levels": {"LB-O2": {"level": "disabled", "reason": "-"}}},
            "there is no rule or framework 'LB-O2'; did you mean LB-02?",
        ),
        (
            {"levels": {"LB-02": {"level": "off"}}},
            "no level for LB-02 'off'; known are advisory, disabled, mandatory, remediate",
        ),
        ({"levels": {"LB-02": {"level": "disabled"}}}, "the level for LB-02 has no reason"),
        (
            {"levels": {"RDS-01": {"level": "remediate", "reason": "-"}}},
            "RDS-01 cannot remediate; rules that can are ECR-01, ECR-02",
        ),
        ({"levels": {"LB-02": {"levle": "disabled"}}}, "no key of the level for LB-02 'levle'; did you mean level?"),
        ({"parameters": {"LB-8": {}}}, "there is no rule 'LB-8'; did you mean LB-08?"),
        (
            {"parameters": {"LB-08": {"tls_to_target": True}}},
            "there is no parameter of LB-08 'tls_to_target'; did you mean tls_to_targets?",
        ),
        ({"parameters": {"LB-08": {"tls_to_targets": 1}}}, "LB-08 tls_to_targets is 1, must be of type bool"),
        ({"exemptions": [{**EXEMPTION, "rule": "LB-2"}]}, "there is no rule 'LB-2'; did you mean LB-02?"),
        ({"exemptions": [{**EXEMPTION, "until": ""}]}, "there is no key of an exemption 'until'"),
        ({"exemptions": [{**EXEMPTION, "owner": " "}]}, "has no owner; it needs rule, resource, reason, owner"),
        ({"exemptions": [{**EXEMPTION, "expires": "soon"}]}, "expires is 'soon', must be a day like 2027-01-31"),
        (
            {"exemptions": [{**EXEMPTION, "expires": "2026-05-31"}]},
            "the exemption of aws:lb/listener:Listener::api from LB-02 expired on 2026-05-31; edge must mend",
        ),
    ],
)
def test_a_mistake_is_refused_with_what_is_allowed(document: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse(document, RULES, today=TODAY)
    assert message in str(refused.value)


def test_a_stack_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert load("dev", RULES, today=TODAY, folder=tmp_path) == Configuration()


def test_a_file_cut_short_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text(json.dumps({"levels": {}})[:-3])
    with pytest.raises(ConfigurationError, match=r"dev\.json is not JSON"):
        load("dev", RULES, today=TODAY, folder=tmp_path)


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text('{"level": {}}')
    with pytest.raises(ConfigurationError, match=r"dev\.json: there is no section"):
        load("dev", RULES, today=TODAY, folder=tmp_path)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_configuration_is_taken_and_told_to_the_engine(path: Path) -> None:
    configuration = load(path.stem, RULES, today=date.today())
    info = Analyzer(RULES, configuration).GetAnalyzerInfo(None, None)
    told = {policy.name: json_format.MessageToDict(policy.configSchema.properties) for policy in info.policies}
    for rule, parameters in configuration.parameters.items():
        assert {name: told[rule][name]["default"] for name in parameters} == parameters
