"""What every test of the program shares: runs of the whole program, each made once."""

import gc
from collections.abc import Callable
from functools import cache

import pytest

gc.set_threshold(200_000, 20, 100)
"""The provider SDKs' classes are all in use and make every look through them dear; collections here are rare."""

from tests.infra.program import Run, run_program  # noqa: E402
from tests.infra.recorder import Graph  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """pulumi_aws warns of its own deprecated classes while it is imported, used or not."""
    config.addinivalue_line(
        "filterwarnings", r"ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws\."
    )


@pytest.fixture(scope="session")
def program() -> Callable[[Run], Graph]:
    """The graph of a whole stack."""
    return cache(run_program)
