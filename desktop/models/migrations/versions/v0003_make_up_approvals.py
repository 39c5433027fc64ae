"""Approvals that are made up: a link to the exception on the spot that they approve.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision: str | None = "0002"

STATEMENTS = (
    "ALTER TABLE approval ADD COLUMN makes_up BLOB",
    "CREATE INDEX ix_approval_makes_up ON approval (makes_up)",
)


def upgrade() -> None:
    """The column is empty until the entries that fill it arrive."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is opened by its own version or a newer one."""
    raise NotImplementedError("a case file is never taken back")
