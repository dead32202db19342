"""All or nothing: what is refused while the program is built is refused before anything of it is registered."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back(value: str) -> Iterator[asyncio.Future[str]]:
    """An input whose value is known when the block has ended: whatever stands on it is registered then.

    Pulumi registers what a program made even where the program raised afterwards, and an up without a preview
    carries it out. Where the block raises, nothing that waits for the input is registered, and the refusal is told
    once: not again by each of those that wait.
    """
    loop = asyncio.get_running_loop()
    later: asyncio.Future[str] = loop.create_future()
    try:
        yield later
    except BaseException as refusal:
        loop.set_exception_handler(lambda _loop, _context: None)
        later.set_exception(refusal)
        raise
    later.set_result(value)
