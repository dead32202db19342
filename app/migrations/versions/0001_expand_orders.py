"""Products, stock, orders, the outbox, idempotency keys, and what consumers keep.

`available >= 0` is the last line against overselling: a transaction that would break it cannot commit.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PLACE_ORDERS = Path(__file__).parent.parent / "place_orders.sql"
NOW = sa.text("now()")
TABLES_CHILDREN_FIRST = (
    "dead_letters",
    "order_analytics",
    "inbox",
    "outbox",
    "idempotency_keys",
    "orders",
    "inventory",
    "products",
)


def upgrade() -> None:
    """Adds everything; nothing is there before."""
    _create_shop()
    _create_orders()
    _create_outbox()
    _create_consumer_tables()
    op.execute(PLACE_ORDERS.read_text())


def downgrade() -> None:
    """Takes everything away, data included."""
    op.execute("DROP FUNCTION place_orders")
    for table in TABLES_CHILDREN_FIRST:
        op.drop_table(table)


def _text(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, **options)  # type: ignore[arg-type]


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=NOW)


def _create_shop() -> None:
    op.create_table(
        "products",
        _text("id", primary_key=True),
        _text("name"),
        sa.Column("unit_price_cents", sa.Integer, nullable=False),
        _text("currency"),
        sa.CheckConstraint("unit_price_cents >= 0", name="price_not_negative"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_iso_4217"),
    )
    op.create_table(
        "inventory",
        sa.Column("product_id", sa.Text, sa.ForeignKey("products.id"), primary_key=True),
        sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("available", sa.Integer, nullable=False),
        sa.CheckConstraint("available >= 0", name="never_oversold"),
        sa.CheckConstraint("size BETWEEN 1 AND 15", name="size_is_made"),
        postgresql_with={"fillfactor": "50"},
    )


def _create_orders() -> None:
    op.create_table(
        "orders",
        _text("id", primary_key=True),
        _text("customer_id"),
        _text("product_id"),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_price_cents", sa.Integer, nullable=False),
        _text("currency"),
        _text("status"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.ForeignKeyConstraint(["product_id", "size"], ["inventory.product_id", "inventory.size"]),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("status IN ('confirmed', 'cancelled')", name="status_is_known"),
    )
    op.create_index("orders_by_customer", "orders", ["customer_id", "id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        _text("outcome"),
        _text("order_id"),
        _moment("created_at"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        _text("event_type"),
        _text("order_id"),
        sa.Column("traceparent", sa.Text),
        sa.Column("payload", postgresql.JSON, nullable=False),
        _moment("created_at"),
        sa.Column("published_at", sa.DateTime(timezone=True)),
    )
    op.create_index("outbox_unpublished", "outbox", ["position"], postgresql_where=sa.text("published_at IS NULL"))


def _create_consumer_tables() -> None:
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        _moment("received_at"),
    )
    op.create_table(
        "order_analytics",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("product_id", sa.Text, primary_key=True),
        sa.Column("orders", sa.BigInteger, nullable=False),
        sa.Column("pairs", sa.BigInteger, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "dead_letters",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("partition_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("record_offset", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("record_key", sa.LargeBinary),
        sa.Column("record_value", sa.LargeBinary),
        _text("reason"),
        sa.Column("traceparent", sa.Text),
        _moment("received_at"),
    )
