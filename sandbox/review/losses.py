"""What a plan would lose of what the stack keeps; refused unless the stack's configuration asks for it by name.

`pulumi preview --json … | python -m sandbox.review.losses` is that refusal for a pipeline, and that of
changes which are not made where something stands (`sandbox.upgrades`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import upgrades
from sandbox.errors import SandboxError
from sandbox.review.published import data
from sandbox.state.urn import name_of, type_of

PROTECTION_KEY = "fortress:protection"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One resource with state that would be deleted, or replaced because of `properties`."""

    urn: str
    deleted: bool
    properties: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = "deleted: the program has it no more" if self.deleted else f"replaced for {self._reason}"
        return f"{type_of(self.urn)} {name_of(self.urn)} would be {what}; lost: {data('stateful')[type_of(self.urn)]}"

    @property
    def _reason(self) -> str:
        return ", ".join(self.properties) or "what it stands on"


def keeps_state(urn: str) -> bool:
    """Whether something that cannot be made again is lost with the resource."""
    return type_of(urn) in data("stateful")


def losses_of(plan: Mapping[str, Any]) -> list[Loss]:
    """What `pulumi preview --json` says will go."""
    return sorted(_losses(plan.get("steps", ())), key=lambda each: each.urn)


def _losses(steps: Iterable[Mapping[str, Any]]) -> Iterator[Loss]:
    for step in steps:
        urn, operation = step["urn"], step["op"]
        retained = (step.get("oldState") or {}).get("retainOnDelete", False)
        if not keeps_state(urn) or operation not in ("replace", "delete") or (operation == "delete" and retained):
            continue
        reasons = tuple(sorted(step.get("replaceReasons") or ()))
        yield Loss(urn=urn, deleted=operation == "delete", properties=reasons)


def replaceable(configuration: Mapping[str, Any]) -> frozenset[str]:
    """The names that `fortress:protection` lets go, from its object or its JSON."""
    section = configuration.get(PROTECTION_KEY) or {}
    section = json.loads(section) if isinstance(section, str) else section
    return frozenset(section.get("replaceable", ()))


def refuse(losses: Iterable[Loss], allowed: Iterable[str]) -> None:
    """Raises SandboxError with each loss that nobody asked for."""
    asked = set(allowed)
    found = [each for each in losses if name_of(each.urn) not in asked]
    if not found:
        return
    names = sorted({name_of(each.urn) for each in found})
    lines = "".join(f"\n  - {each}" for each in found)
    raise SandboxError(
        f"refused, and nothing was changed: {len(found)} resource(s) that keep state would go:{lines}\n"
        f"Asked for by name so far: {', '.join(sorted(asked)) or 'none'}. To let them go on purpose: "
        f"`make up REPLACE='{' '.join(names)}'` on the local stack; anywhere else add them to "
        f"`fortress:protection` as `replaceable: [{', '.join(names)}]` in Pulumi.<stack>.yaml, and take them out again."
    )


def main() -> int:
    """Judges the plan on standard input; the exit status is 1 where it is refused."""
    try:
        plan = json.load(sys.stdin)
        upgrades.refuse(plan)
        refuse(losses_of(plan), replaceable(plan.get("config") or {}))
    except (SandboxError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
