"""The whole comparison of one stack, as data, and what it means for a pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from pydantic import TypeAdapter

from sandbox.review.changes import Change, Kind, changes
from sandbox.review.cost import Line, declared, estimate
from sandbox.review.graph import Finding, Graph
from sandbox.review.platform import Platform, platform
from sandbox.review.posture import Posture, posture
from sandbox.review.replacement import is_judged

FORMAT = 1


class Status(IntEnum):
    """Exit statuses; of several that hold, the one that stands first here is given."""

    ERROR = 1
    DATA_LOSS = 5
    POLICY = 3
    BUDGET = 4
    HARMLESS = 0


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Both months in US dollars, line by line; `budgets` are those of base and head, None where there is none."""

    before: float
    after: float
    lines: tuple[tuple[Line | None, Line | None], ...]
    budgets: tuple[float | None, float | None]

    @property
    def is_over(self) -> bool:
        return self.budgets[1] is not None and self.after > self.budgets[1]


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A policy finding with the program's line; `state` is new, fixed, standing or silenced."""

    state: str
    finding: Finding
    label: str
    position: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """What one comment says of one stack. `failure` stands alone: then nothing was compared.

    `asked` are the names of what may lose its state by the stack's own configuration: told, but not refused.
    """

    stack: str
    base: str
    head: str
    notes: tuple[str, ...] = ()
    failure: str = ""
    resources: tuple[int, int] = (0, 0)
    changes: tuple[Change, ...] = ()
    postures: tuple[Posture, ...] = ()
    violations: tuple[Violation, ...] = ()
    cost: Cost | None = None
    platform: Platform | None = None
    unjudged: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    format: int = FORMAT

    @property
    def losses(self) -> list[Change]:
        return [change for change in self.changes if change.loss]

    @property
    def status(self) -> Status:
        """What a pipeline is told."""
        refused = any(each.finding.mandatory and each.state in ("new", "standing") for each in self.violations)
        holds: Mapping[Status, bool] = {
            Status.ERROR: bool(self.failure),
            Status.DATA_LOSS: any(change.name not in self.asked for change in self.losses),
            Status.POLICY: refused,
            Status.BUDGET: self.cost is not None and self.cost.is_over,
        }
        return next((status for status, held in holds.items() if held), Status.HARMLESS)


REVIEW = TypeAdapter(Review)


def review(
    stack: str, names: tuple[str, str], graphs: tuple[Graph, Graph], *, notes: tuple[str, ...],
    budgets: tuple[float | None, float | None], asked: tuple[str, ...] = (),
) -> Review:  # fmt: skip
    """The comparison of two graphs; a side that failed is told and nothing else."""
    base, head = graphs
    failed = [f"on {which} ({name}) the program fails: {graph.failure}"
              for which, name, graph in zip(("the base", "this side"), names, graphs, strict=True)
              if graph.failure]  # fmt: skip
    absent = [f"{side}: {note}" for side, graph in zip(names, graphs, strict=True) if not graph.nodes
              for note in graph.notes]  # fmt: skip
    if not (failed or base.nodes or head.nodes):
        failed = [f"neither side has this stack ({'; '.join(absent)})"]
    if failed:
        return Review(stack=stack, base=names[0], head=names[1], notes=notes, failure="\n".join(failed))
    found = changes(base, head)
    said = dict.fromkeys((*notes, *absent, *(note for graph in graphs if graph.nodes for note in graph.notes)))
    replaceable = {change.type for change in found if change.kind is Kind.UPDATE and not is_judged(change.type)}
    return Review(
        stack=stack, base=names[0], head=names[1], notes=tuple(said),
        resources=(_count(base), _count(head)), changes=tuple(found), postures=tuple(posture(base, head)),
        violations=tuple(_violations(base, head)), cost=_cost(base, head, budgets),
        platform=platform(base, head, found), unjudged=tuple(sorted(replaceable)), asked=asked,
    )  # fmt: skip


def _count(graph: Graph) -> int:
    return sum(node.is_cloud for node in graph.nodes.values())


def _cost(base: Graph, head: Graph, budgets: tuple[float | None, float | None]) -> Cost:
    before, after = estimate(base), estimate(head)
    earlier = {node.urn: urn for node in head.nodes.values() for urn in node.aliases
               if urn in before.lines and urn not in head.nodes and node.urn not in base.nodes}  # fmt: skip
    pairs = [(before.lines.get(earlier.get(urn, urn)), line) for urn, line in after.lines.items()]
    kept = after.lines.keys() | set(earlier.values())
    pairs += [(line, None) for urn, line in before.lines.items() if urn not in kept]
    limits = [declared(graph) for graph in (base, head)]
    first, second = (own if limit is None else limit for own, limit in zip(budgets, limits, strict=True))
    return Cost(
        before=before.total, after=after.total, lines=tuple(sorted(pairs, key=_weight)), budgets=(first, second)
    )


def _weight(pair: tuple[Line | None, Line | None]) -> tuple[float, float, str]:
    before, after = ((each.usd or 0) if each else 0 for each in pair)
    return (-abs(after - before), -after, (pair[1] or pair[0] or Line(urn="", label="", usd=0, detail="")).urn)


def _violations(base: Graph, head: Graph) -> list[Violation]:
    """New, standing and fixed by what they say of which resource; silenced is what the base's own pack still says."""
    earlier = {node.urn: urn for node in head.nodes.values() for urn in node.aliases if urn in base.nodes}
    before = {(each.policy, each.urn): each for each in base.findings}
    after = {(each.policy, each.urn): each for each in head.findings}
    known = {(policy, earlier.get(urn, urn)): (policy, urn) for policy, urn in after}
    found = [_violation("standing" if (policy, earlier.get(urn, urn)) in before else "new", each, head)
             for (policy, urn), each in after.items()]  # fmt: skip
    found += [_violation("fixed", each, base) for key, each in before.items() if key not in known]
    silenced = {(each.policy, each.urn): each for each in head.findings_before}
    found += [_violation("silenced", each, head) for key, each in silenced.items() if key not in after]
    order = ("new", "silenced", "standing", "fixed")
    return sorted(found, key=lambda each: (order.index(each.state), not each.finding.mandatory, each.finding.policy,
                                           each.finding.urn))  # fmt: skip


def _violation(state: str, finding: Finding, graph: Graph) -> Violation:
    node = graph.nodes.get(finding.urn)
    return Violation(state=state, finding=finding, label=node.label if node else "the stack",
                     position=node.position if node else "")  # fmt: skip
