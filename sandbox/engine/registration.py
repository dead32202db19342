"""Each resource that the program registers becomes steps: same, create, update or replace."""

import copy
import threading
from collections.abc import Callable

from sandbox.engine.errors import StepError
from sandbox.engine.handlers import Component, Difference, Handler
from sandbox.engine.providers import Providers
from sandbox.engine.replacement import dependents_to_replace
from sandbox.engine.request import Request, deletes_first, earlier_urns, wanted
from sandbox.engine.steps import Steps
from sandbox.engine.watcher import Operation
from sandbox.state.paths import reset
from sandbox.state.properties import Properties, contains, is_unknown, to_struct
from sandbox.state.resource import Resource
from sandbox.state.snapshot import Snapshot
from sandbox.state.urn import PROVIDER_TYPE_PREFIX, StackName, is_provider_type, package_of, provider_urn

Judge = Callable[[Resource, Request], None]


class Registrar:
    """Takes registrations from many threads; a resource whose dependencies failed is skipped.

    `settings(package)` gives the stack's configuration of a package, `judge` raises StepError for what policies refuse.
    """

    def __init__(
        self, stack: StackName, snapshot: Snapshot, providers: Providers, steps: Steps, *,
        settings: Callable[[str], Properties], judge: Judge, complain: Callable[[str, StepError], None],
    ) -> None:  # fmt: skip
        self._stack = stack
        self._snapshot, self._providers, self._steps = snapshot, providers, steps
        self._settings, self._judge, self._complain = settings, judge, complain
        self._olds = {each.urn: each for each in snapshot.resources() if not each.delete}
        self._lock, self._default_lock, self._replace_lock = threading.Lock(), threading.RLock(), threading.Lock()
        self._aliases: dict[str, str] = {}
        self._defaults: dict[tuple[str, str], str] = {}
        self._deleted_early: set[str] = set()
        self.failed: set[str] = set()
        self.news: dict[str, Resource] = {}
        self._seen: set[str] = set()

    def register(self, request: Request) -> Resource | None:
        """The resource as it stands after its steps; None when it failed or was skipped."""
        urn = self.urn_of(request)
        try:
            old = self._claim(urn, request)
            new = wanted(request, urn, self.news.get(request.parent))
            if new.needs() & self.failed:
                self.failed.add(urn)
                return None
            self._settle(request, old, new)
        except StepError as error:
            self.failed.add(urn)
            self._complain(urn, error)
            return None
        self.news[urn] = new
        return new

    def urn_of(self, request: Request) -> str:
        return self._stack.urn(request.type, request.name, parent=request.parent)

    def provider_for(self, package: str, version: str, reference: str) -> str:
        """The reference of the provider to use: the one given, else the package's default one, made at first use."""
        if reference:
            return reference
        with self._default_lock:
            if (package, version) not in self._defaults:
                name = "_".join(["default", *([version.replace(".", "_")] if version else [])])
                config = self._settings(package) | ({"version": version} if version else {})
                made = self.register(
                    Request(type=f"{PROVIDER_TYPE_PREFIX}{package}", name=name, custom=True, object=to_struct(config))
                )
                if made is None:
                    raise StepError(f"the default provider of package '{package}' could not be made")
                self._defaults[package, version] = f"{made.urn}::{made.id}"
            return self._defaults[package, version]

    def _claim(self, urn: str, request: Request) -> Resource | None:
        with self._lock:
            if urn in self._seen:
                raise StepError(f"Duplicate resource URN '{urn}'; try giving it a unique name")
            self._seen.add(urn)
            if urn in self._olds:
                return self._olds[urn]
            for alias in earlier_urns(request, self._stack, self._aliases):
                if alias in self._olds and alias not in self._seen:
                    self._aliases[urn] = alias
                    old = self._olds[urn] = self._olds.pop(alias)
                    self._snapshot.change(old, urn=urn, type=request.type)
                    self._snapshot.rename(alias, urn)
                    return old
            return None

    def _settle(self, request: Request, old: Resource | None, new: Resource) -> None:
        handler = self._handler(request, new)
        goal = new.inputs
        if old is not None and new.urn not in self._deleted_early:
            new.inputs = _ignoring(new, old)
        kept = {} if old is None or old.pending_replacement else old.inputs
        new.inputs = self._checked(handler, new, kept, new.inputs)
        try:
            self._judge(new, request)
        except StepError as violation:
            self._refuse(new, violation)
        if old is None:
            self._steps.create(handler, new)
        elif new.urn in self._deleted_early or old.pending_replacement:
            with self._replace_lock:
                self._recreate(handler, old, new, Difference(changed=True), goal)
        else:
            self._change(request, handler, old, new, goal)

    def _refuse(self, resource: Resource, error: StepError) -> None:
        """Stop at what must not be done; a preview says it and goes on, to show the rest too."""
        if not self._steps.preview:
            raise error
        self._complain(resource.urn, error)

    def _handler(self, request: Request, new: Resource) -> Handler:
        if not request.custom:
            return Component()
        package = package_of(request.type)
        if is_provider_type(request.type):
            return self._providers.configuration(package)
        new.provider = self.provider_for(package, request.version, request.provider)
        return self._providers.get(new.provider)

    def _checked(self, handler: Handler, new: Resource, old: Properties, inputs: Properties) -> Properties:
        if not self._steps.preview and contains(inputs, is_unknown):
            names = ", ".join(sorted(key for key, value in inputs.items() if contains(value, is_unknown)))
            raise StepError(f"inputs of {new.urn} are not known: {names}")
        return handler.check(new.urn, old=old, new=inputs)

    def _change(self, request: Request, handler: Handler, old: Resource, new: Resource, goal: Properties) -> None:
        difference = self._difference(handler, old, new)
        if difference.replace_keys:
            self._replace(request, handler, old, new, difference, goal)
        elif difference.changed or old.init_errors:
            self._steps.update(handler, old, new, difference)
        else:
            self._steps.same(handler, old, new)

    def _difference(self, handler: Handler, old: Resource, new: Resource) -> Difference:
        if self._provider_changed(old, new):
            return Difference(changed=True, replace_keys=("provider",))
        return handler.diff(old, new.inputs, new.ignore_changes)

    def _provider_changed(self, old: Resource, new: Resource) -> bool:
        if old.provider == new.provider:
            return False
        olds = {f"{each.urn}::{each.id}": each for each in (*self._olds.values(), *self._snapshot.resources())}
        before, after = olds.get(old.provider), self.news.get(provider_urn(new.provider))
        if before is None or after is None:
            return True
        handler = self._providers.configuration(package_of(after.type))
        return bool(handler.diff(before, after.inputs, []).replace_keys)

    def _replace(
        self, request: Request, handler: Handler, old: Resource, new: Resource, difference: Difference, goal: Properties
    ) -> None:
        if old.protect and new.protect:
            refusal = StepError(
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `up`"
            )
            self._refuse(new, refusal)
        asked = deletes_first(request)
        if difference.delete_first if asked is None else asked:
            with self._replace_lock:
                self._delete_first(old)
            self._recreate(handler, old, new, difference, goal)
            return
        new.inputs = self._checked(handler, new, {}, goal)
        self._steps.create(handler, new, operation=Operation.CREATE_REPLACEMENT, superseding=old)
        self._steps.replace(new, difference)

    def _recreate(
        self, handler: Handler, old: Resource, new: Resource, difference: Difference, goal: Properties
    ) -> None:
        new.inputs = self._checked(handler, new, {}, goal)
        self._steps.replace(new, difference)
        self._steps.create(handler, new, operation=Operation.CREATE_REPLACEMENT, instead_of=old)

    def _delete_first(self, old: Resource) -> None:
        with self._lock:
            later = [each for each in self._olds.values() if each.urn not in self._seen | self._deleted_early]
            condemned = [*reversed(dependents_to_replace(old, later, self._providers)), old]
            for each in condemned:
                if each is not old and each.protect:
                    raise StepError(
                        f'unable to replace resource "{each.urn}" as part of replacing "{old.urn}" as it is currently '
                        f"marked for protection; lift it with `pulumi state unprotect '{each.urn}'`"
                    )
            self._deleted_early |= {each.urn for each in condemned}
        for each in condemned:
            self._steps.delete(each, operation=Operation.DELETE_REPLACED, comes_back=True)


def _ignoring(new: Resource, old: Resource) -> Properties:
    inputs = copy.deepcopy(new.inputs)
    for path in new.ignore_changes:
        reset(path, old=old.inputs, new=inputs)
    return inputs
