"""What has to stay small: the sandbox beside what it serves, the engine, and the path of an order."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
ENGINE_LINES = 1_500
ORDER_PATH_LINES = 1_500


def lines(*folders: str) -> int:
    files = [file for folder in folders for file in (CHECKOUT / folder).rglob("*.py")]
    assert files
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def test_the_sandbox_is_smaller_than_what_it_serves() -> None:
    assert lines("sandbox") < lines("infra", "app", "policies")


def test_the_built_in_engine_stays_a_stand_in() -> None:
    assert lines("sandbox/engine") < ENGINE_LINES


def test_the_path_of_an_order_is_read_in_an_hour() -> None:
    """From a request's body to the published event; who asks, and what every request goes through, is not of it."""
    path = (
        "api/orders.py",
        "api/body.py",
        "api/validation.py",
        "domain/service.py",
        "domain/order.py",
        "domain/ports.py",
        "domain/events.py",
        "domain/relay.py",
        "adapters/postgres.py",
        "adapters/coalescer.py",
        "adapters/database.py",
        "adapters/outbox.py",
        "adapters/stream.py",
        "migrations/place_orders.sql",
    )
    read = [(CHECKOUT / "app" / name).read_text(encoding="utf-8") for name in path]
    assert sum(len(text.splitlines()) for text in read) < ORDER_PATH_LINES
