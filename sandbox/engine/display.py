"""A run on the screen, in the words and marks of Pulumi's own display."""

import json
import threading
import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from sandbox.engine.errors import StepError
from sandbox.engine.policy import Violation
from sandbox.engine.properties import Properties, is_secret, is_unknown, rewrite, same
from sandbox.engine.state import Resource
from sandbox.engine.steps import Operation
from sandbox.engine.urn import STACK_TYPE, is_default_provider, name_of, type_of

_MARKS = {
    Operation.SAME: ("  ", ""),
    Operation.CREATE: ("+ ", "green"),
    Operation.UPDATE: ("~ ", "yellow"),
    Operation.REPLACE: ("+-", "magenta"),
    Operation.CREATE_REPLACEMENT: ("++", "green"),
    Operation.DELETE_REPLACED: ("--", "red"),
    Operation.DELETE: ("- ", "red"),
    Operation.REMOVE_PENDING_REPLACE: ("- ", "red"),
}
_DONE = {
    Operation.CREATE: "created",
    Operation.UPDATE: "updated",
    Operation.REPLACE: "replaced",
    Operation.CREATE_REPLACEMENT: "created replacement",
    Operation.DELETE_REPLACED: "deleted original",
    Operation.DELETE: "deleted",
    Operation.REMOVE_PENDING_REPLACE: "completed pending delete",
}
_COUNTED = (Operation.CREATE, Operation.UPDATE, Operation.REPLACE, Operation.DELETE)
SEVERITIES = {"error": "bold red", "warning": "yellow", "info": "cyan"}


