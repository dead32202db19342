"""Carrying out one step on one resource, with the state and the screen kept up to date."""

import contextlib
from collections.abc import Iterator

from sandbox.engine.errors import StepError
from sandbox.engine.handlers import Difference, Handler
from sandbox.engine.providers import Configuration, Provider, Providers
from sandbox.engine.watcher import Operation, Watcher
from sandbox.providers.errors import InitializationFailed
from sandbox.state.properties import Properties, is_secret, same, secret
from sandbox.state.resource import Resource, now
from sandbox.state.snapshot import Pending, Snapshot
from sandbox.state.urn import is_provider_type


class Steps:
    """The steps of one run. Each raises StepError when it fails, with the state as the failure left it."""

    def __init__(self, snapshot: Snapshot, providers: Providers, watcher: Watcher, *, preview: bool) -> None:
        self.preview = preview
        self._snapshot = snapshot
        self._providers = providers
        self._watcher = watcher

    def same(self, handler: Handler, old: Resource, new: Resource) -> None:
        with self._shown(Operation.SAME, new):
            if isinstance(handler, Configuration):
                handler.configure(old)
            new.id, new.outputs, new.other = old.id, _marked(new, old.outputs), old.other
            new.created, new.modified = old.created, old.modified
            self._snapshot.settle(new, instead_of=old)

    def create(
        self,
        handler: Handler,
        new: Resource,
        *,
        operation: Operation = Operation.CREATE,
        instead_of: Resource | None = None,
        superseding: Resource | None = None,
    ) -> None:
        """Make `new`: `instead_of` an earlier state that is gone already, or `superseding` one to delete later."""
        with self._shown(operation, new), self._underway(handler, Pending.CREATING, new):
            try:
                new.id, outputs = handler.create(new, preview=self.preview)
            except InitializationFailed as failure:
                new.created = now()
                self._supersede(superseding)
                self._incomplete(new, failure, instead_of)
            else:
                new.created = new.modified = now()
                new.outputs = _marked(new, outputs)
                self._supersede(superseding)
                self._snapshot.settle(new, instead_of=instead_of)

    def update(self, handler: Handler, old: Resource, new: Resource, difference: Difference) -> None:
        new.id, new.created, new.other = old.id, old.created, old.other
        with (
            self._shown(Operation.UPDATE, new, difference.keys),
            self._underway(handler, Pending.UPDATING, new),
        ):
            try:
                outputs = handler.update(old, new, preview=self.preview)
            except InitializationFailed as failure:
                self._incomplete(new, failure, old)
            else:
                new.modified = now()
                new.outputs = _marked(new, outputs)
                self._snapshot.settle(new, instead_of=old)

    def replace(self, new: Resource, difference: Difference) -> None:
        """The logical step between the two that really happen."""
        with self._shown(Operation.REPLACE, new, difference.replace_keys):
            pass

    def delete(self, resource: Resource, *, operation: Operation, comes_back: bool = False) -> None:
        """Delete `resource`, really unless it is retained or gone already; `comes_back` keeps its record."""
        with self._shown(operation, resource):
            if resource.protect and operation is Operation.DELETE:
                raise StepError(
                    f'resource "{resource.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
                    "remove the `protect` flag from the resource in your Pulumi program and run `up`, or use the "
                    f"command:\n`pulumi state unprotect '{resource.urn}'`"
                )
            managed = resource.custom and not is_provider_type(resource.type)
            if self.preview or resource.pending_replacement or resource.retain_on_delete or not managed:
                self._forget(resource, comes_back=comes_back)
                return
            provider = self._providers.get(resource.provider)
            with self._snapshot.pending(Pending.DELETING, resource):
                provider.delete(resource)
                self._forget(resource, comes_back=comes_back)

    def refresh(self, resource: Resource) -> None:
        """Record what the provider reads; a resource that is gone is dropped, and one that changed is an update."""
        with self._shown(Operation.REFRESH, resource) as outcome:
            outcome.append(self._refreshed(resource))

    def _refreshed(self, resource: Resource) -> Operation:
        if not resource.custom or is_provider_type(resource.type):
            return Operation.SAME
        found = self._providers.get(resource.provider).read(resource)
        if found is None:
            self._snapshot.drop(resource)
            return Operation.DELETE
        inputs, outputs = found[0], _marked(resource, found[1])
        if same(inputs, resource.inputs) and same(outputs, resource.outputs):
            return Operation.SAME
        self._snapshot.change(resource, inputs=inputs, outputs=outputs, init_errors=[], modified=now())
        return Operation.UPDATE

    def _forget(self, resource: Resource, *, comes_back: bool) -> None:
        if comes_back:
            self._snapshot.change(resource, pending_replacement=True)
        else:
            self._snapshot.drop(resource)

    def _supersede(self, old: Resource | None) -> None:
        if old is not None:
            self._snapshot.change(old, delete=True)

    def _incomplete(self, new: Resource, failure: InitializationFailed, instead_of: Resource | None) -> None:
        new.id, new.outputs, new.init_errors = failure.id, _marked(new, failure.outputs), list(failure.reasons)
        new.modified = now()
        self._snapshot.settle(new, instead_of=instead_of)
        raise StepError(f"resource {new.urn} was created or updated, but is not ready: {failure}") from failure

    def _underway(self, handler: Handler, kind: Pending, resource: Resource) -> contextlib.AbstractContextManager[None]:
        if self.preview or not isinstance(handler, Provider):
            return contextlib.nullcontext()
        return self._snapshot.pending(kind, resource)

    @contextlib.contextmanager
    def _shown(self, operation: Operation, resource: Resource, keys: tuple[str, ...] = ()) -> Iterator[list[Operation]]:
        outcome = [operation]
        self._watcher.started(resource, keys)
        try:
            yield outcome
        except StepError:
            self._watcher.failed(operation, resource)
            raise
        self._watcher.finished(operation, resource, outcome[-1])


def _marked(resource: Resource, outputs: Properties) -> Properties:
    """Outputs with those secret that the program calls so, and those that came in as secrets."""
    hidden = {
        key for key in outputs if key in resource.additional_secret_outputs or is_secret(resource.inputs.get(key))
    }
    return {key: secret(value) if key in hidden else value for key, value in outputs.items()}
