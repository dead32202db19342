"""One container as a process: started, watched, restarted, ended."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cluster import probes
from sandbox.cluster.environment import ConfigurationError
from sandbox.cluster.images import ImageNotFoundError
from sandbox.cluster.store import Object, now

FIRST_BACK_OFF_SECONDS, LONGEST_BACK_OFF_SECONDS = 1, 30
"""The kubelet starts at 10 s and goes to 300 s; a laptop's user waits for it."""
STABLE_AFTER_SECONDS = 60
DRAIN_SECONDS = 4
"""From out of the endpoints to SIGTERM where the container says no preStop: 1 s was measured to lose requests."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How a container is started: command and working folder, the whole environment, and the probes to run."""

    command: list[str]
    folder: Path
    environment: dict[str, str]
    probed: Object


class Container:
    """Runs one container of a pod and reports its `containerStatuses` entry after each change."""

    def __init__(
        self,
        spec: Object,
        grace_seconds: float,
        address: str,
        log: Path,
        launch: Callable[[Object], Launch],
        report: Callable[[], None],
    ) -> None:
        self._spec, self._grace_seconds, self._address, self._log = spec, grace_seconds, address, log
        self._launch, self._report = launch, report
        self._process: asyncio.subprocess.Process | None = None
        self.ending = False
        self.status: Object = {
            "name": spec["name"],
            "image": spec["image"],
            "ready": False,
            "started": False,
            "restartCount": 0,
            "state": {"waiting": {"reason": "ContainerCreating"}},
        }

    async def run(self, restart_policy: str) -> int:
        """Runs the container until its policy says that it is finished; returns the last exit code."""
        back_off = 0
        while True:
            started = time.monotonic()
            code = await self._run_once()
            if code is not None and (restart_policy == "Never" or (restart_policy == "OnFailure" and code == 0)):
                return code
            if self.ending:
                return code or 0
            back_off = 0 if time.monotonic() - started > STABLE_AFTER_SECONDS else back_off
            if code is not None and back_off:
                message = f"back-off {back_off} s restarting failed container {self._spec['name']}"
                self._set(
                    lastState=self.status["state"],
                    state={"waiting": {"reason": "CrashLoopBackOff", "message": message}},
                )
            await asyncio.sleep(back_off)
            back_off = min(back_off * 2 or FIRST_BACK_OFF_SECONDS, LONGEST_BACK_OFF_SECONDS)
            if code is not None:
                self._set(restartCount=self.status["restartCount"] + 1)

    async def end(self, *, drain: bool) -> None:
        """Ends the process: drained, asked, and after the grace period killed."""
        self.ending = True
        self._set(ready=False)
        if self._process is None:
            return
        grace_end = time.monotonic() + self._grace_seconds
        if drain:
            await asyncio.sleep(min(self._drain_seconds(), self._grace_seconds))
        await self._terminate(max(grace_end - time.monotonic(), 1))

    def _drain_seconds(self) -> float:
        pre_stop = self._spec.get("lifecycle", {}).get("preStop", {})
        if "sleep" in pre_stop:
            return pre_stop["sleep"]["seconds"]
        served = self._spec.get("ports") or "readinessProbe" in self._spec
        return DRAIN_SECONDS if served else 0

    async def _run_once(self) -> int | None:
        try:
            launch = self._launch(self._spec)
            with self._log.open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *launch.command,
                    cwd=launch.folder,
                    env=launch.environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except (ImageNotFoundError, ConfigurationError, OSError) as error:
            reasons = {ImageNotFoundError: "ErrImagePull", ConfigurationError: "CreateContainerConfigError"}
            reason = reasons.get(type(error), "RunContainerError")
            self._set(state={"waiting": {"reason": reason, "message": str(error)}})
            return None
        self._process = process
        self._set(state={"running": {"startedAt": now()}}, started=True, containerID=f"process://{process.pid}")
        unhealthy = await self._until_exit(process, launch)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self._process = None
        code = await process.wait()
        code = code if code >= 0 else 128 - code
        ended = {
            "exitCode": code,
            "reason": "Error" if code else "Completed",
            "message": unhealthy,
            "finishedAt": now(),
        }
        self._set(ready=False, started=False, state={"terminated": ended})
        return code

    async def _until_exit(self, process: asyncio.subprocess.Process, launch: Launch) -> str:
        watching = asyncio.create_task(probes.watch(launch.probed, self._address, self._set_ready))
        exited = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({watching, exited}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done() and not self.ending and (failure := watching.exception()) is not None:
                self._set(ready=False)
                await self._terminate(self._grace_seconds)
                return str(failure)
            await exited
            return ""
        finally:
            watching.cancel()

    async def _terminate(self, grace_seconds: float) -> None:
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), grace_seconds)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    def _set_ready(self, ready: bool, message: str) -> None:
        running = {**self.status["state"]["running"], "message": message}
        self._set(ready=ready and not self.ending, state={"running": running})

    def _set(self, **fields: Any) -> None:
        self.status = {**self.status, **fields}
        self._report()
