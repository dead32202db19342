"""Payments remember the trace of their order."""

import sqlalchemy as sa
from alembic import op

revision = "expand_payment_traces"
down_revision = "expand_consumers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A version that knows nothing of it opens payments without a trace."""
    op.add_column("payments", sa.Column("traceparent", sa.Text))


def downgrade() -> None:
    """The next steps of payments are traced by themselves."""
    op.drop_column("payments", "traceparent")
