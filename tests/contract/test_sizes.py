"""The sandbox serves the program, never the other way round: it stays smaller than what it serves."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
ENGINE_LINES = 1_500


def lines(*folders: str) -> int:
    files = [file for folder in folders for file in (CHECKOUT / folder).rglob("*.py")]
    assert files
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def test_the_sandbox_is_smaller_than_what_it_serves() -> None:
    assert lines("sandbox") < lines("infra", "app", "policies")


def test_the_built_in_engine_stays_a_stand_in() -> None:
    assert lines("sandbox/engine") < ENGINE_LINES
