"""What happens to each resource between two graphs: by URN, with the reason of each replacement."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sandbox.review.blank import REFERENCE
from sandbox.review.graph import Graph, Node
from sandbox.review.properties import PropertyChange, differences, shown
from sandbox.review.published import data
from sandbox.review.replacement import forces_replacement
from sandbox.state.paths import covers
from sandbox.state.properties import canonical, is_secret
from sandbox.state.urn import STACK_TYPE

_REPEATED = 4


class Kind(StrEnum):
    """What happens to a resource."""

    DELETE = "delete"
    REPLACE = "replace"
    UPDATE = "update"
    MOVE = "move"
    CREATE = "create"

    @property
    def done(self) -> str:
        """`deleted`, `moved`: what a reader is told."""
        return f"{self.removesuffix('e')}ed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource that is not the same on both sides.

    `earlier` is the URN that an alias joins it to, `because` the resource whose replacement is the reason, `loss` what
    would be lost, `keeper` what stands against that (`protect`, a final snapshot), `note` what the change interrupts.
    """

    kind: Kind
    urn: str
    type: str
    name: str
    position: str
    properties: tuple[PropertyChange, ...] = ()
    earlier: str = ""
    because: str = ""
    loss: str = ""
    keeper: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        return f"{self.type.rpartition(':')[2]} {self.name}"

    @property
    def is_cloud(self) -> bool:
        """True where a cloud or a cluster is told of it."""
        return self.type.startswith(("aws:", "kubernetes:"))


def changes(base: Graph, head: Graph) -> list[Change]:
    """Every resource that differs, the gravest kinds first."""
    earlier = {urn: _earlier(node, base, head) for urn, node in head.nodes.items()}
    moves = {old: new for new, old in earlier.items() if old}
    found = {urn: _change(base.nodes.get(earlier[urn] or urn), node) for urn, node in head.nodes.items()}
    known = {urn: change for urn, change in found.items() if change is not None}
    _spread(known, head)
    gone = base.nodes.keys() - head.nodes.keys() - moves.keys()
    created = [head.nodes[urn] for urn, change in known.items() if change.kind is Kind.CREATE]
    deleted = [_deleted(base.nodes[urn], created) for urn in gone]
    everything = [each for each in (*known.values(), *deleted) if each.type != STACK_TYPE]
    return sorted((_weighed(each, base, head) for each in everything), key=_order)


def repeated(found: list[Change]) -> dict[PropertyChange, int]:
    """Property changes that are the same on many resources (a tag that all inherit), with their number."""
    counts = Counter(each for change in found if change.kind is Kind.UPDATE for each in change.properties)
    return {each: count for each, count in counts.items() if count >= _REPEATED}


def _earlier(node: Node, base: Graph, head: Graph) -> str:
    """The base's URN of a resource that an alias joins to it."""
    if node.urn in base.nodes:
        return ""
    return next((urn for urn in node.aliases if urn in base.nodes and urn not in head.nodes), "")


def _change(old: Node | None, new: Node) -> Change | None:
    if old is None:
        return _plain(Kind.CREATE, new)
    properties = tuple(_properties(old, new))
    forced = any(each.forces for each in properties)
    moved = old.urn if old.urn != new.urn else ""
    if not properties and not moved:
        return None
    kind = Kind.REPLACE if forced else Kind.UPDATE if properties else Kind.MOVE
    same_type = old.type == new.type or bool(moved)
    return replace(_plain(kind if same_type else Kind.REPLACE, new), properties=properties, earlier=moved)


def _properties(old: Node, new: Node) -> Iterator[PropertyChange]:
    for path, before, after in differences(old.inputs, new.inputs):
        if any(covers(ignored, path) for ignored in new.ignore_changes):
            continue
        forces = forces_replacement(new.type, path) or any(covers(each, path) for each in new.replace_on_changes)
        texts = (shown(before), shown(after))
        if texts[0] == texts[1]:
            texts = tuple(f"{text} ({when})" for text, when in zip(texts, ("as it was", "another"), strict=True))
        yield PropertyChange(path=path, before=texts[0], after=texts[1], forces=forces)
    if old.protect != new.protect:
        yield PropertyChange(path="protect", before=shown(old.protect), after=shown(new.protect))
    if old.retain != new.retain:
        yield PropertyChange(path="retain_on_delete", before=shown(old.retain), after=shown(new.retain))


