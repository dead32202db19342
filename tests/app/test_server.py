import gc
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from app.api.health import Health
from app.server import GARBAGE_THRESHOLD, DrainingServer


@pytest.fixture
def collector() -> Iterator[None]:
    """Leaves the garbage collector as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
async def test_what_the_program_consists_of_is_not_looked_through_for_garbage() -> None:
    config = uvicorn.Config(FastAPI(), port=0, log_config=None)
    config.load()
    server = DrainingServer(config, health=Health(startup_checks={}), drain_seconds=0)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        assert gc.get_freeze_count() > GARBAGE_THRESHOLD
        assert gc.get_threshold()[0] == GARBAGE_THRESHOLD
    finally:
        await server.shutdown()
