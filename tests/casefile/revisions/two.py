"""Second schema of the tests: rebuilds ``person`` by batch, which is where children get lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "two"
down_revision = "one"


def upgrade() -> None:
    with op.batch_alter_table("person", recreate="always") as batch:
        batch.add_column(sa.Column("note", sa.String, nullable=True))
    op.create_table("place", sa.Column("id", sa.Integer, primary_key=True))