def _spread(found: dict[str, Change], head: Graph) -> None:
    """What refers to a replaced resource changes with it, and is replaced too where that reference is immutable."""
    replaced = [urn for urn, change in found.items() if change.kind is Kind.REPLACE]
    for cause in replaced:
        for node in head.nodes.values():
            change = found.get(node.urn)
            if change is not None and change.kind in (Kind.CREATE, Kind.REPLACE):
                continue
            followed = _follow(node, head.nodes[cause], change)
            if followed is not None:
                found[node.urn] = followed
                if followed.kind is Kind.REPLACE:
                    replaced.append(node.urn)


def _follow(node: Node, cause: Node, change: Change | None) -> Change | None:
    provided = node.provider == cause.urn
    paths = list(_references(node, cause))
    if not provided and not paths:
        return None
    forced = provided or any(forces_replacement(node.type, path) for path in paths)
    known = {each.path for each in change.properties} if change else set()
    follows = tuple(
        PropertyChange(path=path, before=f"[{cause.label}]", after=f"[{cause.label}, the new one]",
                       forces=forces_replacement(node.type, path))
        for path in paths if path not in known
    )  # fmt: skip
    base = change or _plain(Kind.UPDATE, node)
    kind = Kind.REPLACE if forced else Kind.UPDATE
    return replace(base, kind=kind, properties=(*base.properties, *follows), because=base.because or cause.label)


def _references(node: Node, cause: Node) -> Iterator[str]:
    for key, urns in node.property_dependencies.items():
        if cause.urn in urns:
            for path, value in _texts(node.inputs.get(key), key):
                owners = REFERENCE.findall(value)
                if any(re.match(rf"{re.escape(cause.label)}\.", owner) for owner in owners):
                    yield path


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping) and not is_secret(value):
        for key, each in value.items():
            yield from _texts(each, f"{path}.{key}")
    elif isinstance(value, list) and value:
        yield from ((path, text) for each in value for _, text in _texts(each, path))


def _deleted(node: Node, created: list[Node]) -> Change:
    """With the hint that an alias would keep it, where one that is otherwise the same comes up under another name."""
    twins = [
        each.name for each in created if each.type == node.type and canonical(each.inputs) == canonical(node.inputs)
    ]
    hint = f'`aliases=[pulumi.Alias(name="{node.name}")]` on `{twins[0]}` would keep it' if twins else ""
    return replace(_plain(Kind.DELETE, node), note=hint if "`" not in node.name + "".join(twins) else "")


def _plain(kind: Kind, node: Node) -> Change:
    return Change(kind=kind, urn=node.urn, type=node.type, name=node.name, position=node.position)


def _weighed(change: Change, base: Graph, head: Graph) -> Change:
    """With what is lost, what stands against it, and what the change interrupts."""
    node = base.nodes.get(change.earlier or change.urn) or head.nodes.get(change.urn)
    if node is not None and change.kind in (Kind.DELETE, Kind.REPLACE):
        loss = data("stateful").get(change.type, "")
        kept = change.kind is Kind.DELETE and node.retain
        return replace(change, loss="" if kept else loss, keeper=_keeper(node))
    notes = data("interruptions").get(change.type, {})
    told = [notes[each.path] for each in change.properties if each.path in notes]
    return replace(change, note="; ".join(dict.fromkeys(told)))


def _keeper(node: Node) -> str:
    inputs = node.inputs
    against = {
        "it is protected: Pulumi refuses until `protect` is lifted": node.protect,
        "`retain_on_delete`: the old one stays in the cloud, and Pulumi forgets it": node.retain,
        "deletion protection: AWS refuses": inputs.get("deletionProtection") in (True, "ACTIVE"),
        "a final snapshot is taken": inputs.get("skipFinalSnapshot") is False,
        "it has to be empty: AWS refuses otherwise": inputs.get("forceDestroy", inputs.get("forceDelete")) is False,
    }
    return "; ".join(text for text, holds in against.items() if holds)


def _order(change: Change) -> tuple[bool, int, bool, str]:
    return (not change.loss, list(Kind).index(change.kind), not change.is_cloud, change.urn)
