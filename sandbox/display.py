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
from sandbox.engine.watcher import Operation, Violation
from sandbox.review.losses import Loss, keeps_state
from sandbox.state.properties import Properties, is_secret, is_unknown, rewrite, same
from sandbox.state.resource import Resource
from sandbox.state.urn import is_default_provider, name_of, type_of

_LOOKS = {
    Operation.SAME: ("  ", "", "unchanged"),
    Operation.CREATE: ("+ ", "green", "created"),
    Operation.UPDATE: ("~ ", "yellow", "updated"),
    Operation.REPLACE: ("+-", "magenta", "replaced"),
    Operation.DELETE: ("- ", "red", "deleted"),
    Operation.CREATE_REPLACEMENT: ("++", "green", "created replacement"),
    Operation.DELETE_REPLACED: ("--", "red", "deleted original"),
    Operation.REMOVE_PENDING_REPLACE: ("- ", "red", "completed pending delete"),
}
_COUNTED = (Operation.CREATE, Operation.UPDATE, Operation.REPLACE, Operation.DELETE)
_SEVERITIES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
SHOWN_RUNNING = 4


class Display:
    """Shows steps as they end, on a terminal also those that run; then findings, outputs and counts.

    `losses` are those of the latest run.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._lock = threading.RLock()
        self._live: Live | None = None
        self._notice = ""

    def start(self, notice: str, title: str, *, preview: bool) -> None:
        """Begin a run; the notice is shown once, however many runs there are."""
        self._preview, self._began = preview, time.monotonic()
        self._running: dict[int, tuple[str, float, tuple[str, ...]]] = {}
        self._findings: dict[str, list[tuple[str, str]]] = {}
        self._violations: list[Violation] = []
        self.counts: Counter[Operation] = Counter()
        self.steps: list[tuple[Operation, str]] = []
        self.losses: list[Loss] = []
        self.errors = 0
        if notice != self._notice:
            self._console.print(Text(notice, style="dim"))
            self._notice = notice
        self._console.print(Text(f"{title}:\n", style="bold magenta"))
        if self._console.is_terminal:
            self._live = Live(console=self._console, get_renderable=self._status, transient=True)
            self._live.start()

    def started(self, resource: Resource, keys: tuple[str, ...]) -> None:
        label = f"{_short(resource.type)} {name_of(resource.urn)}"
        self._running[id(resource)] = (label, time.monotonic(), keys)

    def finished(self, operation: Operation, resource: Resource, outcome: Operation) -> None:
        with self._lock:
            label, began, keys = self._running.pop(id(resource))
            self.steps.append((operation, resource.urn))
            if is_default_provider(resource.urn):
                return
            self.counts[outcome] += 1
            self._note_loss(operation, resource, keys)
            if outcome is not Operation.SAME:
                how = outcome if self._preview else f"{_LOOKS[outcome][2]} ({time.monotonic() - began:.2f}s)"
                changed = f" [diff: {','.join(f'~{key}' for key in keys)}]" if keys else ""
                self._line(outcome, f"{label} {how}{changed}")

    def _note_loss(self, operation: Operation, resource: Resource, keys: tuple[str, ...]) -> None:
        deleted = operation is Operation.DELETE
        if keeps_state(resource.urn) and (
            operation is Operation.REPLACE or (deleted and not resource.retain_on_delete)
        ):
            self.losses.append(Loss(urn=resource.urn, deleted=deleted, properties=tuple(sorted(keys))))

    def failed(self, operation: Operation, resource: Resource) -> None:
        with self._lock:
            label, _, _ = self._running.pop(id(resource))
            if self._preview:
                self.steps.append((operation, resource.urn))
            self._line(Operation.SAME, f"{label} **{operation} failed**", style="bold red")

    def complain(self, urn: str, error: StepError) -> None:
        """A resource that failed, with everything that is wrong with it."""
        for message in error.messages:
            self.say("error", urn, message)

    def say(self, severity: str, urn: str, message: str) -> None:
        with self._lock:
            self.errors += severity == "error"
            self._findings.setdefault(urn, []).append((severity, message))

    def violated(self, violation: Violation) -> None:
        with self._lock:
            self._violations.append(violation)

    def stop(self) -> None:
        """End the progress of a terminal."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def finish(self, outputs: Properties, before: Properties) -> None:
        """Everything that is said once the last step has ended."""
        self.stop()
        self._print_findings()
        self._print_violations()
        self._print_outputs(outputs, before)
        lines = [self._count(operation) for operation in _COUNTED if self.counts[operation]]
        lines += [f"    {self.counts[Operation.SAME]} unchanged"] if self.counts[Operation.SAME] else []
        lines += [f"    {self.errors} errored"] if self.errors else []
        self._print("\nResources:\n" + "\n".join(lines) if lines else "\nResources: none")
        self._print(f"\nDuration: {time.monotonic() - self._began:.1f}s\n")

    def _count(self, operation: Operation) -> str:
        mark, _, done = _LOOKS[operation]
        return f"    {mark}{self.counts[operation]} {f'to {operation}' if self._preview else done}"

    def _line(self, operation: Operation, text: str, style: str = "") -> None:
        mark, colour, _ = _LOOKS[operation]
        self._console.print(Text.assemble((f" {mark} ", colour), (text, style)))

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))

    def _status(self) -> Text:
        oldest = sorted(list(self._running.values()), key=lambda each: each[1])  # noqa: C414 - other threads change it
        names = [f"{label} ({time.monotonic() - began:.0f}s)" for label, began, _ in oldest[:SHOWN_RUNNING]]
        more = f" and {len(oldest) - SHOWN_RUNNING} more" if len(oldest) > SHOWN_RUNNING else ""
        text = f"@ {len(self.steps)} done, {len(oldest)} running: {', '.join(names)}{more}"
        return Text(text, style="dim", overflow="ellipsis", no_wrap=True)

    def _print_findings(self) -> None:
        if self._findings:
            self._print("\nDiagnostics:", style="bold")
        for urn, findings in self._findings.items():
            self._print(f"  {type_of(urn)} ({name_of(urn)}):" if urn else "  the run:")
            for severity, message in findings:
                body = message.rstrip().replace("\n", "\n    ")
                self._console.print(Text.assemble((f"    {severity}: ", _SEVERITIES[severity]), body))

    def _print_violations(self) -> None:
        if self._violations:
            self._print("\nPolicies:", style="bold")
        for each in sorted(self._violations, key=lambda violation: (not violation.mandatory, violation.policy)):
            level, style = ("mandatory", "bold red") if each.mandatory else ("advisory", "yellow")
            where = f"({type_of(each.urn)}: {name_of(each.urn)})  {each.source}".rstrip()
            self._console.print(Text.assemble((f"    [{level}] ", style), f"{each.pack}  {each.policy}  {where}"))
            self._print("      " + each.message.replace("\n", "\n      "))

    def _print_outputs(self, outputs: Properties, before: Properties) -> None:
        names = sorted({*outputs, *before})
        if names:
            self._print("\nOutputs:", style="bold")
        for name in names:
            mark, value = "  ", outputs.get(name, before.get(name))
            if name not in before or name not in outputs:
                mark = "+ " if name in outputs else "- "
            elif not same(outputs[name], before[name]):
                mark = "~ "
            self._print(f"  {mark}{name.ljust(max(map(len, names)))}: {_shown(value)}")


def _short(type_: str) -> str:
    """`aws:ec2:Vpc` for `aws:ec2/vpc:Vpc`, as Pulumi shows it."""
    package, _, rest = type_.partition(":")
    module, _, name = rest.rpartition(":")
    folder, _, file = module.rpartition("/")
    return f"{package}:{folder}:{name}" if folder and file == name[:1].lower() + name[1:] else type_


def _shown(value: Any) -> str:
    def hide(part: Any) -> Any:
        return "[secret]" if is_secret(part) else "[unknown]" if is_unknown(part) else part

    hidden = rewrite(value, hide)
    return hidden if hidden in ("[secret]", "[unknown]") else json.dumps(hidden, ensure_ascii=False)
