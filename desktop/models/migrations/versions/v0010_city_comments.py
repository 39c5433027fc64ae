"""What the city notes and directs, and what the county answers: three tables.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision: str | None = "0009"

_ROW = (
    "id BLOB NOT NULL, grp VARCHAR NOT NULL, dot INTEGER, withdrawn INTEGER NOT NULL,"
    " conflicts INTEGER NOT NULL, PRIMARY KEY (id)"
)

STATEMENTS = (
    "CREATE TABLE comment (subject BLOB, subject_kind TEXT, nature TEXT, content TEXT, signatory TEXT,"
    f" made_at TEXT, {_ROW})",
    "CREATE INDEX ix_comment_grp ON comment (grp)",
    "CREATE INDEX ix_comment_subject ON comment (subject)",
    "CREATE TABLE directive (subject BLOB, subject_kind TEXT, nature TEXT, content TEXT, urgency TEXT,"
    " issued_at TEXT, due TEXT, working_days INTEGER, signatory TEXT, closed_at TEXT, closing TEXT,"
    f" number TEXT, {_ROW})",
    "CREATE INDEX ix_directive_grp ON directive (grp)",
    "CREATE INDEX ix_directive_subject ON directive (subject)",
    f"CREATE TABLE reply (directive BLOB, content TEXT, final BOOLEAN, signatory TEXT, made_at TEXT, {_ROW})",
    "CREATE INDEX ix_reply_directive ON reply (directive)",
    "CREATE INDEX ix_reply_grp ON reply (grp)",
)


def upgrade() -> None:
    """The tables are empty until the entries that fill them arrive, or are found to have arrived."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
