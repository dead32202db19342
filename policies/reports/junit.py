"""Findings as JUnit XML: a suite for each rule, a case for each resource."""

from itertools import groupby

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from policies.judgement import Finding
from policies.reports.report import Report, Status, status

_SKIPPED = (Status.EXEMPT, Status.ADVISED, Status.PENDING, Status.NOT_APPLICABLE)


def junit(report: Report) -> str:
    """The XML; what is advised, exempt or not known yet counts as skipped, with the reason."""
    document = JUnitXml(f"policies {report.stack}")
    for rule, findings in groupby(report.findings, key=lambda finding: finding.rule):
        suite = TestSuite(f"{rule.id} {rule.title}")
        suite.add_testcases([_case(finding) for finding in findings])
        document.add_testsuite(suite)
    document.update_statistics()
    return document.tostring().decode()


def _case(finding: Finding) -> TestCase:
    case = TestCase(finding.node.name, classname=finding.node.type)
    file, _, line = finding.node.source.rpartition(":")
    if file:
        case._elem.attrib |= {"file": file, "line": line}
    found = status(finding)
    if found is Status.BROKEN:
        case.result = [Failure(finding.message, finding.rule.severity)]
    elif found in _SKIPPED:
        reason = finding.exemption.reason if finding.exemption else finding.message
        case.result = [Skipped(f"{found}: {reason}".removesuffix(": "))]
    return case
