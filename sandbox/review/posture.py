"""What gets safer or less safe: ports, policies, encryption, public access, guards."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.review.graph import Graph, Node
from sandbox.review.properties import differences, shown
from sandbox.review.published import data
from sandbox.review.reach import flows

_DOCUMENTS = ("policy", "assumeRolePolicy", "inlinePolicy", "accessPolicy", "policyDocument")
_REMOVED = "a guard is gone"


@dataclass(frozen=True, kw_only=True)
class Posture:
    """One thing that is safer (`weaker` false) or less safe than before."""

    weaker: bool
    what: str
    where: str
    position: str = ""


def posture(base: Graph, head: Graph) -> list[Posture]:
    """All that moved, the weaker first."""
    found = {*_ports(base, head), *_grants(base, head), *_settings(base, head), *_guards(base, head)}
    return sorted(found, key=lambda each: (not each.weaker, each.what, each.where))


def _ports(base: Graph, head: Graph) -> Iterator[Posture]:
    before, after = ({flow.words: flow for flow in flows(graph)} for graph in (base, head))
    for words in after.keys() - before.keys():
        world = "OPEN TO THE WORLD: " if after[words].world else ""
        yield Posture(weaker=True, what=f"{world}a way is opened", where=words, position=after[words].position)
    for words in before.keys() - after.keys():
        yield Posture(weaker=False, what="a way is closed", where=words)


def _grants(base: Graph, head: Graph) -> Iterator[Posture]:
    for urn, node in head.nodes.items():
        old = _twin(node, base)
        after, before = _allowed(node), _allowed(old) if old else {}
        for grant in after.keys() - before.keys():
            if old is not None or "*" in after[grant]:
                what = "a policy is widened" if old else "a new policy with a wildcard"
                yield Posture(weaker=True, what=what, where=f"{node.label}: {grant}", position=head.nodes[urn].position)
        for grant in before.keys() - after.keys():
            yield Posture(weaker=False, what="a policy is narrowed", where=f"{node.label}: {grant}")


def _settings(base: Graph, head: Graph) -> Iterator[Posture]:
    """Settings with a safe value: encryption, public access, protection; counted ones with a safe direction."""
    for node in head.nodes.values():
        old = _twin(node, base)
        for path, before, after in differences(old.inputs if old else {}, node.inputs):
            rule = data("posture")["settings"].get(path.rpartition(".")[2])
            weaker = None if rule is None else _weaker(rule, before, after, new=old is None)
            if rule is not None and weaker is not None:
                where = f"{node.label}: `{path}` {shown(before)} → {shown(after)}"
                yield Posture(weaker=weaker, what=rule["weaker" if weaker else "safer"], where=where,
                              position=node.position)  # fmt: skip
        if old is not None and old.protect and not node.protect:
            yield Posture(weaker=True, what="Pulumi's protection is lifted", where=node.label, position=node.position)


def _weaker(rule: Mapping[str, Any], before: Any, after: Any, *, new: bool) -> bool | None:
    """True where the change is for the worse, False for the better, None where it is neither."""
    if "safe" in rule:
        safe = [str(value).lower() == str(rule["safe"]).lower() for value in (before, after)]
        if new or safe[0] == safe[1]:
            return True if new and not safe[1] and after is not None else None
        return safe[0]
    if rule.get("more") and all(isinstance(value, int | float) for value in (before, after)):
        return after < before
    if "list" in rule:
        wider = len(after or ()) > len(before or ()) if isinstance(after or [], list) else None
        return None if not (before or after) or (new and not after) else wider
    return None


def _guards(base: Graph, head: Graph) -> Iterator[Posture]:
    """Resources that are there only to guard others."""
    kinds = data("posture")["guards"]
    for node in base.of(*kinds):
        if node.urn not in head.nodes and not any(node.urn in each.aliases for each in head.of(node.type)):
            yield Posture(weaker=True, what=f"{_REMOVED}: {kinds[node.type]}", where=node.label)
    for node in head.of(*kinds):
        if _twin(node, base) is None:
            yield Posture(weaker=False, what=f"a guard is new: {kinds[node.type]}", where=node.label)


def _twin(node: Node, base: Graph) -> Node | None:
    return next((base.nodes[urn] for urn in (node.urn, *node.aliases) if urn in base.nodes), None)


def _allowed(node: Node) -> dict[str, str]:
    """What the documents of a resource allow: a sentence for each action, with the parts that a wildcard may be in."""
    found: dict[str, str] = {}
    for name in _DOCUMENTS:
        for statement in _statements(node.inputs.get(name)):
            if statement.get("Effect") != "Allow":
                continue
            principal = shown(statement.get("Principal", "the role itself"))
            resource, condition = shown(statement.get("Resource", "itself")), statement.get("Condition")
            when = f" if {shown(condition)}" if condition else ""
            for action in _list(statement.get("Action")):
                wild = "*" if action in ("*", "kms:*", "iam:*", "s3:*") or (principal == "*" and not condition) else ""
                found[f"{action} on {resource} for {principal}{when}"] = wild
    return found


def _statements(document: Any) -> list[dict[str, Any]]:
    try:
        read = json.loads(document) if isinstance(document, str) else {}
    except ValueError:
        return []
    return [each for each in _list(read.get("Statement")) if isinstance(each, dict)] if isinstance(read, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
