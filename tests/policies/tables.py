"""The tables of all rules, and what each rule says of each line: `python -m tests.policies.tables` records it anew."""

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from policies.catalogue import all_rules
from policies.graph import Graph
from policies.rule import AnyRule, GraphRule, Rule, Verdict
from tests.policies.case import Case, Change, GraphCase, changed, graph, with_change

RECORDING = Path(__file__).with_name("cases") / "messages.json"
TABLES = sorted(path.stem for path in RECORDING.parent.glob("*.py"))
CASES: list[Case | GraphCase] = [
    case for table in TABLES for case in importlib.import_module(f"tests.policies.cases.{table}").CASES
]
RULES = {rule.id: rule for rule in all_rules()}
_SPECS = {
    module.RULE.id: module.__spec__
    for name, module in list(sys.modules.items())
    if name.startswith("policies.rules.") and hasattr(module, "RULE")
}


def made_anew(rule: str) -> AnyRule:
    """The rule out of its own file once more, so that what it is made of runs here and now."""
    spec = _SPECS[rule]
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RULE


def cases_of(rule: str) -> list[Case | GraphCase]:
    """The tables of one rule, one for each shape of what it looks at."""
    return [case for case in CASES if case.rule == rule]


def verdicts(rule: AnyRule, case: Case | GraphCase, change: Change) -> list[Verdict]:
    """What the rule finds after the change: of a stack both before any id is known and after."""
    parameters = {**rule.defaults(), **case.parameters}
    if isinstance(case, Case):
        assert isinstance(rule, Rule)
        return [rule.judge(changed(case.good, change), parameters)]
    return [over(rule, case, graph(with_change(case.good, change), deployed=deployed)) for deployed in (False, True)]


def over(rule: AnyRule, case: GraphCase, stack: Graph) -> Verdict:
    """What the rule finds of the case's anchor in this stack."""
    assert isinstance(rule, GraphRule)
    anchor = next(node for node in stack.nodes if node.urn.endswith(f"::{case.anchor}"))
    return rule.judge(anchor, stack, {**rule.defaults(), **case.parameters})


def messages(rule: str) -> dict[str, Any]:
    """What the rule says of each violation in its tables."""
    asked = made_anew(rule)
    return {
        f"{case.type if isinstance(case, Case) else case.anchor}: {what}": list(
            dict.fromkeys(verdict.message for verdict in verdicts(asked, case, change))
        )
        for case in cases_of(rule)
        for what, change in case.bad.items()
    }


def recorded() -> dict[str, dict[str, list[str]]]:
    """What each rule was recorded to say."""
    return json.loads(RECORDING.read_text())


def record() -> None:
    """Writes down what each rule says now; to be read before it is committed."""
    RECORDING.write_text(json.dumps({rule: messages(rule) for rule in RULES}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    record()
