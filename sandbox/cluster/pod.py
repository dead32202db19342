"""Pods: this machine as the node that runs them."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil

from sandbox.cluster import images
from sandbox.cluster.addresses import Addresses
from sandbox.cluster.container import Container, Launch
from sandbox.cluster.environment import expanded, mounts, relocated, variables
from sandbox.cluster.kinds import POD
from sandbox.cluster.pod_template import is_finished
from sandbox.cluster.store import Object, Store, now

MARK = "FORTRESS_CLUSTER_FOLDER"
"""In the environment of every process of a pod: what a killed daemon left is found by it."""
STOP_SECONDS = 6
BASE = {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
}


class Node:
    """Starts a runner for every pod object, and ends those that are to go."""

    def __init__(
        self, state_dir: Path, store: Store, addresses: Addresses, identity: Callable[[], dict[str, str]]
    ) -> None:
        """`identity` is what every container is told about AWS."""
        self._state_dir, self._store, self._addresses, self._identity = state_dir, store, addresses, identity
        self._folder = state_dir / "cluster"
        self._runners: dict[str, Pod] = {}

    def reconcile(self) -> None:
        """Makes the running pods those that are declared."""
        for pod in self._store.list(POD):
            uid, is_leaving = pod["metadata"]["uid"], "deletionTimestamp" in pod["metadata"]
            runner = self._runners.get(uid)
            if runner and is_leaving:
                runner.end(drain=True)
            elif is_leaving:
                self._store.remove(pod)
            elif runner is None and not is_finished(pod):
                self._runners[uid] = Pod(self, self._addressed(pod))
        self._runners = {uid: runner for uid, runner in self._runners.items() if not runner.gone}

    async def stop(self) -> None:
        """Ends every pod at once; the objects stay, and run again at the next start."""
        if ends := [runner.end(drain=False) for runner in self._runners.values()]:
            await asyncio.wait(ends, timeout=STOP_SECONDS)
        end_leftovers(self._folder)

    def log(self, namespace: str, name: str) -> Path:
        """Where a pod's output goes."""
        return self._folder / "pods" / namespace / f"{name}.log"

    def report(self, pod: Object, phase: str, containers: list[Object]) -> None:
        """Writes what became of the pod's containers into its status."""
        current = self._store.current(pod) or pod
        ready = phase == "Running" and all(container["ready"] for container in containers)
        condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": now()}
        before = next(iter(current["status"].get("conditions", ())), condition)
        conditions = [before if before["status"] == condition["status"] else condition]
        self._store.set_status(pod, phase=phase, containerStatuses=containers, conditions=conditions)

    def launch(self, pod: Object, container: Object) -> Launch:
        """How a container of the pod is started; raises `ImageNotFoundError` or `ConfigurationError`."""
        image = images.find(self._state_dir, container["image"], pod["status"]["podIP"])
        found = mounts(self._store, pod, container, self._volumes(pod))
        own = {name: relocated(value, found) for name, value in variables(self._store, pod, container).items()}
        temporary = {"TMPDIR": str(found["/tmp"])} if "/tmp" in found else {}  # noqa: S108
        layered = {"PYTHONPATH": str(image.folder / "fault")} if (image.folder / "fault").is_dir() else {}
        base = {**BASE, **layered, "HOSTNAME": pod["metadata"]["name"], **temporary, **self._identity()}
        environment = {**base, **own, MARK: str(self._folder)}
        words = [*container.get("command", ()), *container.get("args", ())]
        name, *arguments = (
            image.command or [relocated(expanded(word, own), found) for word in words] or ["(no command)"]
        )
        probed = container
        if image.port:
            listens = {"tcpSocket": {"port": image.port}}
            probed = {key: listens if key.endswith("Probe") else value for key, value in container.items()}
        command = [images.executable(name), *arguments]
        return Launch(command=command, folder=image.folder, environment=environment, probed=probed)

    def forget(self, pod: Object) -> None:
        """Takes the object of an ended pod out of the store, unless it is only the daemon that stops."""
        current = self._store.current(pod)
        if current and "deletionTimestamp" in current["metadata"]:
            shutil.rmtree(self._volumes(pod), ignore_errors=True)
            self._store.remove(pod)

    def _volumes(self, pod: Object) -> Path:
        return self.log(pod["metadata"]["namespace"], pod["metadata"]["name"]).with_suffix("")

    def _addressed(self, pod: Object) -> Object:
        taken = {other.get("status", {}).get("podIP") for other in self._store.list(POD)}
        address = pod.get("status", {}).get("podIP") or self._addresses.pod(taken)
        self._store.set_status(pod, phase="Pending", podIP=address, startTime=now())
        return self._store.current(pod) or pod


class Pod:
    """The runner of one pod."""

    def __init__(self, node: Node, pod: Object) -> None:
        self._node, self._pod, self._phase = node, pod, "Pending"
        self._log = node.log(pod["metadata"]["namespace"], pod["metadata"]["name"])
        self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._initial = self._containers("initContainers")
        self._main = self._containers("containers")
        self._shown = self._initial or self._main
        self._running = asyncio.create_task(self._run())
        self._ending: asyncio.Task[None] | None = None
        self.gone = False

    def end(self, *, drain: bool) -> asyncio.Task[None]:
        """Ends the pod's containers, in parallel; returns the task that does."""
        if self._ending is None or not drain:
            self._ending = asyncio.create_task(self._end(drain=drain))
        return self._ending

    async def _end(self, *, drain: bool) -> None:
        await asyncio.gather(*(container.end(drain=drain) for container in (*self._initial, *self._main)))
        self._running.cancel()
        self.gone = True
        self._node.forget(self._pod)

    async def _run(self) -> None:
        policy = self._pod["spec"].get("restartPolicy", "Always")
        failed = False
        for container in self._initial:
            failed = failed or bool(await container.run("Never" if policy == "Never" else "OnFailure"))
        if not failed:
            self._phase, self._shown = "Running", self._main
            failed = any(await asyncio.gather(*(container.run(policy) for container in self._main)))
        if not any(container.ending for container in self._main):
            self._phase, self.gone = "Failed" if failed else "Succeeded", True
            self._report()

    def _containers(self, member: str) -> list[Container]:
        specs, launch = self._pod["spec"].get(member, ()), self._node.launch
        return [Container(self._pod, each, self._log, partial(launch, self._pod, each), self._report) for each in specs]

    def _report(self) -> None:
        self._node.report(self._pod, self._phase, [container.status for container in self._shown])


def end_leftovers(folder: Path) -> None:
    """Kills every process of this cluster's pods, whoever started it."""
    left = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(folder):
                process.kill()
                left.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    psutil.wait_procs(left, timeout=5)
