"""What every test of the program shares: runs of the whole program, each made once."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.infra.program import Run, run_program
from tests.infra.recorder import Graph


def pytest_configure(config: pytest.Config) -> None:
    """pulumi_aws warns of its own deprecated classes while it is imported, used or not."""
    config.addinivalue_line(
        "filterwarnings", r"ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws\."
    )


@pytest.fixture(scope="session")
def program() -> Callable[[Run], Graph]:
    """The graph of a whole stack."""
    return cache(run_program)
