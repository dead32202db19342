"""What is too old is found without reading the rest.

The rows lie in the order of their time: a block-range index stays small, and costs nearly nothing to keep.
"""

from alembic import op

revision = "expand_tidying"
down_revision = "expand_webhooks"
branch_labels = None
depends_on = None

COLUMNS = {"inbox": "received_at", "idempotency_keys": "created_at", "outbox": "created_at"}


def upgrade() -> None:
    """Beside the traffic: nobody waits for these indexes."""
    with op.get_context().autocommit_block():
        for table, column in COLUMNS.items():
            op.create_index(
                f"{table}_by_time",
                table,
                [column],
                postgresql_using="brin",
                postgresql_with={"autosummarize": "on"},
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    """Old rows are looked for in all of them again."""
    with op.get_context().autocommit_block():
        for table in COLUMNS:
            op.drop_index(f"{table}_by_time", table, postgresql_concurrently=True, if_exists=True)
