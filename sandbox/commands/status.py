"""`make status`: the parts and the pods, and how they are."""

from __future__ import annotations

import httpx
from rich.console import Console
from rich.table import Table

from sandbox import base
from sandbox.errors import SandboxError
from sandbox.parts.part import Health, Part
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace

COLOURS = {Health.RUNNING: "green", Health.UNREADY: "yellow", Health.DEAD: "bold red", Health.STOPPED: "dim"}
FINISHED = "Succeeded"
TIMEOUT_SECONDS = 5


def run(workspace: Workspace) -> None:
    """Prints two tables; fails when a part or a pod is not as it should be."""
    parts = Parts(workspace.state).all()
    if not parts:
        raise SandboxError("nothing stands here: `make up` raises the stack")
    health = {part.record.name: part.health() for part in parts}
    console = Console()
    console.print(_parts(parts, health))
    wrong = [f"{name} is {state}" for name, state in health.items() if state is not Health.RUNNING]
    if health.get(base.CLUSTER) is Health.RUNNING:
        pods = _pods(Parts(workspace.state).get(base.CLUSTER))
        console.print(_pod_table(pods))
        wrong += [f"pod {pod['metadata']['name']} is not ready" for pod in pods if not _fine(pod)]
    if wrong:
        raise SandboxError(f"{'; '.join(wrong)}: `make up` brings back what is missing, `make logs` shows why")


def _parts(parts: list[Part], health: dict[str, Health]) -> Table:
    table = Table("part", "kind", "health", "address", "process", title="Parts", title_justify="left")
    for part in parts:
        record = part.record
        state = health[record.name]
        address = f"{record.host}:{record.port}"
        table.add_row(record.name, record.kind, f"[{COLOURS[state]}]{state}[/]", address, str(record.pid or ""))
    return table


def _pods(cluster: Part) -> list[dict]:
    answer = httpx.get(f"{base.url(cluster)}/api/v1/pods", timeout=TIMEOUT_SECONDS, trust_env=False)
    answer.raise_for_status()
    return answer.json()["items"]


def _pod_table(pods: list[dict]) -> Table:
    table = Table("namespace", "pod", "phase", "ready", "restarts", "address", title="Pods", title_justify="left")
    for pod in pods:
        metadata, status = pod["metadata"], pod.get("status", {})
        containers = status.get("containerStatuses", [])
        ready = f"{sum(container['ready'] for container in containers)}/{len(containers)}"
        restarts = str(sum(container.get("restartCount", 0) for container in containers))
        table.add_row(
            metadata["namespace"], metadata["name"], status.get("phase", ""), ready, restarts, status.get("podIP", "")
        )
    return table


def _fine(pod: dict) -> bool:
    status = pod.get("status", {})
    containers = status.get("containerStatuses", [])
    return status.get("phase") == FINISHED or (bool(containers) and all(container["ready"] for container in containers))
