"""One small stack in every form that a report takes."""

import json
from datetime import date

import pytest
from junitparser import Failure, JUnitXml, Skipped

from policies.catalogue import all_rules
from policies.configuration import Configuration, Exemption, Level
from policies.controls import Framework
from policies.graph import Graph, Node
from policies.reports.junit import junit
from policies.reports.pages import html, markdown
from policies.reports.report import Report, Status, make_report
from policies.reports.sarif import sarif
from tests.policies.case import UNKNOWN

LISTENER = "aws:lb/listener:Listener"
REASON = "A partner's <old> client"


def listener(name: str, policy: object, line: int = 0) -> Node:
    return Node(
        urn=f"urn:pulumi:dev::fortress::{LISTENER}::{name}",
        type=LISTENER,
        name=name,
        properties={"protocol": "HTTPS", "sslPolicy": policy},
        source=f"infra/edge.py:{line}" if line else "",
    )


@pytest.fixture(scope="module")
def report() -> Report:
    graph = Graph(
        [
            listener("old", "ELBSecurityPolicy-2016-08", 12),
            listener("partner", "ELBSecurityPolicy-2016-08", 34),
            listener("new", "ELBSecurityPolicy-TLS13-1-2-2021-06", 56),
            listener("later", UNKNOWN),
        ]
    )
    exemption = Exemption(
        rule="LB-02", resource=f"{LISTENER}::partner", reason=REASON, owner="edge", expires=date(2100, 1, 1)
    )
    configuration = Configuration(
        levels={"LB-05": Level.DISABLED}, reasons={"LB-05": "Made to be thrown away"}, exemptions=(exemption,)
    )
    rules = [rule for rule in all_rules() if rule.id in ("LB-02", "LB-05")]
    return make_report("dev", rules, graph, configuration)


def test_each_control_tells_its_rules_and_what_their_resources_came_to(report: Report) -> None:
    rows = {row.control: row for row in dict(report.frameworks())[Framework.FSBP]}
    assert [rule.id for rule in rows["ELB.17"].rules] == ["LB-02"]
    assert rows["ELB.17"].status is Status.BROKEN
    counts = {status: count for status, count in rows["ELB.17"].counts.items() if count}
    assert counts == {Status.BROKEN: 1, Status.EXEMPT: 1, Status.PENDING: 1, Status.KEPT: 1}
    assert rows["ELB.6"].status is Status.DISABLED


@pytest.mark.parametrize("render", [markdown, html])
def test_a_page_shows_violations_with_their_line_exemptions_and_what_is_not_asked(report: Report, render) -> None:
    page = render(report)
    for expected in ("infra/edge.py:12", "sslPolicy is ELBSecurityPolicy-2016-08", "edge", "2100-01-01", "ELB.17"):
        assert expected in page
    assert "Made to be thrown away" in page
    assert "later pending" in page


@pytest.mark.parametrize("render", [markdown, html])
def test_a_framework_says_how_many_controls_came_to_what(report: Report, render) -> None:
    assert "2 controls: 1 disabled, 1 broken" in render(report)


def test_html_sets_the_names_of_properties_as_code(report: Report) -> None:
    assert "Set <code>sslPolicy</code>" in html(report)


def test_html_shows_text_as_text(report: Report) -> None:
    assert REASON not in html(report)
    assert "&lt;old&gt;" in html(report)
    assert REASON in markdown(report)


def test_junit_has_a_case_for_each_resource_with_its_line(report: Report) -> None:
    (suite,) = JUnitXml.fromstring(junit(report).encode())
    cases = {case.name: case for case in suite}
    assert isinstance(cases["old"].result[0], Failure)
    assert cases["old"]._elem.attrib["line"] == "12"
    assert isinstance(cases["partner"].result[0], Skipped)
    assert REASON in cases["partner"].result[0].message
    assert "sslPolicy is not known before deployment" in cases["later"].result[0].message
    assert not cases["new"].result
    assert (suite.tests, suite.failures, suite.skipped) == (4, 1, 2)


def test_sarif_points_to_the_line_and_suppresses_what_is_exempt(report: Report) -> None:
    (run,) = json.loads(sarif(report))["runs"]
    results = {result["locations"][0]["logicalLocations"][0]["name"]: result for result in run["results"]}
    assert set(results) == {"old", "partner"}
    where = results["old"]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": "infra/edge.py", "uriBaseId": "%SRCROOT%"}
    assert where["region"] == {"startLine": 12}
    assert results["old"]["level"] == "error"
    assert run["tool"]["driver"]["rules"][results["old"]["ruleIndex"]]["id"] == "LB-02"
    assert "suppressions" not in results["old"]
    assert results["partner"]["suppressions"] == [{"kind": "external", "justification": REASON}]
