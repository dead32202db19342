from pathlib import Path

import pytest

from sandbox.cluster import job
from sandbox.cluster.kinds import JOB, POD
from sandbox.cluster.store import Store
from tests.harness.local_cluster import job as job_object


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, lambda: None)


def finish_pods(store: Store, phase: str) -> None:
    job.reconcile(store)
    for pod in store.list(POD):
        store.set_status(pod, phase=pod.get("status", {}).get("phase", phase))
    job.reconcile(store)


def conditions(store: Store) -> list[tuple[str, str]]:
    return [(each["type"], each["reason"]) for each in store.list(JOB)[0]["status"].get("conditions", ())]


def test_a_job_is_complete_when_its_pod_succeeds(store: Store) -> None:
    store.put(job_object("migrate", ""))
    finish_pods(store, "Succeeded")
    assert conditions(store) == [("Complete", "CompletionsReached")]


def test_a_job_tries_again_up_to_its_limit(store: Store) -> None:
    store.put(job_object("migrate", "", backoffLimit=0))
    finish_pods(store, "Failed")
    assert conditions(store) == [("Failed", "BackoffLimitExceeded")]
    store.put(job_object("patient", "", backoffLimit=1))
    job.reconcile(store)
    assert len(store.list(POD)) == 2


def test_a_finished_job_starts_nothing(store: Store) -> None:
    store.put(job_object("migrate", ""))
    finish_pods(store, "Succeeded")
    for pod in store.list(POD):
        store.remove(pod)
    job.reconcile(store)
    assert store.list(POD) == []


def test_pods_run_side_by_side_up_to_what_is_needed(store: Store) -> None:
    store.put(job_object("migrate", "", completions=3, parallelism=5))
    job.reconcile(store)
    job.reconcile(store)
    job.reconcile(store)
    job.reconcile(store)
    assert len(store.list(POD)) == 3
