"""Have-lists: one for each incarnation of a device, so that those of two copies do not replace each other.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision: str | None = "0005"

STATEMENTS = (
    "ALTER TABLE have RENAME TO have_before",
    """
CREATE TABLE have (
    device VARCHAR(32) NOT NULL,
    grp VARCHAR NOT NULL,
    incarnation VARCHAR(32) NOT NULL,
    counter INTEGER NOT NULL,
    passed INTEGER DEFAULT '0' NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (device, grp, incarnation)
)
    """,
    """
INSERT INTO have (device, grp, incarnation, counter, body)
    SELECT device, grp, ifnull(json_extract(body, '$.incarnation'), ''), counter, body FROM have_before
    """,
    "DROP TABLE have_before",
)


def upgrade() -> None:
    """Makes the table anew; every list is kept."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
