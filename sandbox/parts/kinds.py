"""Which class runs which kind of part."""

from sandbox.parts.part import Part

KINDS: dict[str, type[Part]] = {}
