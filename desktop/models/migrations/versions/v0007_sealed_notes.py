"""Notes carry a seal, and which bundle brought which entries is noted.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import hashlib

from alembic import op

revision = "0007"
down_revision: str | None = "0006"

STATEMENTS = (
    "ALTER TABLE setting ADD COLUMN seal BLOB DEFAULT x'' NOT NULL",
    "ALTER TABLE bundle ADD COLUMN seal BLOB DEFAULT x'' NOT NULL",
    "ALTER TABLE have ADD COLUMN seal BLOB DEFAULT x'' NOT NULL",
    """
CREATE TABLE arrival (
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    bundle VARCHAR(64) NOT NULL,
    sender VARCHAR(32) NOT NULL,
    at INTEGER NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (first)
)
    """,
)
_SEALED = {
    "setting": "key, value",
    "bundle": "sha256, outcome, at",
    "have": "device, grp, incarnation, counter, passed, body",
}


def upgrade() -> None:
    """Adds the columns and the table, and seals what is there."""
    for statement in STATEMENTS:
        op.execute(statement)
    conn = op.get_bind()
    for table, columns in _SEALED.items():
        for place, *row in conn.exec_driver_sql(f"SELECT rowid, {columns} FROM {table}").all():  # noqa: S608
            found = hashlib.sha256(table.encode())
            for cell in row:
                raw = cell if isinstance(cell, bytes) else str(cell).encode()
                found.update(b"\n%d:" % len(raw) + raw)
            update = f"UPDATE {table} SET seal = ? WHERE rowid = ?"  # noqa: S608
            conn.exec_driver_sql(update, (found.digest(), place))


def downgrade() -> None:
    """A case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
