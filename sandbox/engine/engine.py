"""The built-in stand-in for Pulumi's engine: previews any stack, carries out stack `local`."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.engine.backend import Backend, Checkpoint
from sandbox.engine.deletion import delete_in_order
from sandbox.engine.display import Display
from sandbox.engine.errors import EngineError, StepError
from sandbox.engine.monitor import Log, Monitor
from sandbox.engine.policy import PolicyPack
from sandbox.engine.program import run_program
from sandbox.engine.project import Configuration, Project
from sandbox.engine.properties import Properties, contains, is_unknown
from sandbox.engine.providers import Providers
from sandbox.engine.registration import Registrar
from sandbox.engine.request import Request
from sandbox.engine.snapshot import Snapshot
from sandbox.engine.state import Resource
from sandbox.engine.steps import Operation, Steps
from sandbox.engine.urn import STACK_TYPE, is_provider_type, make_urn, provider_urn

STACK = "local"
NOTICE = "The built-in engine runs, for no pulumi CLI was found on PATH: a stand-in for this machine and for tests."
READ_THREADS = 16


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a run ended: counts and steps by operation, the stack's outputs (secrets marked), whether all went well."""

    succeeded: bool
    counts: Mapping[Operation, int]
    steps: tuple[tuple[Operation, str], ...]
    outputs: Properties


