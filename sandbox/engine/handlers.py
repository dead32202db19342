"""What carries a resource out: its provider, or the engine itself for components and for providers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from sandbox.state.properties import Properties, same
from sandbox.state.resource import Resource


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a provider says of two sets of inputs; `replace_keys` are those that cannot change in place."""

    changed: bool
    keys: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    delete_first: bool = False


class Handler(ABC):
    """The life of one kind of resource. Every method raises StepError where it fails."""

    @abstractmethod
    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        """The inputs with their defaults."""

    @abstractmethod
    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        """What changed since `old`."""

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Properties]:
        """The id and outputs of what was made."""
        del new, preview
        return "", {}

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Properties:
        """The new outputs."""
        del old, new, preview
        return {}


class Component(Handler):
    """A component has no provider: it is what the program says it is."""

    def check(self, urn: str, *, old: Properties, new: Properties) -> Properties:
        del urn, old
        return new

    def diff(self, old: Resource, inputs: Properties, ignore: list[str]) -> Difference:
        del ignore
        return Difference(changed=not same(old.inputs, inputs))
