"""A rollout live in the terminal: a line for each change."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox import releases
from sandbox.errors import SandboxError
from sandbox.rollouts import Rollouts
from sandbox.workspace import Workspace

LOOK_SECONDS = 0.2


@contextmanager
def watching(workspace: Workspace, rollouts: Rollouts) -> Iterator[None]:
    """Prints how the rollout goes for as long as the block takes."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(workspace, rollouts, over), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(workspace: Workspace, rollouts: Rollouts, over: threading.Event) -> None:
    began, last = time.monotonic(), ""
    while True:
        try:
            line = described(workspace, rollouts)
        except SandboxError as error:
            line = str(error)
        if line != last:
            print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)
        last = line
        if over.wait(LOOK_SECONDS):
            return


def described(workspace: Workspace, rollouts: Rollouts) -> str:
    """The rollout in one line: phase, step, weights, pods, analyses."""
    rollout, images, pods = rollouts.rollout(), rollouts.images(), rollouts.pods()
    status = rollout.get("status", {})
    words = [f"{status.get('phase', 'Unknown'):<11}"]
    steps = rollout["spec"]["strategy"].get("canary", {}).get("steps", ())
    if steps:
        words.append(f"step {status.get('currentStepIndex') or 0}/{len(steps)}")
    weight = ((status.get("canary", {}).get("weights") or {}).get("canary") or {}).get("weight")
    if status.get("stableRS") == status.get("currentPodHash"):
        weight = None
    for role in ("stableRS", "currentPodHash"):
        version = status.get(role)
        if version and (role == "stableRS" or version != status.get("stableRS")):
            words.append(
                _version(releases.name_of(workspace, images.get(version, "")), role, weight, pods.get(version))
            )
    words += [_measured(run) for run in rollouts.analyses() if run.get("status", {}).get("metricResults")][-2:]
    if status.get("message"):
        words.append(status["message"])
    return "  ".join(words)


def _version(name: str, role: str, weight: int | None, pods: tuple[int, int] | None) -> str:
    share = "" if weight is None else f" {100 - weight if role == 'stableRS' else weight} %"
    ready, wanted = pods or (0, 0)
    return f"{'stable' if role == 'stableRS' else 'new'} {name}{share} ({ready}/{wanted} pods)"


def _measured(run: dict[str, Any]) -> str:
    results = run["status"]["metricResults"]
    bad = [f"{each['name']} {each.get('failed', 0)} failed" for each in results if each.get("failed")]
    phase = run["status"].get("phase") or "Running"
    return f"[{run['metadata']['labels']['rollout-type']} analysis {phase}{': ' if bad else ''}{', '.join(bad)}]"
