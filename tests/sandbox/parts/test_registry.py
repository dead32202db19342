"""The parts of a state folder, with a part that does nothing but listen."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest

from sandbox.parts.part import Health, Part, PartError
from sandbox.parts.registry import Parts

LISTEN = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(600)"


class Listener(Part):
    kind = "listener"
    port_settings = ("second_port",)

    def command(self) -> list[str | Path]:
        return [sys.executable, "-c", LISTEN, str(self.record.port)]


class Outrun(Listener):
    """A stranger listens on its port between the choice of the port and the start."""

    kind = "outrun"
    strangers: ClassVar[list[socket.socket]] = []

    def prepare(self) -> None:
        self.strangers.append(socket.create_server((self.record.host, self.record.port)))


class Broken(Part):
    kind = "broken"

    def command(self) -> list[str | Path]:
        return ["sh", "-c", "echo no such luck; exit 3"]


KINDS = {kind.kind: kind for kind in (Listener, Outrun, Broken)}


class Parted:
    """Parts of the kinds above, and what they told the user."""

    def __init__(self, state: Path) -> None:
        self.told: list[str] = []
        self.parts = Parts(state, notify=self.told.append, kinds=KINDS)


@pytest.fixture
def parted(tmp_path: Path) -> Iterator[Parted]:
    parted = Parted(tmp_path)
    yield parted
    parted.parts.stop_all()


def test_a_part_is_made_running_and_recorded_for_its_owner_only(parted: Parted, free_port: int) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port, settings={"password": "x"})
    record = part.record
    assert part.health() is Health.RUNNING
    assert (record.kind, record.name, record.host, record.port) == ("listener", "one", "127.0.0.1", free_port)
    assert stat.S_IMODE((part.folder / "part.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(part.folder.stat().st_mode) == 0o700


def test_a_part_made_again_is_the_same_process(parted: Parted, free_port: int) -> None:
    first = parted.parts.create("listener", "one", preferred_port=free_port).record
    assert parted.parts.create("listener", "one", preferred_port=free_port).record == first
    assert parted.told == []


def test_a_stranger_that_answers_on_the_port_is_not_taken_for_the_part(parted: Parted, free_port: int) -> None:
    with pytest.raises(PartError, match=rf"outrun 'one' ended on port {free_port}"):
        parted.parts.create("outrun", "one", preferred_port=free_port)
    for stranger in Outrun.strangers:
        stranger.close()


def test_new_settings_start_the_part_anew_on_its_port(parted: Parted, free_port: int) -> None:
    first = parted.parts.create("listener", "one", preferred_port=free_port, settings={"a": "1"}).record
    second = parted.parts.create("listener", "one", preferred_port=free_port, settings={"b": "2"}).record
    assert second.pid != first.pid
    assert second.port == first.port
    assert second.settings == {**first.settings, "b": "2"}


def test_a_port_of_another_program_is_left_to_it_and_the_user_told(parted: Parted, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        port = parted.parts.create("listener", "one", preferred_port=free_port).record.port
    assert port > free_port
    assert parted.told == [f"port {free_port} is taken by another program, listener 'one' listens on {port}"]


def test_a_port_of_a_stopped_part_stays_its_own(parted: Parted, free_port: int) -> None:
    parted.parts.create("listener", "one", preferred_port=free_port).stop()
    port = parted.parts.create("listener", "two", preferred_port=free_port).record.port
    assert parted.told == [f"port {free_port} is taken by listener 'one', listener 'two' listens on {port}"]


def test_parts_made_in_threads_have_ports_of_their_own(parted: Parted, free_port: int) -> None:
    names = [f"part-{number}" for number in range(6)]
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda name: parted.parts.create("listener", name, preferred_port=free_port), names))
    ports = {port for part in made for port in (part.record.port, int(part.record.settings["second_port"]))}
    assert len(ports) == 12
    assert [part.record.name for part in parted.parts.all()] == names


def test_one_part_made_in_threads_is_one_process(parted: Parted, free_port: int) -> None:
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(parted.parts.create, "listener", "one", preferred_port=free_port) for _ in range(4)]
    assert len({future.result().record.pid for future in futures}) == 1


def test_a_killed_part_is_dead_and_comes_back(parted: Parted, free_port: int, kill: Callable[[Part], None]) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port)
    kill(part)
    assert parted.parts.start_all() == []
    assert part.health() is Health.RUNNING


def test_a_part_whose_port_was_taken_meanwhile_moves_and_is_named(parted: Parted, free_port: int) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port)
    parted.parts.stop_all()
    assert part.health() is Health.STOPPED
    with socket.create_server(("127.0.0.1", free_port)):
        assert [moved.record.name for moved in parted.parts.start_all()] == ["one"]
        assert part.record.port > free_port


def test_a_process_that_took_over_the_recorded_id_is_left_alone(parted: Parted, free_port: int) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port)
    part.stop()
    record = json.loads((part.folder / "part.json").read_text())
    (part.folder / "part.json").write_text(json.dumps({**record, "pid": os.getpid(), "process_create_time": 1.0}))
    assert part.health() is Health.DEAD
    parted.parts.remove("one")


def test_a_dead_part_is_removed_with_its_folder(parted: Parted, free_port: int, kill: Callable[[Part], None]) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port)
    kill(part)
    parted.parts.remove("one")
    assert not part.folder.exists()
    parted.parts.remove("one")


def test_a_part_that_does_not_come_up_says_how_its_log_ends(parted: Parted, free_port: int) -> None:
    with pytest.raises(PartError, match=rf"(?s)broken 'one' ended on port {free_port}.*no such luck"):
        parted.parts.create("broken", "one", preferred_port=free_port)
    assert parted.parts.get("one").health() is Health.STOPPED


def test_one_part_that_fails_does_not_keep_the_others_down(parted: Parted, free_port: int) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port)
    with pytest.raises(PartError):
        parted.parts.create("broken", "two", preferred_port=free_port)
    part.stop()
    with pytest.raises(PartError, match="broken 'two'"):
        parted.parts.start_all()
    assert part.health() is Health.RUNNING


def test_an_unknown_kind_is_refused_with_those_there_are(parted: Parted) -> None:
    with pytest.raises(PartError, match="there is no kind 'mysql'; there are: broken, listener"):
        parted.parts.create("mysql", "one", preferred_port=3306)


def test_an_unknown_name_is_refused_with_those_there_are(parted: Parted, free_port: int) -> None:
    parted.parts.create("listener", "one", preferred_port=free_port)
    with pytest.raises(PartError, match="there is no part 'two'; there are: one"):
        parted.parts.get("two")


def test_a_name_of_another_kind_is_refused(parted: Parted, free_port: int) -> None:
    parted.parts.create("listener", "one", preferred_port=free_port)
    with pytest.raises(PartError, match="part 'one' is of kind listener, not broken"):
        parted.parts.create("broken", "one", preferred_port=free_port)


def test_a_record_cut_short_is_refused_with_what_to_do(parted: Parted, free_port: int) -> None:
    part = parted.parts.create("listener", "one", preferred_port=free_port)
    part.stop()
    whole = (part.folder / "part.json").read_text()
    (part.folder / "part.json").write_text(whole[: len(whole) // 2])
    with pytest.raises(PartError, match=r"part\.json cannot be read .*; delete"):
        parted.parts.get("one")
    (part.folder / "part.json").write_text(whole)
