"""Orders about single entries, vouchers, clocks a city declares off, attachments told in parts, held changes.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision: str | None = "0007"

STATEMENTS = (
    """
ALTER TABLE statement ADD COLUMN signed INTEGER DEFAULT 1 NOT NULL
    """,
    """
CREATE TABLE ghost (
    entry INTEGER NOT NULL,
    operations BLOB NOT NULL,
    PRIMARY KEY (entry)
)
    """,
    """
CREATE TABLE voucher (
    entry INTEGER NOT NULL,
    PRIMARY KEY (entry)
)
    """,
    """
INSERT INTO voucher (entry) SELECT no FROM entry WHERE instr(body, CAST('["v",' AS BLOB)) > 0
    """,
    """
CREATE TABLE clock_said (
    log INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (log, first, last)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE have_blob (
    device VARCHAR(32) NOT NULL,
    grp VARCHAR NOT NULL,
    incarnation VARCHAR(32) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (device, grp, incarnation, sha256)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE hold (
    entry INTEGER NOT NULL,
    at INTEGER NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (entry)
)
    """,
    """
CREATE TABLE held_row (
    "row" BLOB NOT NULL,
    entry INTEGER NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY ("row", entry)
)
 WITHOUT ROWID
    """,
    """
CREATE TRIGGER search_ghost_came AFTER INSERT ON ghost BEGIN
    INSERT OR IGNORE INTO search_again (no) VALUES (0);
END
    """,
    """
CREATE TRIGGER search_clock_said AFTER INSERT ON clock_said BEGIN
    INSERT OR IGNORE INTO search_again (no) VALUES (0);
END
    """,
    """
CREATE TRIGGER search_clock_unsaid AFTER DELETE ON clock_said BEGIN
    INSERT OR IGNORE INTO search_again (no) VALUES (0);
END
    """,
)


def upgrade() -> None:
    """Makes every table and trigger; notes entries that may hold vouchers."""
    for statement in STATEMENTS:
        op.execute(statement)
