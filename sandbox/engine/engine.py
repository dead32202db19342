"""The built-in stand-in for Pulumi's engine: previews any stack, carries out stack `local`."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.engine.policy import PolicyPack
from sandbox.engine.run import Run
from sandbox.engine.watcher import Operation, Watcher
from sandbox.errors import SandboxError
from sandbox.project import Project
from sandbox.state.backend import Backend, Checkpoint
from sandbox.state.properties import Properties, same
from sandbox.state.snapshot import Snapshot
from sandbox.state.urn import STACK_TYPE, StackName

STACK = "local"
NOTICE = "The built-in engine runs: a stand-in where there is no pulumi CLI on PATH, and for tests."


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a run ended. `changed` is true when any step was not `same`, or an output of the stack is another."""

    succeeded: bool
    changed: bool
    counts: Mapping[Operation, int]
    steps: tuple[tuple[Operation, str], ...]
    outputs: Properties


@dataclass(frozen=True)
class Engine:
    """One stack of a project. Every command but `preview` refuses any stack but `local`.

    `providers` maps a package (`aws`) to its servicer; `configuration_file` stands for `Pulumi.<stack>.yaml`, and
    `overrides` (`{"fortress:image_digest": …}`) go over it. What is refused before anything changed raises
    SandboxError; what failed on the way is in the summary, and the watcher was told.
    """

    project: Project
    stack: str
    backend: Backend
    providers: Mapping[str, ResourceProviderServicer]
    watcher: Watcher
    policy_pack: Path | None = None
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
        with self._changing() as (checkpoint, snapshot), self._shown("Destroying", checkpoint):
            before = _outputs(snapshot)
            Run(snapshot, self.providers, self.watcher, preview=False).destroy()
            return self._summary(_outputs(snapshot), before)

    def refresh(self) -> Summary:
        """Take over what the providers say of each resource; forget those that are gone."""
        with self._changing() as (checkpoint, snapshot), self._shown("Refreshing", checkpoint):
            Run(snapshot, self.providers, self.watcher, preview=False).refresh()
            return self._summary(_outputs(snapshot), _outputs(snapshot))

    def export(self) -> dict[str, Any]:
        """The stack as `pulumi stack export` prints it, secrets sealed."""
        return {"version": 3, "deployment": json.loads(Snapshot(self._load(), None).deployment())}

    def _load(self) -> Checkpoint:
        salt = self.project.salt(self.stack, self.configuration_file)
        return self.backend.load(self.project.name, self.stack, salt=salt)

    @contextmanager
    def _changing(self) -> Iterator[tuple[Checkpoint, Snapshot]]:
        if self.stack != STACK:
            raise SandboxError(
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
        name = StackName(project=self.project.name, stack=self.stack)
        before = _outputs(snapshot)
        with self._shown(title, checkpoint, preview=preview), ExitStack() as stack:
            pack = None
            if self.policy_pack is not None:
                pack = PolicyPack(
                    self.policy_pack, name=name, configuration=configuration, preview=preview,
                    report=self.watcher.violated,
                )  # fmt: skip
                stack.enter_context(pack)
            Run(snapshot, self.providers, self.watcher, preview=preview).program(
                self.project, name, configuration, pack
            )
            return self._summary(_outputs(snapshot), before)

    @contextmanager
    def _shown(self, title: str, checkpoint: Checkpoint, *, preview: bool = False) -> Iterator[None]:
        self.watcher.start(NOTICE, f"{title} ({self.stack})", preview=preview)
        if checkpoint.interrupted:
            lines = "".join(f"\n  * {urn}, interrupted while {kind}" for urn, kind in checkpoint.interrupted)
            say = f"an earlier run was interrupted; this one goes on from the recorded state:{lines}"
            self.watcher.say("warning", "", say)
        try:
            yield
        finally:
            self.watcher.stop()

    def _summary(self, outputs: Properties, before: Properties) -> Summary:
        self.watcher.finish(outputs, before)
        steps = tuple(self.watcher.steps)
        return Summary(
            succeeded=not self.watcher.errors,
            changed=any(operation is not Operation.SAME for operation, _ in steps) or not same(outputs, before),
            counts=Counter(self.watcher.counts),
            steps=steps,
            outputs=outputs,
        )


def _outputs(snapshot: Snapshot) -> Properties:
    return next((each.outputs for each in snapshot.resources() if each.type == STACK_TYPE), {})
