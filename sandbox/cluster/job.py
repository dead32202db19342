"""Jobs: pods that have to succeed."""

from collections.abc import Sequence

from sandbox.cluster.kinds import JOB, POD
from sandbox.cluster.pod_template import is_finished, pod_of
from sandbox.cluster.store import Object, Store, age_seconds, now

DEFAULT_BACK_OFF_LIMIT = 6
LONGEST_BACK_OFF_SECONDS = 30


def reconcile(store: Store) -> None:
    """Starts the pods that a Job still needs, and says when it is complete or has failed."""
    for job in store.list(JOB):
        if "deletionTimestamp" not in job["metadata"] and not job.get("status", {}).get("conditions"):
            _reconcile(store, job)


def _reconcile(store: Store, job: Object) -> None:
    spec, pods = job["spec"], store.owned(POD, job)
    phases = [pod.get("status", {}).get("phase") for pod in pods]
    succeeded, failed = phases.count("Succeeded"), phases.count("Failed")
    active = [pod for pod in pods if not is_finished(pod)]
    restarts = sum(
        each["restartCount"] for pod in active for each in pod.get("status", {}).get("containerStatuses", ())
    )
    names = [pod["metadata"]["name"] for pod in pods]
    store.set_status(job, succeeded=succeeded, failed=failed, active=len(active), pods=names)
    needed = spec.get("completions", 1) - succeeded
    limit, deadline_seconds = spec.get("backoffLimit", DEFAULT_BACK_OFF_LIMIT), spec.get("activeDeadlineSeconds")
    if needed <= 0:
        _finish(store, job, "Complete", "CompletionsReached")
    elif failed + restarts > limit:
        _finish(store, job, "Failed", "BackoffLimitExceeded")
    elif deadline_seconds and age_seconds(job["metadata"]["creationTimestamp"]) > deadline_seconds:
        _finish(store, job, "Failed", "DeadlineExceeded")
    elif len(active) < min(spec.get("parallelism", 1), needed) and _backed_off(pods, failed):
        store.put(pod_of(job, spec["template"], {"batch.kubernetes.io/job-name": job["metadata"]["name"]}))


def _backed_off(pods: Sequence[Object], failed: int) -> bool:
    wait_seconds = min(2 ** (failed - 1), LONGEST_BACK_OFF_SECONDS) if failed else 0
    return all(age_seconds(pod["metadata"]["creationTimestamp"]) >= wait_seconds for pod in pods)


def _finish(store: Store, job: Object, condition: str, reason: str) -> None:
    for pod in store.owned(POD, job):
        if not is_finished(pod):
            store.delete(pod)
    store.set_status(
        job, active=0, conditions=[{"type": condition, "status": "True", "reason": reason, "lastTransitionTime": now()}]
    )
