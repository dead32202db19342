"""Asking rules about resources: one verdict each, and a rule that fails is a finding of its own."""

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies.configuration import Configuration, Exemption, Level
from policies.graph import Graph, Node
from policies.rule import AnyRule, Outcome, Parameters, Rule, Verdict, violating


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule finds of one resource; `fault` says that the rule itself failed, which always stops."""

    rule: AnyRule
    node: Node
    level: Level
    verdict: Verdict
    exemption: Exemption | None = None
    fault: bool = False

    @property
    def stops(self) -> bool:
        """Whether nothing may be deployed with it."""
        violated = self.verdict.outcome is Outcome.VIOLATING and self.exemption is None
        return violated and self.level in (Level.MANDATORY, Level.REMEDIATE)

    @property
    def message(self) -> str:
        """What was found, why it matters and how it is mended; what failed, where the rule did."""
        if self.fault or self.verdict.outcome is not Outcome.VIOLATING:
            return self.verdict.message
        return f"{self.verdict.message}. {self.rule.rationale} Fix: {self.rule.fix}"


def verdict(rule: AnyRule, node: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """The rule's verdict over a resource, by itself or among the others."""
    if isinstance(rule, Rule):
        return rule.judge(node.properties, parameters)
    return rule.judge(node, graph, parameters)


def find(rule: AnyRule, node: Node, graph: Graph, configuration: Configuration) -> Finding:
    """The finding, with the exemption that covers it."""
    level = configuration.level(rule)
    exemption = configuration.exemption(rule, node)
    try:
        found, fault = verdict(rule, node, graph, configuration.parameters_of(rule)), False
    except Exception as failure:
        where = traceback.extract_tb(failure.__traceback__)[-1]
        message = f"the rule itself failed on {node.urn}: {failure!r} at {where.filename}:{where.lineno}"
        found, fault, level, exemption = violating(message), True, Level.MANDATORY, None
    return Finding(rule=rule, node=node, level=level, verdict=found, exemption=exemption, fault=fault)


def judge(rules: Iterable[AnyRule], graph: Graph, configuration: Configuration) -> Iterator[Finding]:
    """Every rule that is not disabled over every resource of its types."""
    for rule in rules:
        if configuration.level(rule) is not Level.DISABLED:
            for node in graph.of(*rule.types):
                yield find(rule, node, graph, configuration)
