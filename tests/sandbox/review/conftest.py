"""The small program's graphs, each made once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from sandbox.review.graph import Graph
from sandbox.review.verdict import Review
from tests.sandbox.review import revisions


@pytest.fixture(scope="session")
def graph_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Graph]:
    """The graph of the program at a revision, by its name."""

    @cache
    def made(revision: str) -> Graph:
        folder: Path = tmp_path_factory.mktemp("program")
        return revisions.graph(folder, revision)

    return made


@pytest.fixture(scope="session")
def review_of(graph_of: Callable[[str], Graph]) -> Callable[[str], Review]:
    """What is said of the change from the program as it is to a revision."""
    return lambda revision: revisions.compared(graph_of("nothing"), graph_of(revision))
