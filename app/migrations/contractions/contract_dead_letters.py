"""Dead letters lie in a topic since the first consumers: nobody writes or reads their table."""

import sqlalchemy as sa
from alembic import op

revision = "contract_dead_letters"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Takes the table away, with what a version long gone may have left there."""
    op.drop_table("dead_letters")


def downgrade() -> None:
    """The table as it was, without rows."""
    op.create_table(
        "dead_letters",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("partition_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("record_offset", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("record_key", sa.LargeBinary),
        sa.Column("record_value", sa.LargeBinary),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
