"""Real programs behind resources: their outputs are where the program listens."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.parts.part import Part, PartError
from sandbox.providers.aws.expression import Expression, Text, evaluate
from sandbox.providers.aws.session import Aws
from sandbox.providers.errors import ProviderError
from sandbox.providers.properties import Properties


class Backing(Protocol):
    """What stands behind a type. `document` holds inputs, outputs, `id` and `described`; results are outputs."""

    @property
    def kind(self) -> str:
        """What the coverage page calls it."""
        ...

    def start(self, aws: Aws, document: Properties) -> Properties:
        """Makes it, or gives it its new settings."""
        ...

    def outputs(self, aws: Aws, document: Properties) -> Properties:
        """Where it is now."""
        ...

    def stop(self, aws: Aws, document: Properties) -> None:
        """Removes it and its data; nothing happens where it is gone."""
        ...


@dataclass(frozen=True, kw_only=True)
class PartBacking:
    """A part of its own. Outputs are expressions over the document, `partHost` and `partPort`."""

    kind: str
    name: Text
    preferred_port: int
    shown: Mapping[str, Expression]
    settings: Callable[[Aws, Properties], dict[str, str]] = lambda _aws, _document: {}
    started: Callable[[Aws, Properties, Part], None] = field(default=lambda _aws, _document, _part: None)

    def start(self, aws: Aws, document: Properties) -> Properties:
        """Makes the part, or gives it its new settings."""
        with part_errors():
            name, settings = evaluate(self.name, document), self.settings(aws, document)
            part = aws.parts.create(self.kind, name, preferred_port=self.preferred_port, settings=settings)
            self.started(aws, document, part)
            return self._shown(part, document)

    def outputs(self, aws: Aws, document: Properties) -> Properties:
        """Where the part is now."""
        with part_errors():
            return self._shown(aws.parts.get(evaluate(self.name, document)), document)

    def stop(self, aws: Aws, document: Properties) -> None:
        """Removes the part and its data."""
        with part_errors():
            aws.parts.remove(evaluate(self.name, document))

    def _shown(self, part: Part, document: Properties) -> Properties:
        where = document | {"partHost": part.record.host, "partPort": part.record.port}
        return {name: evaluate(value, where) for name, value in self.shown.items()}


@contextmanager
def part_errors() -> Iterator[None]:
    """A part that fails is a resource that fails."""
    try:
        yield
    except PartError as error:
        raise ProviderError(str(error)) from error
