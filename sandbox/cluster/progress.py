"""What the strategies of a Rollout share: pauses, aborts, delays and the phase, as Argo Rollouts decides them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.store import Object
from sandbox.cluster.strategies import Run, View

CANARY_PAUSE, BLUE_GREEN_PAUSE, INCONCLUSIVE = "CanaryPauseStep", "BlueGreenPause", "InconclusiveAnalysisRun"
DEFAULT_DELAY_SECONDS, DEFAULT_DEADLINE_SECONDS = 30, 600
FAILED, SUCCESSFUL = ("Failed", "Error"), "Successful"
GROWING = ("readyReplicas", "availableReplicas")
MOVING = ("updatedReplicas", "stableRS", "currentStepIndex", "blueGreen")


class Outcome:
    """What one look at a Rollout comes to: pauses added and taken away, and whether it is aborted."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.pauses = {each["reason"]: each["startTime"] for each in view.status.get("pauseConditions") or ()}
        self._paused_by_controller = bool(view.status.get("controllerPause"))
        self.aborted = bool(view.status.get("abort"))
        self.message = view.status.get("message", "").partition(": ")[2] if self.aborted else ""
        self.added = False

    @property
    def resumed(self) -> bool:
        """Whether somebody took away the pause that the controller had made."""
        return bool(self._view.status.get("controllerPause")) and not self._view.status.get("pauseConditions")

    def pause(self, reason: str) -> None:
        """Waits for that reason from now on."""
        if reason not in self.pauses:
            self.pauses[reason] = timestamp(self._view.now)
            self.added = self._paused_by_controller = True

    def resume(self, reason: str) -> None:
        """No longer waits for that reason."""
        self.pauses.pop(reason, None)

    def abort(self, message: str) -> None:
        """Gives the new version up."""
        self.aborted, self.message = True, message

    def forgive(self) -> None:
        """Neither paused nor aborted."""
        self.aborted, self.message = False, ""
        self.pauses.clear()

    def judge(self, run: Run | None, what: str) -> None:
        """Aborts for an analysis that failed, and waits for one that found nothing."""
        if run is not None and run.phase == "Inconclusive":
            self.pause(INCONCLUSIVE)
        elif run is not None and run.phase in FAILED:
            self.abort(f"{what} analysis phase error/failed" + (f": {run.message}" if run.message else ""))

    def status(self) -> Object:
        """The fields of the Rollout's status."""
        pauses = {} if self.aborted else self.pauses
        aborted_at = self._view.status.get("abortedAt") or timestamp(self._view.now)
        return {
            "abort": self.aborted,
            "abortedAt": aborted_at if self.aborted else None,
            "abortMessage": self.message,
            "pauseConditions": [{"reason": reason, "startTime": since} for reason, since in pauses.items()],
            "controllerPause": bool(pauses) and self._paused_by_controller,
        }


def needs_another(view: View, run: Run | None) -> bool:
    """Whether an analysis has to begin: there is none, an inconclusive one was waved through, or there was an abort."""
    if run is None:
        return True
    waits = {each["reason"] for each in view.status.get("pauseConditions") or ()}
    if INCONCLUSIVE in waits:
        return False
    if view.status.get("controllerPause") and not waits & {CANARY_PAUSE, BLUE_GREEN_PAUSE}:
        return run.phase == "Inconclusive"
    return bool(view.status.get("abortedAt"))


def taken_up(view: View, *, step: int | None) -> Object | None:
    """The status in which a changed template is taken up, all of the release before forgotten; None for the same."""
    if view.status.get("currentPodHash") == view.current:
        return None
    return {
        **Outcome(View(**{**vars(view), "status": {}})).status(),
        "promoteFull": False,
        "currentStepIndex": step,
        "restartedAt": view.spec.get("restartAt"),
    }


def later(view: View, strategy: Mapping[str, Any], key: str) -> datetime:
    """The end of a delay of the strategy that begins now."""
    return view.now + timedelta(seconds=strategy.get(key, DEFAULT_DELAY_SECONDS))


def kept_after_abort(view: View, strategy: Mapping[str, Any]) -> tuple[int, dict[str, datetime]]:
    """The size of an aborted version: its pods stay until the delay is over, which begins once the stable one is up."""
    deadline, size = view.deadlines.get(view.current), view.sizes.get(view.current, 0)
    if deadline is not None:
        return (0 if deadline <= view.now else size), {view.current: deadline}
    if not view.is_available(view.stable):
        return size, {}
    return size, {view.current: later(view, strategy, "abortScaleDownDelaySeconds")}


def kept_after_switch(view: View, strategy: Mapping[str, Any], version: str) -> tuple[int, dict[str, datetime]]:
    """The size of a version that was relied on before."""
    size = view.sizes.get(version, 0)
    deadline = view.deadlines.get(version)
    if deadline is None:
        return size, {version: later(view, strategy, "scaleDownDelaySeconds")} if size else {}
    return (0 if deadline <= view.now else size), {version: deadline} if deadline > view.now else {}


def phase(replicas: int, status: Object, serving: str | None) -> tuple[str, str]:
    """Phase and message of a Rollout; `serving` is the version that takes the requests."""
    if status["abort"]:
        return "Degraded", f"RolloutAborted: {status['abortMessage'] or 'Rollout aborted update'}"
    if status["timedOut"]:
        return "Degraded", "ProgressDeadlineExceeded: the new version's pods get no further"
    for pause in status["pauseConditions"] or ():
        return "Paused", pause["reason"]
    if status["updatedReplicas"] < replicas:
        return "Progressing", "more replicas need to be updated"
    if status["availableReplicas"] < status["updatedReplicas"]:
        return "Progressing", "updated replicas are still becoming available"
    if serving != status["currentPodHash"]:
        return "Progressing", "active service cutover pending"
    if status["stableRS"] != status["currentPodHash"]:
        return "Progressing", "waiting for all steps to complete"
    return "Healthy", ""


def moved(before: Object, after: Object) -> bool:
    """Whether a release got any further between two statuses."""
    grew = any(after.get(key, 0) > before.get(key, 0) for key in GROWING)
    return grew or any(after.get(key) != before.get(key) for key in MOVING)


def timestamp(moment: datetime) -> str:
    """A moment as Kubernetes writes it."""
    return moment.isoformat().replace("+00:00", "Z")
