"""The built-in stand-in for Pulumi's engine: previews any stack, carries out stack `local`."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.engine.backend import Backend, Checkpoint
from sandbox.engine.display import Display
from sandbox.engine.errors import EngineError
from sandbox.engine.policy import PolicyPack
from sandbox.engine.project import Configuration, Project
from sandbox.engine.properties import Properties
from sandbox.engine.run import Run
from sandbox.engine.snapshot import Snapshot
from sandbox.engine.steps import Operation
from sandbox.engine.urn import STACK_TYPE

STACK = "local"
NOTICE = "The built-in engine runs, for no pulumi CLI was found on PATH: a stand-in for this machine and for tests."


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a run ended: counts and steps by operation, the stack's outputs (secrets marked), whether all went well."""

    succeeded: bool
    counts: Mapping[Operation, int]
    steps: tuple[tuple[Operation, str], ...]
    outputs: Properties


@dataclass(frozen=True)
class Engine:
    """One stack of a project. Every command but `preview` refuses any stack but `local`.

    `providers` maps a package (`aws`) to its servicer; `configuration_file` stands for `Pulumi.<stack>.yaml`, and
    `overrides` (`{"fortress:image_digest": …}`) go over it. What is refused before anything changed raises EngineError;
    what failed on the way is in the summary and on the display.
    """

    project: Project
    stack: str
    backend: Backend
    providers: Mapping[str, ResourceProviderServicer]
    policy_pack: Path | None = None
    display: Display | None = None
    configuration_file: Path | None = None
    overrides: Mapping[str, Any] | None = None

    def preview(self) -> Summary:
        """What `up` would do, policies included; changes nothing."""
        checkpoint = self._load()
        return self._run_program("Previewing update", checkpoint, Snapshot(checkpoint, None), preview=True)

    def up(self) -> Summary:
        """Run the program and make the stack what it says."""
        with self._changing() as (checkpoint, snapshot):
            return self._run_program("Updating", checkpoint, snapshot, preview=False)

    def destroy(self) -> Summary:
        """Delete all that the stack holds."""
        with self._changing() as (checkpoint, snapshot):
            display, before = self._start("Destroying", checkpoint, preview=False), _outputs(snapshot)
            Run(snapshot, self.providers, display, preview=False).destroy()
            return _summary(display, _outputs(snapshot), before)

    def refresh(self) -> Summary:
        """Take over what the providers say of each resource; forget those that are gone."""
        with self._changing() as (checkpoint, snapshot):
            display = self._start("Refreshing", checkpoint, preview=False)
            Run(snapshot, self.providers, display, preview=False).refresh()
            return _summary(display, _outputs(snapshot), _outputs(snapshot))

    def export(self) -> dict[str, Any]:
        """The stack as `pulumi stack export` prints it, secrets sealed."""
        return {"version": 3, "deployment": json.loads(Snapshot(self._load(), None).deployment())}

    def _load(self) -> Checkpoint:
        salt = self.project.salt(self.stack, self.configuration_file)
        return self.backend.load(self.project.name, self.stack, salt=salt)

    @contextmanager
    def _changing(self) -> Iterator[tuple[Checkpoint, Snapshot]]:
        if self.stack != STACK:
            raise EngineError(
                f"the built-in engine changes no stack but '{STACK}', and this is '{self.stack}': it can preview it; "
                "to change it, install the pulumi CLI (https://www.pulumi.com/docs/install/) and use that"
            )
        checkpoint = self._load()
        self.backend.prepare(self.project.name, self.stack)
        snapshot = Snapshot(checkpoint, lambda text: self.backend.write(self.project.name, self.stack, text))
        try:
            yield checkpoint, snapshot
        finally:
            snapshot.commit()

    def _run_program(self, title: str, checkpoint: Checkpoint, snapshot: Snapshot, *, preview: bool) -> Summary:
        configuration = self.project.configuration(
            self.stack, checkpoint.passphrase, file=self.configuration_file, overrides=self.overrides
        )
        before = _outputs(snapshot)
        with ExitStack() as stack:
            display = self._start(title, checkpoint, preview=preview)
            stack.callback(display.stop)
            pack = self._pack(configuration, display, preview=preview)
            if pack is not None:
                stack.enter_context(pack)
            run = Run(snapshot, self.providers, display, preview=preview)
            outputs = run.program(self.project, self.stack, configuration, pack)
        return _summary(display, outputs, before)

    def _pack(self, configuration: Configuration, display: Display, *, preview: bool) -> PolicyPack | None:
        if self.policy_pack is None:
            return None
        return PolicyPack(
            self.policy_pack, project=self.project.name, stack=self.stack, configuration=configuration,
            preview=preview, report=display.violated,
        )  # fmt: skip

    def _start(self, title: str, checkpoint: Checkpoint, *, preview: bool) -> Display:
        display = self.display or Display()
        display.note(NOTICE)
        display.start(f"{title} ({self.stack})", preview=preview)
        if checkpoint.interrupted:
            lines = "".join(f"\n  * {urn}, interrupted while {kind}" for urn, kind in checkpoint.interrupted)
            display.say(
                "warning", "", f"an earlier run was interrupted; this one goes on from the recorded state:{lines}"
            )
        return display


def _outputs(snapshot: Snapshot) -> Properties:
    return next((each.outputs for each in snapshot.resources() if each.type == STACK_TYPE), {})


def _summary(display: Display, outputs: Properties, before: Properties) -> Summary:
    display.finish(outputs, before)
    counts, steps = Counter(display.counts), tuple(display.steps)
    return Summary(succeeded=not display.errors, counts=counts, steps=steps, outputs=outputs)
