"""Which processes of which version are there: what takes something away has to know."""

import sqlalchemy as sa
from alembic import op

revision = "expand_presence"
down_revision = "expand_order_list_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A version that knows nothing of it does not show up: nothing is taken away while one may be there."""
    op.create_table(
        "presence",
        sa.Column("pod", sa.Text, primary_key=True),
        sa.Column("process", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )


def downgrade() -> None:
    """Nobody knows who is there."""
    op.drop_table("presence")
