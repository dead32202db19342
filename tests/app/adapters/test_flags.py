from pathlib import Path

import pytest

from app.adapters.flags import FileFlags
from app.domain.flags import Flag


def test_without_a_file_every_flag_is_on() -> None:
    flags = FileFlags(None)
    assert all(flags.enabled(flag) for flag in Flag)


def test_a_flag_is_switched_while_the_service_runs(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text('{"accept-orders": true}')
    flags = FileFlags(file)
    assert flags.enabled(Flag.ACCEPT_ORDERS)
    file.write_text('{"accept-orders": false}')
    flags.look()
    assert [flags.enabled(flag) for flag in Flag] == [flag is not Flag.ACCEPT_ORDERS for flag in Flag]


def test_a_mounted_folder_that_is_swapped_as_a_whole_is_seen(tmp_path: Path) -> None:
    for name, content in {"first": '{"charge-payments": true}', "second": '{"charge-payments": false}'}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "flags.json").write_text(content)
    (tmp_path / "data").symlink_to("first")
    flags = FileFlags(tmp_path / "data" / "flags.json")
    assert flags.enabled(Flag.CHARGE_PAYMENTS)
    (tmp_path / "next").symlink_to("second")
    (tmp_path / "next").rename(tmp_path / "data")
    flags.look()
    assert not flags.enabled(Flag.CHARGE_PAYMENTS)


@pytest.mark.parametrize("content", ["", "{", "[]", '"on"', '{"accept-orders": "no"}', '{"accept-orders": 1}'])
def test_what_cannot_be_read_changes_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "flags.json"
    file.write_text('{"accept-orders": false}')
    flags = FileFlags(file)
    file.write_text(content)
    flags.look()
    assert not flags.enabled(Flag.ACCEPT_ORDERS)


def test_a_file_that_vanishes_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text('{"accept-orders": false}')
    flags = FileFlags(file)
    file.unlink()
    flags.look()
    assert not flags.enabled(Flag.ACCEPT_ORDERS)
