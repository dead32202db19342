"""One run over a stack: the program's registrations, then deletes; or deletes alone; or reads alone."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from sandbox.engine.deletion import delete_in_order
from sandbox.engine.errors import StepError
from sandbox.engine.monitor import Log, Monitor
from sandbox.engine.policy import PolicyPack
from sandbox.engine.program import run_program
from sandbox.engine.providers import Providers
from sandbox.engine.registration import Registrar
from sandbox.engine.request import Request
from sandbox.engine.steps import Steps
from sandbox.engine.watcher import Operation, Watcher
from sandbox.project import Configuration, Project
from sandbox.state.properties import Properties, contains, is_unknown
from sandbox.state.resource import Resource
from sandbox.state.snapshot import Snapshot
from sandbox.state.urn import StackName, provider_urn

READ_THREADS = 16


class Run:
    """What the commands have in common; each leaves the outcome in the snapshot, and the watcher told."""

    def __init__(
        self, snapshot: Snapshot, servicers: Mapping[str, ResourceProviderServicer], watcher: Watcher, *, preview: bool
    ) -> None:
        self._snapshot, self._watcher, self._preview = snapshot, watcher, preview
        self._providers = Providers(servicers, snapshot.resources)
        self._steps = Steps(snapshot, self._providers, watcher, preview=preview)

    def program(
        self, project: Project, stack: StackName, configuration: Configuration, pack: PolicyPack | None
    ) -> None:
        """Make the stack what the program says, and judge it."""

        def judge(resource: Resource, request: Request) -> None:
            if pack is not None:
                pack.judge(resource, request, registrar.news.get(provider_urn(resource.provider)))

        registrar = Registrar(
            stack, self._snapshot, self._providers, self._steps,
            settings=configuration.of_package, judge=judge, complain=self._watcher.complain,
        )  # fmt: skip
        monitor = Monitor(registrar, self._providers, self._snapshot, preview=self._preview)
        log = Log(self._watcher.say)
        failure = run_program(project, stack.stack, configuration, monitor=monitor, engine=log, preview=self._preview)
        if failure:
            if pack is not None:
                pack.serving()
            self._watcher.say("error", stack.stack_urn, failure)
        if not (failure or registrar.failed):
            standing = {id(each) for each in registrar.news.values()}
            self._delete([each for each in self._snapshot.resources() if id(each) not in standing])
        self._settle_outputs(registrar.news.get(stack.stack_urn), monitor.stack_outputs or {})
        if pack and not self._watcher.errors and not pack.judge_stack(registrar.news, stack.stack_urn):
            self._watcher.say("error", stack.stack_urn, "the stack violates a mandatory policy")

    def destroy(self) -> None:
        """Delete everything."""
        self._delete(self._snapshot.resources())

    def refresh(self) -> None:
        """Take over what the providers read, in parallel."""
        with ThreadPoolExecutor(max_workers=READ_THREADS, thread_name_prefix="refresh") as pool:
            list(pool.map(lambda each: self._carried_out(each, self._steps.refresh), self._snapshot.resources()))
        self._snapshot.forget_missing()

    def _delete(self, condemned: list[Resource]) -> None:
        def delete(resource: Resource) -> None:
            operation = Operation.DELETE_REPLACED if resource.delete else Operation.DELETE
            if resource.pending_replacement:
                operation = Operation.REMOVE_PENDING_REPLACE
            self._steps.delete(resource, operation=operation)

        delete_in_order(condemned, lambda each: self._carried_out(each, delete))

    def _carried_out(self, resource: Resource, step: Callable[[Resource], None]) -> bool:
        try:
            step(resource)
        except StepError as error:
            self._watcher.complain(resource.urn, error)
            return False
        return True

    def _settle_outputs(self, stack: Resource | None, outputs: Properties) -> None:
        """New outputs replace the old ones; after a failure they only add what is known."""
        if stack is None:
            return
        if self._watcher.errors:
            known = {key: value for key, value in outputs.items() if not contains(value, is_unknown)}
            outputs = stack.outputs | known
        self._snapshot.change(stack, outputs=outputs)
