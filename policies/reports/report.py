"""What a report is about: every finding over one stack, and what that says of each control of each framework."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from policies.configuration import Configuration, Exemption, Level
from policies.controls import Framework
from policies.graph import Graph
from policies.judgement import Finding, judge
from policies.rule import AnyRule, Outcome


class Status(StrEnum):
    """What one finding, or all findings of a control together, come to; the worst first."""

    BROKEN = "broken"
    ADVISED = "advised"
    EXEMPT = "exempt"
    DISABLED = "disabled"
    PENDING = "pending"
    KEPT = "kept"
    NOT_APPLICABLE = "not applicable"


def status(finding: Finding) -> Status:
    """What a finding comes to."""
    if finding.verdict.outcome is Outcome.VIOLATING:
        return Status.EXEMPT if finding.exemption else Status.BROKEN if finding.stops else Status.ADVISED
    if finding.verdict.pending:
        return Status.PENDING
    return Status.KEPT if finding.verdict.outcome is Outcome.COMPLIANT else Status.NOT_APPLICABLE


@dataclass(frozen=True, kw_only=True)
class ControlRow:
    """One control: the rules that answer to it, and how many resources came to what."""

    control: str
    rules: tuple[AnyRule, ...]
    counts: dict[Status, int]

    @property
    def status(self) -> Status:
        """The worst of them."""
        return next((one for one in Status if self.counts.get(one)), Status.NOT_APPLICABLE)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A stack's findings; `resources` counts what was judged, `stale` are exemptions that must go, with the reason."""

    stack: str
    rules: tuple[AnyRule, ...]
    configuration: Configuration
    findings: tuple[Finding, ...]
    resources: int
    stale: tuple[tuple[Exemption, str], ...]

    def of(self, *wanted: Status) -> list[Finding]:
        """The findings that come to one of these, the most severe rules first."""
        found = [finding for finding in self.findings if status(finding) in wanted]
        order = ["critical", "high", "medium", "low"]
        return sorted(found, key=lambda finding: (order.index(finding.rule.severity), finding.rule.id))

    def count(self, wanted: Status) -> int:
        """How many findings come to this."""
        return len(self.of(wanted))

    @property
    def broken(self) -> list[Finding]:
        """What stops the stack."""
        return self.of(Status.BROKEN)

    @property
    def disabled(self) -> list[tuple[AnyRule, str]]:
        """The rules that the stack does not ask, with its reason."""
        off = [rule for rule in self.rules if self.configuration.level(rule) is Level.DISABLED]
        return [(rule, self.configuration.reason(rule)) for rule in off]

    def frameworks(self) -> Iterator[tuple[Framework, list[ControlRow]]]:
        """Every framework with a row for each control that rules answer to."""
        for framework in Framework:
            names = {name for rule in self.rules for name in rule.controls.get(framework, ())}
            yield framework, [self._row(framework, name) for name in sorted(names, key=_by_number)]

    def _row(self, framework: Framework, control: str) -> ControlRow:
        rules = tuple(rule for rule in self.rules if control in rule.controls.get(framework, ()))
        found = [status(finding) for finding in self.findings if finding.rule in rules]
        found += [Status.DISABLED for rule, _ in self.disabled if rule in rules]
        return ControlRow(control=control, rules=rules, counts={one: found.count(one) for one in Status})


def make_report(stack: str, rules: Iterable[AnyRule], graph: Graph, configuration: Configuration) -> Report:
    """Judges every resource and sums up."""
    asked = tuple(rules)
    findings = tuple(judge(asked, graph, configuration))
    needless = {
        finding.exemption
        for finding in findings
        if finding.exemption and not finding.verdict.pending and finding.verdict.outcome is not Outcome.VIOLATING
    }
    return Report(
        stack=stack,
        rules=asked,
        configuration=configuration,
        findings=findings,
        resources=len(graph.nodes),
        stale=tuple(configuration.stale(graph.nodes, needless)),
    )


def _by_number(name: str) -> list[tuple[bool, int, str]]:
    parts = name.replace("-", ".").replace("(", ".").replace(")", "").split(".")
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
