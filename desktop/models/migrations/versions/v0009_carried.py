"""What was put on which stick, so that a lost one can be told.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision: str | None = "0008"

STATEMENTS = (
    "CREATE TABLE carried (sha256 VARCHAR(64) NOT NULL PRIMARY KEY, stick VARCHAR(32),"
    " grp VARCHAR NOT NULL, at INTEGER NOT NULL, holds TEXT NOT NULL,"
    " seal BLOB NOT NULL)",
    "CREATE INDEX ix_carried_stick ON carried (stick)",
)


def upgrade() -> None:
    """What was written before is not known; the table begins empty."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is opened by its own version or a newer one."""
    raise NotImplementedError("a case file is never taken back")
