"""Pods: this machine as the node that runs them."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from sandbox.cluster.addresses import Addresses
from sandbox.cluster.container import Container, Launch
from sandbox.cluster.environment import expanded, mounts, relocated, variables
from sandbox.cluster.images import Images, executable
from sandbox.cluster.kinds import POD
from sandbox.cluster.store import Object, Store, now

MARK = "FORTRESS_CLUSTER_FOLDER"
"""In the environment of every process of a pod: what a killed daemon left is found by it."""
STOP_SECONDS = 6
DEFAULT_GRACE_SECONDS = 30
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])


class Node:
    """Starts a runner for every pod object, and ends those that are to go."""

    def __init__(
        self, folder: Path, store: Store, images: Images, addresses: Addresses, aws: Callable[[], dict[str, str]]
    ) -> None:
        """`aws` is what EKS's Pod Identity agent and webhook would add to every container's environment."""
        self._folder, self._store, self._images, self._addresses, self._aws = folder, store, images, addresses, aws
        self._runners: dict[str, Pod] = {}

    def reconcile(self) -> None:
        """Makes the running pods those that are declared."""
        for pod in self._store.list(POD):
            uid = pod["metadata"]["uid"]
            runner = self._runners.get(uid)
            if runner is None and "deletionTimestamp" in pod["metadata"]:
                self._store.remove(pod)
            elif runner is None and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed"):
                self._runners[uid] = Pod(self, pod)
            elif runner is not None and "deletionTimestamp" in pod["metadata"]:
                runner.end(drain=True)
        self._runners = {uid: runner for uid, runner in self._runners.items() if not runner.gone}

    async def stop(self) -> None:
        """Ends every pod at once; the objects stay, and run again at the next start."""
        ends = [runner.end(drain=False) for runner in self._runners.values()]
        if ends:
            await asyncio.wait(ends, timeout=STOP_SECONDS)
        end_leftovers(self._folder)

    def log(self, namespace: str, name: str) -> Path:
        """Where a pod's output goes."""
        return self._folder / "pods" / namespace / f"{name}.log"

    def started(self, pod: Object) -> Object:
        """The pod with an address of its own."""
        taken = {other.get("status", {}).get("podIP") for other in self._store.list(POD)}
        address = pod.get("status", {}).get("podIP") or self._addresses.pod(taken)
        self._store.set_status(pod, phase="Pending", podIP=address, startTime=now())
        return self._store.current(pod) or pod

    def report(self, pod: Object, phase: str, containers: list[Object]) -> None:
        """Writes what became of the pod's containers into its status."""
        ready = bool(containers) and phase == "Running" and all(container["ready"] for container in containers)
        before = next(iter((self._store.current(pod) or pod)["status"].get("conditions", ())), {})
        status = "True" if ready else "False"
        since = before["lastTransitionTime"] if before.get("status") == status else now()
        condition = {"type": "Ready", "status": status, "lastTransitionTime": since}
        self._store.set_status(pod, phase=phase, containerStatuses=containers, conditions=[condition])

    def launch(self, pod: Object, container: Object) -> Launch:
        """How a container of the pod is started; raises `ImageNotFoundError` or `ConfigurationError`."""
        address = pod["status"]["podIP"]
        image = self._images.find(container["image"], address)
        found = mounts(self._store, pod, container, self.log(*_name(pod)).with_suffix("") / "volumes")
        own = variables(self._store, pod, container)
        base = {
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "HOSTNAME": pod["metadata"]["name"],
            **self._aws(),
        }
        environment = base | {name: relocated(value, found) for name, value in own.items()}
        if "/tmp" in found:  # noqa: S108
            environment["TMPDIR"] = str(found["/tmp"])  # noqa: S108
        words = [*container.get("command", ()), *container.get("args", ())]
        command = image.command or [relocated(expanded(word, environment), found) for word in words]
        command = [executable(command[0]), *command[1:]] if command else ["(no command)"]
        probed = container
        if image.port:
            socket = {"tcpSocket": {"port": image.port}}
            probed = {key: socket if key.endswith("Probe") else value for key, value in container.items()}
        return Launch(
            command=command, folder=image.folder, environment={**environment, MARK: str(self._folder)}, probed=probed
        )

    def remove(self, pod: Object) -> None:
        """Takes the object of a pod that has ended out of the store, unless it is only the daemon that stops."""
        current = self._store.current(pod)
        if current and "deletionTimestamp" in current["metadata"]:
            self._store.remove(pod)


class Pod:
    """The runner of one pod."""

    def __init__(self, node: Node, pod: Object) -> None:
        self._node, self._pod = node, node.started(pod)
        self._log = node.log(*_name(pod))
        self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._phase = "Pending"
        self._initial = self._containers("initContainers")
        self._main = self._containers("containers")
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
        self._node.remove(self._pod)

    async def _run(self) -> None:
        policy = self._pod["spec"].get("restartPolicy", "Always")
        for container in self._initial:
            if await container.run("Never" if policy == "Never" else "OnFailure"):
                return self._finish("Failed")
        self._phase = "Running"
        codes = await asyncio.gather(*(container.run(policy) for container in self._main))
        return self._finish("Failed" if any(codes) else "Succeeded")

    def _finish(self, phase: str) -> None:
        if not any(container.ending for container in self._main):
            self._phase = phase
            self._report()
            self.gone = True

    def _containers(self, member: str) -> list[Container]:
        spec = self._pod["spec"]
        grace_seconds = spec.get("terminationGracePeriodSeconds", DEFAULT_GRACE_SECONDS)
        address = self._pod["status"]["podIP"]
        launch, report = (lambda container: self._node.launch(self._pod, container)), self._report
        return [Container(each, grace_seconds, address, self._log, launch, report) for each in spec.get(member, ())]

    def _report(self) -> None:
        started = self._initial if self._phase == "Pending" and self._initial else self._main
        self._node.report(self._pod, self._phase, [container.status for container in started])


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


def _name(pod: Object) -> tuple[str, str]:
    return pod["metadata"]["namespace"], pod["metadata"]["name"]
