"""Fewer indexes: beginnings of longer ones go, and verdicts are indexed only in quarantine.

Every write of a row or an entry pays for each of them. Stands alone: imports no live model, so that it does
the same for ever.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision: str | None = "0004"

STATEMENTS = (
    "DROP INDEX ix_document_number",
    "DROP INDEX ix_item_list",
    "DROP INDEX ix_movement_item",
    "DROP INDEX ix_officer_name",
    "DROP INDEX ix_person_name",
    "DROP INDEX ix_presence_person",
    "DROP INDEX ix_presence_raid",
    "DROP INDEX entry_by_verdict",
    "CREATE INDEX entry_in_quarantine ON entry (verdict) WHERE verdict <> 'applied'",
)


def upgrade() -> None:
    """Drops and makes indexes; no row changes."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
