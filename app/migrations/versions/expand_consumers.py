"""What the consumers keep: payments, shipments, reserved pairs, cancellations in the figures."""

import sqlalchemy as sa
from alembic import op

revision = "expand_consumers"
down_revision = "expand_api_keys"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
PAYMENT_STATUSES = "'pending', 'authorised', 'captured', 'failed', 'reversed'"


def upgrade() -> None:
    """A version that knows nothing of it writes orders as before: their payments start as pending."""
    op.add_column("orders", sa.Column("payment_status", sa.Text, nullable=False, server_default="pending"))
    op.add_column("order_analytics", sa.Column("cancelled", sa.BigInteger, nullable=False, server_default="0"))
    _create_payments()
    op.create_table(
        "shipments",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint("status IN ('requested', 'recalled')", name="shipment_status_is_known"),
    )
    op.create_table(
        "reserved_pairs",
        sa.Column("product_id", sa.Text, primary_key=True),
        sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("pairs", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Orders stay; what the consumers made of them goes."""
    for table in ("reserved_pairs", "shipments", "payments"):
        op.drop_table(table)
    op.drop_column("order_analytics", "cancelled")
    op.drop_column("orders", "payment_status")


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cancelled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint(f"status IN ({PAYMENT_STATUSES})", name="payment_status_is_known"),
    )
    op.create_index(
        "payments_due",
        "payments",
        ["due_at"],
        postgresql_where=sa.text("status IN ('pending', 'authorised') OR (status = 'captured' AND cancelled)"),
    )
