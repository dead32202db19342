"""The orders that there are already, in the list.

A revision of its own, after the one that lets events tell everything: what changes meanwhile is told by its event.
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.beside import beside_the_traffic

revision = "expand_order_list_rows"
down_revision = "expand_order_list"
branch_labels = None
depends_on = None

BATCH_SIZE = 5_000
NEXT = sa.text("SELECT rebuild_order_list(:after, :most)")


def upgrade() -> None:
    """Beside the traffic, some thousands at a time; begun anew, it does the same again."""
    with beside_the_traffic():
        after: str | None = ""
        while after is not None:
            after = op.get_bind().execute(NEXT, {"after": after, "most": BATCH_SIZE}).scalar()


def downgrade() -> None:
    """The rows stay until their table goes."""
