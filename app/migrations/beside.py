"""What a migration does beside the traffic: outside a transaction, and so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import op


@contextmanager
def beside_the_traffic() -> Iterator[None]:
    """Each statement by itself; it may wait for others for as long as it takes, since none waits for it."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        yield
        op.execute("RESET lock_timeout")


def make_index(name: str, table: str, columns: Sequence[str], **options: Any) -> None:
    """Anew, whatever is there: one that an earlier try left half made is kept up by every write and used by no read."""
    take_index(name, table)
    op.create_index(name, table, list(columns), postgresql_concurrently=True, **options)


def take_index(name: str, table: str) -> None:
    """Takes it away, if it is there."""
    op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
