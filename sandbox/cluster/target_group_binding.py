"""TargetGroupBindings: what a Service has behind it, as targets of a load balancer's target group."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.cluster.kinds import SERVICE, TARGET_GROUP_BINDINGS
from sandbox.cluster.service import endpoints
from sandbox.cluster.store import Object, Store
from sandbox.parts.envoy import write_endpoints
from sandbox.parts.part import PartError, read_record

Targets = frozenset[tuple[str, int]]
NOTHING: tuple[Targets, tuple[Path, ...]] = (frozenset(), ())


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
        wanted = {arn: frozenset[tuple[str, int]]() for arn in self._done}
        wanted |= {binding["spec"]["targetGroupARN"]: self._targets(binding) for binding in self._bindings()}
        state = {arn: (targets, self._load_balancers(arn)) for arn, targets in wanted.items()}
        if changed := {arn: each for arn, each in state.items() if self._done.get(arn, NOTHING) != each}:
            self._task = asyncio.create_task(self._apply(changed))

    def _bindings(self) -> list[Object]:
        found = [binding for kind in TARGET_GROUP_BINDINGS for binding in self._store.list(kind)]
        return [binding for binding in found if "deletionTimestamp" not in binding["metadata"]]

    def _targets(self, binding: Object) -> Targets:
        reference = binding["spec"]["serviceRef"]
        service = self._store.get(SERVICE, binding["metadata"]["namespace"], reference["name"])
        return frozenset(endpoints(self._store, service, reference["port"]) if service else ())

    def _load_balancers(self, arn: str) -> tuple[Path, ...]:
        folders = sorted(path.parent for path in self._parts_folder.glob("lb-*/part.json"))
        return tuple(folder for folder in folders if arn in _target_groups(folder))

    async def _apply(self, changed: dict[str, tuple[Targets, tuple[Path, ...]]]) -> None:
        for arn, (targets, folders) in changed.items():
            gone = self._done.get(arn, NOTHING)[0] - targets
            try:
                await asyncio.to_thread(self._register, arn, targets, gone, folders)
            except Exception as error:
                logging.getLogger(__name__).warning("target group %s: %s", arn, error)
                continue
            self._done[arn] = (targets, folders)
            bound = [binding for binding in self._bindings() if binding["spec"]["targetGroupARN"] == arn]
            for binding in bound:
                self._store.set_status(binding, targets=[f"{ip}:{port}" for ip, port in sorted(targets)])
            if not bound:
                del self._done[arn]

    def _register(self, arn: str, targets: Targets, gone: Targets, folders: tuple[Path, ...]) -> None:
        import boto3

        *_, group, _ = arn.split("/")
        for folder in folders:
            write_endpoints(folder, group, sorted(targets))
        session = boto3.Session("local", "local", region_name=arn.split(":")[3])
        elbv2: Any = session.client("elbv2", endpoint_url=self._aws()["AWS_ENDPOINT_URL"])
        if targets:
            elbv2.register_targets(TargetGroupArn=arn, Targets=_descriptions(targets))
        if gone:
            elbv2.deregister_targets(TargetGroupArn=arn, Targets=_descriptions(gone))


def _target_groups(folder: Path) -> str:
    try:
        return read_record(folder).settings.get("target_groups", "")
    except PartError:
        return ""


def _descriptions(targets: Targets) -> list[dict[str, Any]]:
    return [{"Id": ip, "Port": port} for ip, port in sorted(targets)]
