from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.local_cluster import LocalCluster, running_cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    with running_cluster(tmp_path) as running:
        yield running
