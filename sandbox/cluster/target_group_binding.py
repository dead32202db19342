"""TargetGroupBindings: what a Service has behind it, as targets of a load balancer's target group."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.cluster.kinds import SERVICE, TARGET_GROUP_BINDINGS
from sandbox.cluster.service import endpoints
from sandbox.cluster.store import Object, Store
from sandbox.parts.part import PartError, read_record

Targets = frozenset[tuple[str, int]]


class TargetGroupBindings:
    """Registers targets in the embedded AWS and writes the endpoints of the load balancer's Envoy."""

    def __init__(self, store: Store, parts_folder: Path, aws: Callable[[], dict[str, str]]) -> None:
        self._store, self._parts_folder, self._aws = store, parts_folder, aws
        self._done: dict[str, tuple[Targets, tuple[Path, ...]]] = {}
        self._task: asyncio.Task[None] | None = None

    def reconcile(self) -> None:
        """Brings the target groups up to date in the background; what fails is tried again."""
        if self._task is not None and not self._task.done():
            return
        wanted = {binding["spec"]["targetGroupARN"]: self._targets(binding) for binding in self._bindings()}
        wanted |= {arn: frozenset() for arn in self._done if arn not in wanted}
        state = {arn: (targets, self._load_balancers(arn)) for arn, targets in wanted.items()}
        changed = {arn: each for arn, each in state.items() if self._done.get(arn, (frozenset(), ())) != each}
        if changed:
            self._task = asyncio.create_task(self._apply(changed))

    def _bindings(self) -> list[Object]:
        found = [binding for kind in TARGET_GROUP_BINDINGS for binding in self._store.list(kind)]
        return [binding for binding in found if "deletionTimestamp" not in binding["metadata"]]

    def _targets(self, binding: Object) -> Targets:
        reference = binding["spec"]["serviceRef"]
        service = self._store.get(SERVICE, binding["metadata"]["namespace"], reference["name"])
        return frozenset(endpoints(self._store, service, reference["port"]) if service else ())

    def _load_balancers(self, arn: str) -> tuple[Path, ...]:
        found = []
        for record_path in sorted(self._parts_folder.glob("lb-*/part.json")):
            try:
                settings = read_record(record_path.parent).settings
            except PartError:
                continue
            if arn in settings.get("target_groups", ""):
                found.append(record_path.parent)
        return tuple(found)

    async def _apply(self, changed: dict[str, tuple[Targets, tuple[Path, ...]]]) -> None:
        for arn, (targets, folders) in changed.items():
            old = self._done.get(arn, (frozenset(), ()))[0]
            try:
                await asyncio.to_thread(self._register, arn, targets, old - targets, folders)
            except Exception as error:
                logging.getLogger(__name__).warning("target group %s: %s", arn, error)
                continue
            if targets:
                self._done[arn] = (targets, folders)
            else:
                self._done.pop(arn, None)
            self._report(arn, targets)

    def _register(self, arn: str, targets: Targets, removed: Targets, folders: tuple[Path, ...]) -> None:
        from sandbox.parts.envoy import write_endpoints

        for folder in folders:
            write_endpoints(folder, arn.split("/")[-2], sorted(targets))
        client = self._client()
        if targets:
            client.register_targets(TargetGroupArn=arn, Targets=_descriptions(targets))
        if removed:
            client.deregister_targets(TargetGroupArn=arn, Targets=_descriptions(removed))

    def _client(self) -> Any:
        import boto3

        aws = self._aws()
        return boto3.client(
            "elbv2",
            endpoint_url=aws["AWS_ENDPOINT_URL"],
            region_name=aws["AWS_REGION"],
            aws_access_key_id=aws["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=aws["AWS_SECRET_ACCESS_KEY"],
        )

    def _report(self, arn: str, targets: Targets) -> None:
        for binding in self._bindings():
            if binding["spec"]["targetGroupARN"] == arn:
                registered = [f"{ip}:{port}" for ip, port in sorted(targets)]
                generation = binding["metadata"]["generation"]
                self._store.set_status(binding, observedGeneration=generation, targets=registered)


def _descriptions(targets: Targets) -> list[dict[str, Any]]:
    return [{"Id": ip, "Port": port} for ip, port in sorted(targets)]
