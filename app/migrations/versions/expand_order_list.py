"""The list of orders as a table of its own, and events that tell all of an order that changed."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "expand_order_list"
down_revision = "expand_tidying"
branch_labels = None
depends_on = None

FUNCTIONS = Path(__file__).parent.parent
ADDED = ("tell_order", "cancel_order_and_tell_all", "show_payment", "rebuild_order_list")


def upgrade() -> None:
    """A version that knows nothing of it cancels as before, and its cancellations tell more than it reads."""
    _create_list()
    for name in ADDED:
        op.execute((FUNCTIONS / f"{name}.sql").read_text())


def downgrade() -> None:
    """Cancellations tell as little as before; the list is gone."""
    op.execute("DROP FUNCTION rebuild_order_list")
    op.execute("DROP FUNCTION show_payment")
    op.execute((FUNCTIONS / "cancel_order.sql").read_text().replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute("DROP FUNCTION tell_order")
    op.drop_table("order_list")


def _create_list() -> None:
    op.create_table(
        "order_list",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_price_cents", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("payment_status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("order_list_by_customer", "order_list", ["customer_id", "created_at", "id"])
