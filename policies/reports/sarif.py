"""Findings as SARIF 2.1.0, which code hosts show beside the line of the program."""

from sarif_pydantic.sarif import (
    ArtifactLocation,
    Level,
    Location,
    LogicalLocation,
    Message,
    PhysicalLocation,
    Region,
    ReportingConfiguration,
    ReportingDescriptor,
    Result,
    Run,
    Sarif,
    Suppression,
    Tool,
    ToolDriver,
)

from policies.judgement import Finding
from policies.reports.report import Report, Status, status
from policies.rule import AnyRule, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SHOWN = (Status.BROKEN, Status.ADVISED, Status.EXEMPT)
_SECURITY_SEVERITIES = {Severity.LOW: "3.0", Severity.MEDIUM: "5.0", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""CVSS-like scores, by which GitHub sorts alerts: https://docs.github.com/en/code-security/code-scanning."""


def sarif(report: Report) -> str:
    """The JSON; an exempt violation is a suppressed result with the exemption's reason."""
    driver = ToolDriver(name="fortress-policies", version="0.1.0", rules=[_rule(rule) for rule in report.rules])
    order = {rule.id: index for index, rule in enumerate(report.rules)}
    results = [_result(finding, order[finding.rule.id]) for finding in report.of(*_SHOWN)]
    runs = [Run(tool=Tool(driver=driver), results=results)]
    document = Sarif.model_validate({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs})
    return document.model_dump_json(by_alias=True, exclude_none=True, indent=2)


def _rule(rule: AnyRule) -> ReportingDescriptor:
    tags = [f"{framework} {name}" for framework, names in rule.controls.items() for name in names]
    return ReportingDescriptor(
        id=rule.id,
        short_description=Message(text=rule.title),
        full_description=Message(text=rule.rationale),
        help=Message(text=rule.fix, markdown=f"{rule.fix} [More]({rule.link})"),
        help_uri=rule.link,
        default_configuration=ReportingConfiguration(level=Level.ERROR),
        properties={"tags": ["security", *tags], "security-severity": _SECURITY_SEVERITIES[rule.severity]},
    )


def _result(finding: Finding, rule_index: int) -> Result:
    result = Result(
        rule_id=finding.rule.id,
        rule_index=rule_index,
        level=Level.ERROR if status(finding) is Status.BROKEN else Level.WARNING,
        message=Message(text=f"{finding.rule.title}: {finding.message}"),
        locations=[_location(finding)],
        partial_fingerprints={"rule-and-resource/v1": f"{finding.rule.id} {finding.node.type}::{finding.node.name}"},
    )
    if finding.exemption is None:
        return result
    suppression = Suppression(kind="external", justification=finding.exemption.reason)
    return result.model_copy(update={"suppressions": [suppression.model_dump(exclude_none=True)]})


def _location(finding: Finding) -> Location:
    file, _, line = finding.node.source.rpartition(":")
    physical = None
    if file:
        where = ArtifactLocation(uri=file, uri_base_id="%SRCROOT%")
        physical = PhysicalLocation(artifact_location=where, region=Region(start_line=int(line)))
    name = LogicalLocation(name=finding.node.name, fully_qualified_name=finding.node.urn, kind="resource")
    return Location(physical_location=physical, logical_locations=[name])