class Engine:
    """One stack of a project. Every method but `preview` refuses any stack but `local`.

    `providers` maps a package (`aws`) to its servicer; `configuration_file` stands for `Pulumi.<stack>.yaml`, and
    `overrides` (`{"fortress:image_digest": …}`) go over it. What is refused before anything changed raises EngineError;
    what failed on the way is in the summary and on the display.
    """

    def __init__(
        self,
        project: Project,
        stack: str,
        backend: Backend,
        providers: Mapping[str, ResourceProviderServicer],
        *,
        policy_pack: Path | None = None,
        display: Display | None = None,
        configuration_file: Path | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        self._project, self._stack, self._backend, self._servicers = project, stack, backend, providers
        self._policy_pack, self._display = policy_pack, display or Display()
        self._configuration_file, self._overrides = configuration_file, overrides

    def preview(self) -> Summary:
        """What `up` would do, policies included; changes nothing."""
        checkpoint = self._load()
        return self._with_program(checkpoint, Snapshot(checkpoint, None), preview=True)

    def up(self) -> Summary:
        """Run the program and make the stack what it says."""
        return self._changing(lambda checkpoint, snapshot: self._with_program(checkpoint, snapshot, preview=False))

    def destroy(self) -> Summary:
        """Delete all that the stack holds."""
        return self._changing(self._destroy)

    def refresh(self) -> Summary:
        """Take over what the providers say of each resource; forget those that are gone."""
        return self._changing(self._refresh)

    def export(self) -> dict[str, Any]:
        """The stack as `pulumi stack export` prints it, secrets sealed."""
        return {"version": 3, "deployment": json.loads(Snapshot(self._load(), None).deployment())}

    def _load(self) -> Checkpoint:
        salt = self._project.salt(self._stack, self._configuration_file)
        return self._backend.load(self._project.name, self._stack, salt=salt)

    def _changing(self, work: Callable[[Checkpoint, Snapshot], Summary]) -> Summary:
        if self._stack != STACK:
            raise EngineError(
                f"the built-in engine changes no stack but '{STACK}', and this is '{self._stack}': it can preview it; "
                "to change it, install the pulumi CLI (https://www.pulumi.com/docs/install/) and use that"
            )
        checkpoint = self._load()
        self._backend.prepare(self._project.name, self._stack)
        snapshot = Snapshot(checkpoint, lambda text: self._backend.write(self._project.name, self._stack, text))
        try:
            return work(checkpoint, snapshot)
        finally:
            snapshot.commit()

    def _start(self, verb: str, checkpoint: Checkpoint, *, preview: bool) -> None:
        self._display.note(NOTICE)
        self._display.start(f"{verb} ({self._stack})", preview=preview)
        if checkpoint.interrupted:
            lines = "".join(f"\n  * {urn}, interrupted while {kind}" for urn, kind in checkpoint.interrupted)
            self._display.say(
                "warning", "", f"an earlier run was interrupted; this one goes on from the recorded state:{lines}"
            )

    def _with_program(self, checkpoint: Checkpoint, snapshot: Snapshot, *, preview: bool) -> Summary:
        configuration = self._project.configuration(
            self._stack, checkpoint.passphrase, file=self._configuration_file, overrides=self._overrides
        )
        old_outputs = _stack_outputs(snapshot)
        with ExitStack() as stack:
            pack = self._pack(stack, configuration, preview=preview)
            self._start("Previewing update" if preview else "Updating", checkpoint, preview=preview)
            providers = Providers(self._servicers, snapshot.resources)
            steps = Steps(snapshot, providers, self._display, preview=preview)
            registrar = self._registrar(snapshot, providers, steps, configuration, pack)
            monitor = Monitor(registrar, providers, snapshot, preview=preview)
            failure = run_program(
                self._project,
                self._stack,
                configuration,
                monitor=monitor,
                engine=Log(self._display.say),
                preview=preview,
            )
            if failure:
                self._display.say("error", self._stack_urn, failure)
            if not self._display.errors:
                self._delete(
                    snapshot, steps, [each for each in snapshot.resources() if each not in registrar.news.values()]
                )
            outputs = self._settle_outputs(snapshot, registrar, monitor.stack_outputs, old_outputs)
            if pack and not self._display.errors and not pack.judge_stack(registrar.news.values(), self._stack_urn):
                self._display.say("error", self._stack_urn, "the stack violates a mandatory policy")
        return self._summary(outputs, old_outputs)

    def _pack(self, stack: ExitStack, configuration: Configuration, *, preview: bool) -> PolicyPack | None:
        if self._policy_pack is None:
            return None
        pack = PolicyPack(
            self._policy_pack, project=self._project.name, stack=self._stack, configuration=configuration,
            preview=preview, report=self._display.violated,
        )  # fmt: skip
        stack.enter_context(pack)
        pack.connect()
        return pack

    def _registrar(
        self,
        snapshot: Snapshot,
        providers: Providers,
        steps: Steps,
        configuration: Configuration,
        pack: PolicyPack | None,
    ) -> Registrar:
        def judge(resource: Resource, request: Request) -> None:
            if pack is not None:
                pack.judge(resource, request, registrar.news.get(provider_urn(resource.provider)))

        registrar = Registrar(
            stack=self._stack, project=self._project.name, snapshot=snapshot, providers=providers, steps=steps,
            settings=configuration.of_package, judge=judge, complain=self._display.complain,
        )  # fmt: skip
        return registrar

    def _settle_outputs(
        self, snapshot: Snapshot, registrar: Registrar, outputs: Properties | None, old: Properties
    ) -> Properties:
        """New outputs replace the old ones; after a failure they only add what is known."""
        if self._display.errors:
            known = {key: value for key, value in (outputs or {}).items() if not contains(value, is_unknown)}
            outputs = {**old, **known}
        stack = registrar.news.get(self._stack_urn)
        if stack is not None:
            snapshot.change(stack, outputs=outputs or {})
        return outputs or {}

    def _destroy(self, checkpoint: Checkpoint, snapshot: Snapshot) -> Summary:
        self._start("Destroying", checkpoint, preview=False)
        old_outputs = _stack_outputs(snapshot)
        providers = Providers(self._servicers, snapshot.resources)
        steps = Steps(snapshot, providers, self._display, preview=False)
        self._delete(snapshot, steps, snapshot.resources())
        return self._summary(_stack_outputs(snapshot), old_outputs)

    def _delete(self, snapshot: Snapshot, steps: Steps, condemned: list[Resource]) -> None:
        del snapshot
        going = {each.urn for each in condemned}

        def delete(resource: Resource) -> bool:
            operation = Operation.DELETE_REPLACED if resource.delete else Operation.DELETE
            if resource.pending_replacement:
                operation = Operation.REMOVE_PENDING_REPLACE
            gone_with = resource.pending_replacement or resource.deleted_with in going
            try:
                steps.delete(resource, operation=operation, gone_with=gone_with)
            except StepError as error:
                self._display.complain(resource.urn, error)
                return False
            return True

        delete_in_order(condemned, delete)

    def _refresh(self, checkpoint: Checkpoint, snapshot: Snapshot) -> Summary:
        self._start("Refreshing", checkpoint, preview=False)
        providers = Providers(self._servicers, snapshot.resources)
        steps = Steps(snapshot, providers, self._display, preview=False)
        managed = [
            each for each in snapshot.resources()
            if each.custom and not is_provider_type(each.type) and not each.pending_replacement
        ]  # fmt: skip

        def refresh(resource: Resource) -> None:
            try:
                steps.refresh(resource)
            except StepError as error:
                self._display.complain(resource.urn, error)

        with ThreadPoolExecutor(max_workers=READ_THREADS, thread_name_prefix="refresh") as pool:
            list(pool.map(refresh, managed))
        snapshot.forget_missing()
        outputs = _stack_outputs(snapshot)
        return self._summary(outputs, outputs)

    def _summary(self, outputs: Properties, old_outputs: Properties) -> Summary:
        self._display.finish(outputs, old_outputs)
        return Summary(
            succeeded=not self._display.errors,
            counts=Counter(self._display.counts),
            steps=tuple(self._display.steps),
            outputs=outputs,
        )

    @property
    def _stack_urn(self) -> str:
        name = f"{self._project.name}-{self._stack}"
        return make_urn(stack=self._stack, project=self._project.name, parent="", type_=STACK_TYPE, name=name)


def _stack_outputs(snapshot: Snapshot) -> Properties:
    return next((each.outputs for each in snapshot.resources() if each.type == STACK_TYPE), {})
