"""Payments that owe money back are found without reading those that wait while charges are paused."""

import sqlalchemy as sa

from app.migrations.beside import beside_the_traffic, make_index, take_index

revision = "expand_giving_back"
down_revision = "expand_presence"
branch_labels = None
depends_on = None

INDEX = "payments_to_give_back"
OWING = """
    (status IN ('pending', 'authorised') AND (cancelled OR attempts >= 8)) OR (status = 'captured' AND cancelled)
"""


def upgrade() -> None:
    """Beside the traffic: a version that pauses everything works on as before."""
    with beside_the_traffic():
        make_index(INDEX, "payments", ["due_at"], postgresql_where=sa.text(OWING))


def downgrade() -> None:
    """They are looked for among all that wait."""
    with beside_the_traffic():
        take_index(INDEX, "payments")