class Display:
    """Shows steps as they end, on a terminal also those that run; then findings, outputs and counts."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._lock = threading.RLock()
        self._live: Live | None = None
        self.start("", preview=False)

    def start(self, title: str, *, preview: bool) -> None:
        self._preview = preview
        self._began = time.monotonic()
        self._running: dict[int, tuple[str, float, tuple[str, ...]]] = {}
        self.counts: Counter[Operation] = Counter()
        self.steps: list[tuple[Operation, str]] = []
        self.errors = 0
        self._findings: list[tuple[str, str, str]] = []
        self._violations: list[Violation] = []
        if title:
            self._console.print(Text(f"{title}:\n", style="bold magenta"))
            if self._console.is_terminal:
                self._live = Live(console=self._console, get_renderable=self._status, transient=True)
                self._live.start()

    def note(self, text: str) -> None:
        self._console.print(Text(text, style="dim"))

    def started(self, resource: Resource, keys: tuple[str, ...]) -> None:
        with self._lock:
            self._running[id(resource)] = (_label(resource), time.monotonic(), keys)

    def finished(self, operation: Operation, resource: Resource, outcome: Operation) -> None:
        with self._lock:
            label, began, keys = self._running.pop(id(resource))
            self.steps.append((operation, resource.urn))
            if is_default_provider(resource.urn):
                return
            self.counts[outcome] += 1
            if outcome is not Operation.SAME:
                took = "" if self._preview else f" ({time.monotonic() - began:.2f}s)"
                changed = f" [diff: {','.join(f'~{key}' for key in keys)}]" if keys else ""
                self._line(outcome, f"{label} {self._word(outcome)}{took}{changed}")

    def failed(self, operation: Operation, resource: Resource, error: StepError) -> None:
        del error
        with self._lock:
            label, _, _ = self._running.pop(id(resource))
            if self._preview:
                self.steps.append((operation, resource.urn))
            self._line(operation, f"{label} **{operation} failed**", style="bold red")

    def complain(self, urn: str, error: StepError) -> None:
        """A resource that failed, with everything that is wrong with it."""
        for message in error.messages:
            self.say("error", urn, message)

    def say(self, severity: str, urn: str, message: str) -> None:
        with self._lock:
            self.errors += severity == "error"
            self._findings.append((severity, urn, message))

    def violated(self, violation: Violation) -> None:
        with self._lock:
            self._violations.append(violation)

    def finish(self, outputs: Properties, old_outputs: Properties) -> None:
        """Everything that is said once the last step has ended."""
        self.stop()
        self._print_findings()
        self._print_violations()
        self._print_outputs(outputs, old_outputs)
        lines = [
            f"    {_MARKS[operation][0]}{self.counts[operation]} {self._count_word(operation)}"
            for operation in _COUNTED if self.counts[operation]
        ]  # fmt: skip
        lines += [f"    {self.counts[Operation.SAME]} unchanged"] if self.counts[Operation.SAME] else []
        lines += [f"    {self.errors} errored"] if self.errors else []
        self._console.print(Text("\nResources:\n" + "\n".join(lines) if lines else "\nResources: none"))
        self._console.print(Text(f"\nDuration: {time.monotonic() - self._began:.1f}s\n"))

    def stop(self) -> None:
        """End the progress of a terminal."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _word(self, operation: Operation) -> str:
        return operation.value if self._preview else _DONE.get(operation, operation.value)

    def _count_word(self, operation: Operation) -> str:
        return f"to {operation}" if self._preview else _DONE[operation]

    def _line(self, operation: Operation, text: str, style: str | None = None) -> None:
        mark, colour = _MARKS[operation]
        self._console.print(Text(f" {mark} ", style=colour) + Text(text, style=style or ""))

    def _status(self) -> Text:
        with self._lock:
            now = time.monotonic()
            slow = sorted(self._running.values(), key=lambda each: each[1])
            names = ", ".join(f"{label} ({now - began:.0f}s)" for label, began, _ in slow[:4])
            more = f" and {len(slow) - 4} more" if len(slow) > 4 else ""
            return Text(
                f"@ {len(self.steps)} done, {len(slow)} running: {names}{more}", style="dim", overflow="ellipsis"
            )

    def _print_findings(self) -> None:
        by_urn: dict[str, list[tuple[str, str]]] = {}
        for severity, urn, message in self._findings:
            by_urn.setdefault(urn, []).append((severity, message))
        if by_urn:
            self._console.print(Text("\nDiagnostics:", style="bold"))
        for urn, findings in by_urn.items():
            self._console.print(Text(f"  {type_of(urn)} ({name_of(urn)}):" if urn else "  the run:"))
            for severity, message in findings:
                body = message.replace("\n", "\n    ")
                self._console.print(Text(f"    {severity}: ", style=SEVERITIES[severity]) + Text(body))

    def _print_violations(self) -> None:
        if self._violations:
            self._console.print(Text("\nPolicies:", style="bold"))
        for each in sorted(self._violations, key=lambda violation: (not violation.mandatory, violation.policy)):
            level, style = ("[mandatory]", "bold red") if each.mandatory else ("[advisory]", "yellow")
            where = f"({type_of(each.urn)}: {name_of(each.urn)})"
            self._console.print(Text(f"    {level} ", style=style) + Text(f"{each.pack}  {each.policy}  {where}"))
            self._console.print(Text("      " + each.message.replace("\n", "\n      ")))

    def _print_outputs(self, outputs: Properties, old: Properties) -> None:
        names = sorted({*outputs, *old})
        if names:
            self._console.print(Text("\nOutputs:", style="bold"))
        width = max(map(len, names), default=0)
        for name in names:
            mark, value = "  ", outputs.get(name, old.get(name))
            if name not in old or name not in outputs:
                mark = "+ " if name in outputs else "- "
            elif not same(outputs[name], old[name]):
                mark = "~ "
            self._console.print(Text(f"  {mark}{name.ljust(width)}: {_shown(value)}"))


def _label(resource: Resource) -> str:
    kind = resource.type if resource.type == STACK_TYPE else _short(resource.type)
    return f"{kind} {name_of(resource.urn)}"


def _short(type_: str) -> str:
    """`aws:ec2:Vpc` for `aws:ec2/vpc:Vpc`, as Pulumi shows it."""
    package, _, rest = type_.partition(":")
    module, _, name = rest.rpartition(":")
    return (
        f"{package}:{module.partition('/')[0]}:{name}"
        if name[:1].lower() + name[1:] == module.rpartition("/")[2]
        else type_
    )


def _shown(value: Any) -> str:
    def hide(part: Any) -> Any:
        return "[secret]" if is_secret(part) else "[unknown]" if is_unknown(part) else part

    hidden = rewrite(value, hide)
    return hidden if hidden in ("[secret]", "[unknown]") else json.dumps(hidden, ensure_ascii=False)
