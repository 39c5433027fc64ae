"""The search index: local tables, made here and filled by the program.

They are this file's own: not shared, not dumped, not digested, and no loss when emptied. ``search_again``
names entries that were judged anew or changed after they were written (0 when an entry lost its payload: then
everything is indexed anew, so that its words leave the index); the triggers fill it, in the transaction of
the change. Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision: str | None = "0001"

CHANGES_ROWS = frozenset({"search_text_data", "search_text_config"})
"""A new phrase index is not empty: it holds its own settings."""

STATEMENTS = (
    """
CREATE TABLE search_state (
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name)
)
    """,
    """
CREATE TABLE search_doc (
    no INTEGER NOT NULL,
    "row" BLOB NOT NULL,
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (no),
    UNIQUE ("row")
)
    """,
    """
CREATE TABLE search_key (
    "key" TEXT NOT NULL,
    doc INTEGER NOT NULL,
    PRIMARY KEY ("key", doc)
)
 WITHOUT ROWID
    """,
    """
CREATE VIRTUAL TABLE search_text USING fts5 (body, content = '', tokenize = 'ascii')
    """,
    """
CREATE TABLE search_row (
    "row" BLOB NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY ("row")
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE search_again (
    no INTEGER NOT NULL,
    PRIMARY KEY (no)
)
    """,
    """
CREATE TRIGGER search_entry_changed AFTER UPDATE OF verdict, body ON entry BEGIN
    INSERT OR IGNORE INTO search_again (no) VALUES (NEW.no);
END
    """,
    """
CREATE TRIGGER search_entry_emptied AFTER UPDATE OF body ON entry WHEN NEW.salt = '-' BEGIN
    INSERT OR IGNORE INTO search_again (no) VALUES (0);
END
    """,
)


def upgrade() -> None:
    """Makes every table and trigger."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """An index is no loss, but a case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
