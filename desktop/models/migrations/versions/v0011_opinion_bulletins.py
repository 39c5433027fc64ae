"""Bulletins to all offices of a city or region, and who received them: two tables.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision: str | None = "0010"

_ROW = (
    "id BLOB NOT NULL, grp VARCHAR NOT NULL, dot INTEGER, withdrawn INTEGER NOT NULL,"
    " conflicts INTEGER NOT NULL, PRIMARY KEY (id)"
)

STATEMENTS = (
    "CREATE TABLE opinion_bulletin (issuer TEXT, number TEXT, title TEXT, nature TEXT, urgency TEXT,"
    " issued_at TEXT, period_from TEXT, period_to TEXT, platforms TEXT, summary TEXT, asked TEXT,"
    f" signatory TEXT, {_ROW})",
    "CREATE INDEX ix_opinion_bulletin_grp ON opinion_bulletin (grp)",
    f"CREATE TABLE bulletin_receipt (bulletin BLOB, office TEXT, signatory TEXT, made_at TEXT, {_ROW})",
    "CREATE INDEX ix_bulletin_receipt_bulletin ON bulletin_receipt (bulletin)",
    "CREATE INDEX ix_bulletin_receipt_grp ON bulletin_receipt (grp)",
)


def upgrade() -> None:
    """The tables are empty until the entries that fill them arrive, or are found to have arrived."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
