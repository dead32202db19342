"""The whole local stack, raised once for all tests here, in a state folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.stack import LocalStack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    stack = LocalStack(tmp_path_factory.mktemp("stack") / "state")
    try:
        stack.run("up")
        yield stack
    finally:
        stack.end_by_force()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"
