"""What a rule is: its metadata, the resource types it looks at, and the pure checks that judge one of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from policies.controls import Controls
from policies.values import Properties, UnknownValueError

if TYPE_CHECKING:
    from policies.graph import Graph, Node

Parameters = Mapping[str, Any]


class Severity(StrEnum):
    """How much harm a violation does."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Outcome(StrEnum):
    """What a rule finds."""

    COMPLIANT = "compliant"
    VIOLATING = "violating"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One finding; `pending` says that it does not apply yet because a value is unknown before deployment."""

    outcome: Outcome
    message: str = ""
    pending: bool = False


COMPLIANT = Verdict(outcome=Outcome.COMPLIANT)
NOT_APPLICABLE = Verdict(outcome=Outcome.NOT_APPLICABLE)


def violating(message: str) -> Verdict:
    """A violation; the message says what was found and what is allowed."""
    return Verdict(outcome=Outcome.VIOLATING, message=message)


def require(holds: bool, otherwise: str) -> Verdict:
    """Compliant when the condition holds, else a violation with the message."""
    return COMPLIANT if holds else violating(otherwise)


def decide(check: Callable[..., Verdict], *arguments: Any) -> Verdict:
    """The check's verdict; reading an unknown value makes it pending instead of a pass or a crash."""
    try:
        return check(*arguments)
    except UnknownValueError as unknown:
        return Verdict(outcome=Outcome.NOT_APPLICABLE, message=str(unknown), pending=True)


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict of many: violating beats pending beats compliant beats not applicable; messages are joined."""
    found = list(verdicts)
    decisive = [verdict for verdict in found if verdict.outcome is Outcome.VIOLATING]
    decisive = decisive or [verdict for verdict in found if verdict.pending]
    if decisive:
        return replace(decisive[0], message="; ".join(dict.fromkeys(verdict.message for verdict in decisive)))
    return COMPLIANT if COMPLIANT in found else NOT_APPLICABLE


Remedy = Callable[[Properties, Parameters], Mapping[str, Any]]
"""What to set, by dotted path, so that a resource keeps the rule; never what would replace one that stands."""
Check = Callable[[Properties, Parameters], Verdict]
GraphCheck = Callable[["Node", "Graph", Parameters], Verdict]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A setting of a rule; a configured value must have the default's type."""

    default: bool | int | str | tuple[str, ...]
    description: str


@dataclass(frozen=True, kw_only=True)
class RuleBase:
    """What every rule tells about itself.

    `title` says what holds when it is kept, `rationale` why in one sentence, `fix` which property to set.
    `types` are the resource types judged, spelled as in `policies.tokens`.
    `controls` maps a framework to its identifiers; a rule without any says why in `without_controls`.
    """

    id: str
    severity: Severity
    title: str
    rationale: str
    fix: str
    types: tuple[str, ...]
    link: str
    controls: Controls = field(default_factory=dict)
    without_controls: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def defaults(self) -> dict[str, Any]:
        """The parameters' default values by name."""
        return {name: parameter.default for name, parameter in self.parameters.items()}


@dataclass(frozen=True, kw_only=True)
class Rule(RuleBase):
    """A rule that needs one resource's properties and nothing else; `remedy` left out means it can mend nothing."""

    checks: tuple[Check, ...]
    remedy: Remedy | None = None

    def judge(self, properties: Properties, parameters: Parameters | None = None) -> Verdict:
        """The verdict over one resource; `parameters` left out means the defaults."""
        given = self.defaults() if parameters is None else parameters
        return combine(decide(check, properties, given) for check in self.checks)


@dataclass(frozen=True, kw_only=True)
class GraphRule(RuleBase):
    """A rule over the whole graph, anchored at each resource of its types."""

    checks: tuple[GraphCheck, ...]

    def judge(self, node: "Node", graph: "Graph", parameters: Parameters | None = None) -> Verdict:
        """The verdict over one resource among the others; `parameters` left out means the defaults."""
        given = self.defaults() if parameters is None else parameters
        return combine(decide(check, node, graph, given) for check in self.checks)


AnyRule = Rule | GraphRule
