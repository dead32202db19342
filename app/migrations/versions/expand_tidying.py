"""What is too old is found without reading the rest.

The rows lie in the order of their time: a block-range index stays small, and costs nearly nothing to keep.
"""

from app.migrations.beside import beside_the_traffic, make_index, take_index

revision = "expand_tidying"
down_revision = "expand_webhooks"
branch_labels = None
depends_on = None

COLUMNS = {"inbox": "received_at", "idempotency_keys": "created_at", "outbox": "created_at"}


def upgrade() -> None:
    """Beside the traffic: nobody waits for these indexes."""
    with beside_the_traffic():
        for table, column in COLUMNS.items():
            make_index(
                f"{table}_by_time",
                table,
                [column],
                postgresql_using="brin",
                postgresql_with={"autosummarize": "on"},
            )


def downgrade() -> None:
    """Old rows are looked for in all of them again."""
    with beside_the_traffic():
        for table in COLUMNS:
            take_index(f"{table}_by_time", table)
