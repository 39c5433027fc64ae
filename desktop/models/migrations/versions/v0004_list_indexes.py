"""Indexes for lists of a million rows: the order shown, then the row id and the withdrawal.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision: str | None = "0003"

STATEMENTS = (
    """
CREATE INDEX lists_officer_name ON officer (name, id, withdrawn)
    """,
    """
CREATE INDEX lists_lead_received ON lead (
    CASE WHEN received_at GLOB '[0-9]*' THEN unixepoch(received_at) END,
    id,
    withdrawn
)
    """,
    """
CREATE INDEX lists_case_file_filed ON case_file (
    CASE WHEN filed_at GLOB '[0-9]*' THEN unixepoch(filed_at) END,
    id,
    withdrawn
)
    """,
    """
CREATE INDEX lists_raid_started ON raid (
    CASE WHEN started_at GLOB '[0-9]*' THEN unixepoch(started_at) END,
    id,
    withdrawn
)
    """,
    """
CREATE INDEX lists_person_name ON person (name, id, withdrawn)
    """,
    """
CREATE INDEX lists_person_number ON person (coalesce(id_number, id_number_claimed), id, withdrawn)
    """,
    """
CREATE INDEX lists_person_withdrawn ON person (id) WHERE withdrawn = 1
    """,
    """
CREATE INDEX lists_presence ON presence (id, withdrawn, person)
    """,
    """
CREATE INDEX lists_presence_arrived ON presence (
    CASE WHEN arrived_at GLOB '[0-9]*' THEN unixepoch(arrived_at) END,
    id,
    withdrawn,
    person
)
    """,
    """
CREATE INDEX lists_presence_disposition ON presence (disposition, id, withdrawn, person)
    """,
    """
CREATE INDEX lists_presence_person ON presence (person, id, withdrawn)
    """,
    """
CREATE INDEX lists_presence_raid ON presence (
    raid,
    rtrim(site_number, '0123456789'),
    CAST(substr(site_number, length(rtrim(site_number, '0123456789')) + 1) AS INTEGER),
    site_number,
    ifnull(ledger_row, 2147483647),
    id,
    withdrawn,
    person
)
    """,
    """
CREATE INDEX lists_property_list_started ON property_list (
    CASE WHEN started_at GLOB '[0-9]*' THEN unixepoch(started_at) END,
    id,
    withdrawn
)
    """,
    """
CREATE INDEX lists_item ON item (id, withdrawn)
    """,
    """
CREATE INDEX lists_item_list ON item (list, line, id, withdrawn)
    """,
    """
CREATE INDEX lists_item_name ON item (name, id, withdrawn)
    """,
    """
CREATE INDEX lists_movement ON movement (id, withdrawn)
    """,
    """
CREATE INDEX lists_movement_item ON movement (
    item,
    CASE WHEN moved_at GLOB '[0-9]*' THEN unixepoch(moved_at) END,
    id,
    withdrawn
)
    """,
    """
CREATE INDEX lists_document_issued ON document (
    CASE WHEN issued_at GLOB '[0-9]*' THEN unixepoch(issued_at) END,
    id,
    withdrawn
)
    """,
    """
CREATE INDEX lists_document_number ON document (number, id, withdrawn)
    """,
    """
CREATE INDEX lists_attachment ON attachment (id, withdrawn)
    """,
)


def upgrade() -> None:
    """Makes the indexes; no row changes."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A case file is never taken back."""
    raise NotImplementedError("a case file is never taken back")
