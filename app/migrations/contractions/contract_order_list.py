"""Orders are listed by the list of orders: placing one no longer keeps an index for it.

The version before changed payments without telling of it: what it changed is caught up with.
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.beside import beside_the_traffic, make_index, take_index

revision = "contract_order_list"
down_revision = "contract_dead_letters"
branch_labels = None
depends_on = None

BATCH_SIZE = 5_000
NEXT = sa.text("SELECT rebuild_order_list(:after, :most)")
INDEX = "orders_by_customer_and_time"


def upgrade() -> None:
    """Beside the traffic."""
    with beside_the_traffic():
        after: str | None = ""
        while after is not None:
            after = op.get_bind().execute(NEXT, {"after": after, "most": BATCH_SIZE}).scalar()
        take_index(INDEX, "orders")


def downgrade() -> None:
    """Beside the traffic; a version that lists from the orders is as fast as before."""
    with beside_the_traffic():
        make_index(INDEX, "orders", ["customer_id", "created_at", "id"])
