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
from sandbox.parts.part import PartError

FIRST_BACK_OFF_SECONDS, LONGEST_BACK_OFF_SECONDS = 1, 30
"""The kubelet starts at 10 s and goes to 300 s; a laptop's user waits for it."""
STABLE_AFTER_SECONDS = 60
DRAIN_SECONDS = 4
"""From out of the endpoints to SIGTERM where the container says no preStop: 1 s was measured to lose requests."""
START_FAILURES = {ImageNotFoundError: "ErrImagePull", ConfigurationError: "CreateContainerConfigError"}


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How a container is started: command and working folder, the whole environment, and the probes to run."""

    command: list[str]
    folder: Path
    environment: dict[str, str]
    probed: Object


class Container:
    """Runs one container of a pod; `status` is its `containerStatuses` entry, `report` is called after each change."""

    def __init__(
        self, pod: Object, spec: Object, log: Path, launch: Callable[[], Launch], report: Callable[[], None]
    ) -> None:
        self._address, self._grace_seconds = (
            pod["status"]["podIP"],
            pod["spec"].get("terminationGracePeriodSeconds", 30),
        )
        self._spec, self._log, self._launch, self._report = spec, log, launch, report
        self._process: asyncio.subprocess.Process | None = None
        self.ending = False
        waiting = {"waiting": {"reason": "ContainerCreating"}}
        self.status: Object = {"name": spec["name"], "ready": False, "restartCount": 0, "state": waiting}

    async def run(self, restart_policy: str) -> int:
        """Runs the container until its policy says that it is finished; returns the last exit code."""
        back_off = 0
        while True:
            started = time.monotonic()
            code = await self._run_once()
            if self.ending or (code is not None and _is_final(restart_policy, code)):
                return code or 0
            back_off = 0 if time.monotonic() - started > STABLE_AFTER_SECONDS else back_off
            ended = self.status["state"]
            if code is not None and back_off:
                waiting = {"reason": "CrashLoopBackOff", "message": f"restarting in {back_off} s"}
                self._set(lastState=ended, state={"waiting": waiting})
            await asyncio.sleep(back_off)
            back_off = min(back_off * 2 or FIRST_BACK_OFF_SECONDS, LONGEST_BACK_OFF_SECONDS)
            if code is not None:
                self._set(restartCount=self.status["restartCount"] + 1, lastState=ended)

    async def end(self, *, drain: bool) -> None:
        """Ends the process: drained, asked, and after the grace period killed."""
        self.ending = True
        self._set(ready=False)
        if self._process is not None:
            drain_seconds = min(self._drain_seconds(), self._grace_seconds) if drain else 0
            await asyncio.sleep(drain_seconds)
            await self._terminate(max(self._grace_seconds - drain_seconds, 1))

    def _drain_seconds(self) -> float:
        pre_stop = self._spec.get("lifecycle", {}).get("preStop", {})
        default = DRAIN_SECONDS if "readinessProbe" in self._spec or self._spec.get("ports") else 0
        return pre_stop["sleep"]["seconds"] if "sleep" in pre_stop else default

    async def _run_once(self) -> int | None:
        try:
            launch = self._launch()
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
        except (ImageNotFoundError, ConfigurationError, PartError, OSError) as error:
            waiting = {"reason": START_FAILURES.get(type(error), "RunContainerError"), "message": str(error)}
            self._set(state={"waiting": waiting})
            return None
        self._process = process
        self._set(state={"running": {"startedAt": now()}}, containerID=f"process://{process.pid}")
        message = await self._until_exit(process, launch.probed)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self._process = None
        code = await process.wait()
        code = code if code >= 0 else 128 - code
        ended = {"exitCode": code, "reason": "Error" if code else "Completed", "message": message, "finishedAt": now()}
        self._set(ready=False, state={"terminated": ended})
        return code

    async def _until_exit(self, process: asyncio.subprocess.Process, probed: Object) -> str:
        watching = asyncio.create_task(probes.watch(probed, self._address, self._set_ready))
        exited = asyncio.create_task(process.wait())
        await asyncio.wait({watching, exited}, return_when=asyncio.FIRST_COMPLETED)
        failure = watching.exception() if watching.done() else None
        watching.cancel()
        if failure is not None and not self.ending:
            self._set(ready=False)
            await self._terminate(self._grace_seconds)
        await exited
        return str(failure or "")

    async def _terminate(self, grace_seconds: float) -> None:
        if (process := self._process) is None:
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


def _is_final(restart_policy: str, code: int) -> bool:
    return restart_policy == "Never" or (restart_policy == "OnFailure" and code == 0)
