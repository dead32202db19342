"""Cancelling an order, and listing a customer's orders by time."""

from pathlib import Path

from alembic import op

revision = "expand_cancellation"
down_revision = "0001"
branch_labels = None
depends_on = None

CANCEL_ORDER = Path(__file__).parent.parent / "cancel_order.sql"


def upgrade() -> None:
    """A version that knows neither works on as before."""
    op.execute(CANCEL_ORDER.read_text())
    op.create_index("orders_by_customer_and_time", "orders", ["customer_id", "created_at", "id"])
    op.drop_index("orders_by_customer", "orders")


def downgrade() -> None:
    """Orders that were cancelled stay so."""
    op.create_index("orders_by_customer", "orders", ["customer_id", "id"])
    op.drop_index("orders_by_customer_and_time", "orders")
    op.execute("DROP FUNCTION cancel_order")
