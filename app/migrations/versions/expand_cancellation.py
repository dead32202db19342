"""Cancelling an order, and listing a customer's orders by time."""

from pathlib import Path

from alembic import op

from app.migrations.beside import beside_the_traffic, make_index, take_index

revision = "expand_cancellation"
down_revision = "0001"
branch_labels = None
depends_on = None

CANCEL_ORDER = Path(__file__).parent.parent / "cancel_order.sql"


def upgrade() -> None:
    """Beside the traffic; a version that knows neither works on as before."""
    with beside_the_traffic():
        make_index("orders_by_customer_and_time", "orders", ["customer_id", "created_at", "id"])
        take_index("orders_by_customer", "orders")
    op.execute(CANCEL_ORDER.read_text())


def downgrade() -> None:
    """Beside the traffic; orders that were cancelled stay so."""
    with beside_the_traffic():
        make_index("orders_by_customer", "orders", ["customer_id", "id"])
        take_index("orders_by_customer_and_time", "orders")
    op.execute("DROP FUNCTION cancel_order")
