"""Who is told of a run: what a screen, or a test, has to understand."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sandbox.engine.errors import StepError
from sandbox.state.properties import Properties
from sandbox.state.resource import Resource


class Operation(StrEnum):
    """Steps by the names that Pulumi gives them."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    DELETE = "delete"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"
    REFRESH = "refresh"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A policy that a resource (or the stack) breaks; a mandatory one refuses the run.

    `source` is the line of the program, as `path:line`; empty where nobody told.
    """

    policy: str
    pack: str
    urn: str
    mandatory: bool
    message: str
    source: str = ""


class Watcher(Protocol):
    """Is told by many threads; keeps the steps that ended, their count by outcome, and the errors that were said."""

    steps: list[tuple[Operation, str]]
    counts: Counter[Operation]
    errors: int

    def start(self, notice: str, title: str, *, preview: bool) -> None: ...
    def started(self, resource: Resource, keys: tuple[str, ...]) -> None: ...
    def finished(self, operation: Operation, resource: Resource, outcome: Operation) -> None: ...
    def failed(self, operation: Operation, resource: Resource) -> None: ...
    def complain(self, urn: str, error: StepError) -> None: ...
    def say(self, severity: str, urn: str, message: str) -> None: ...
    def violated(self, violation: Violation) -> None: ...
    def stop(self) -> None: ...
    def finish(self, outputs: Properties, before: Properties) -> None: ...
