import json
import threading

import pytest

from sandbox.state.backend import Checkpoint
from sandbox.state.passphrase import Passphrase
from sandbox.state.resource import Resource
from sandbox.state.snapshot import Pending, Snapshot
from tests.sandbox.state.test_passphrase import WRITTEN_BY_THE_CLI


def started(*resources: Resource) -> tuple[Snapshot, list[dict]]:
    written: list[dict] = []
    checkpoint = Checkpoint(passphrase=Passphrase("pw", WRITTEN_BY_THE_CLI), resources=list(resources))
    return Snapshot(checkpoint, lambda text: written.append(json.loads(text))), written


def named(deployment: dict) -> list[str]:
    return [each["urn"] for each in deployment["resources"]]


def test_what_is_done_stands_before_what_is_still_to_be_seen() -> None:
    old, unseen = Resource(urn="old", type="t"), Resource(urn="unseen", type="t")
    snapshot, written = started(old, unseen)
    snapshot.settle(Resource(urn="new", type="t"))
    snapshot.settle(Resource(urn="old", type="t"), instead_of=old)
    snapshot.commit()
    assert named(written[-1]) == ["new", "old", "unseen"]


def test_an_operation_is_on_disk_before_its_body_and_settled_after_it() -> None:
    snapshot, written = started()
    new = Resource(urn="new", type="t")
    with snapshot.pending(Pending.CREATING, new):
        assert [each["type"] for each in written[-1]["pending_operations"]] == ["creating"]
        assert named(written[-1]) == []
        snapshot.settle(new)
    assert written[-1]["pending_operations"] == []
    assert named(written[-1]) == ["new"]


def test_a_failed_operation_leaves_the_state_as_it_was() -> None:
    snapshot, written = started()
    with pytest.raises(ValueError, match="no"), snapshot.pending(Pending.CREATING, Resource(urn="new", type="t")):
        raise ValueError("no")
    assert written[-1]["pending_operations"] == []
    assert named(written[-1]) == []


def test_steps_that_end_together_share_a_write() -> None:
    entered, release = threading.Event(), threading.Event()
    written: list[dict] = []

    def write(text: str) -> None:
        written.append(json.loads(text))
        entered.set()
        release.wait(10)

    snapshot = Snapshot(Checkpoint(passphrase=Passphrase("pw", WRITTEN_BY_THE_CLI)), write)

    def step(number: int) -> None:
        snapshot.settle(Resource(urn=f"u{number}", type="t"))
        snapshot.commit()

    first = threading.Thread(target=step, args=(0,))
    first.start()
    assert entered.wait(10)
    others = [threading.Thread(target=step, args=(number,)) for number in range(1, 9)]
    for each in others:
        each.start()
    while len(snapshot.resources()) < 9:
        pass
    release.set()
    for each in (first, *others):
        each.join(10)
    assert len(named(written[-1])) == 9
    assert len(written) < 9
