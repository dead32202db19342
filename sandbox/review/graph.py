"""What one revision of the program asks for: resources by URN, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from sandbox.state.urn import STACK_TYPE, is_provider_type


@dataclass(frozen=True, kw_only=True)
class Node:
    """One resource. `position` is `file:line` of the program; `aliases` are URNs that it may have had before."""

    urn: str
    type: str
    name: str
    custom: bool
    inputs: Mapping[str, Any] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    parent: str = ""
    protect: bool = False
    retain: bool = False
    aliases: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    position: str = ""

    @property
    def label(self) -> str:
        """`Instance database`: how a person would call it."""
        return f"{self.type.rpartition(':')[2]} {self.name}"

    @property
    def is_cloud(self) -> bool:
        """True where something in a cloud or cluster stands behind it: no component, provider or stack."""
        return self.custom and not is_provider_type(self.type) and self.type != STACK_TYPE


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A policy that a resource (or the stack) breaks."""

    policy: str
    urn: str
    mandatory: bool
    message: str


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A stack at one revision. `failure` says why there is none; `notes` what a reader has to know of how it was made.

    `findings` are by the policy pack of the reviewed side, `findings_before` by that of the base, where they differ.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    findings_before: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""

    def of(self, *types: str) -> list[Node]:
        """The resources of these types."""
        return [node for node in self.nodes.values() if node.type in types]


GRAPH = TypeAdapter(Graph)
