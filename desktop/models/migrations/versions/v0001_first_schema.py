"""The first schema: the log, the state folded from it, and the shared tables of the first slice.

Stands alone: imports no live model, so that it does the same for ever.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision: str | None = None

STATEMENTS = (
    """
CREATE TABLE approval (
    raid BLOB,
    "case" BLOB,
    measure INTEGER,
    approver BLOB,
    form TEXT,
    approved_at TEXT,
    on_the_spot BOOLEAN,
    reason TEXT,
    basis TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_approval_approver ON approval (approver)
    """,
    """
CREATE INDEX ix_approval_case ON approval ("case")
    """,
    """
CREATE INDEX ix_approval_grp ON approval (grp)
    """,
    """
CREATE INDEX ix_approval_raid ON approval (raid)
    """,
    """
CREATE TABLE attachment (
    subject BLOB,
    subject_kind TEXT,
    name TEXT,
    sha256 TEXT,
    size INTEGER,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_attachment_grp ON attachment (grp)
    """,
    """
CREATE INDEX ix_attachment_sha256 ON attachment (sha256)
    """,
    """
CREATE INDEX ix_attachment_subject ON attachment (subject)
    """,
    """
CREATE TABLE bundle (
    sha256 VARCHAR(64) NOT NULL,
    outcome VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (sha256)
)
    """,
    """
CREATE TABLE case_file (
    title TEXT,
    case_no TEXT,
    cause TEXT,
    lead BLOB,
    filed_at TEXT,
    party TEXT,
    officers TEXT,
    practice BOOLEAN,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_case_file_grp ON case_file (grp)
    """,
    """
CREATE INDEX ix_case_file_lead ON case_file (lead)
    """,
    """
CREATE TABLE clock_off (
    log INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (log, first, last)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE decision (
    subject BLOB,
    subject_kind TEXT,
    field TEXT,
    reason TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_decision_grp ON decision (grp)
    """,
    """
CREATE INDEX ix_decision_subject ON decision (subject)
    """,
    """
CREATE TABLE document (
    form TEXT,
    number TEXT,
    subject BLOB,
    subject_kind TEXT,
    issued_at TEXT,
    sha256 TEXT,
    dots TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_document_grp ON document (grp)
    """,
    """
CREATE INDEX ix_document_number ON document (number)
    """,
    """
CREATE INDEX ix_document_subject ON document (subject)
    """,
    """
CREATE TABLE entry (
    no INTEGER NOT NULL,
    id BLOB NOT NULL,
    log INTEGER NOT NULL,
    n INTEGER NOT NULL,
    previous BLOB NOT NULL,
    header BLOB NOT NULL,
    salt VARCHAR(32) NOT NULL,
    body BLOB NOT NULL,
    stamp INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,
    PRIMARY KEY (no),
    UNIQUE (id)
)
    """,
    """
CREATE INDEX entry_by_number ON entry (log, n)
    """,
    """
CREATE INDEX entry_by_previous ON entry (previous)
    """,
    """
CREATE INDEX entry_by_verdict ON entry (verdict)
    """,
    """
CREATE TABLE foreign_row (
    "row" BLOB NOT NULL,
    place INTEGER NOT NULL,
    dot INTEGER NOT NULL,
    PRIMARY KEY ("row")
)
 WITHOUT ROWID
    """,
    """
CREATE INDEX ix_foreign_row_place ON foreign_row (place)
    """,
    """
CREATE TABLE have (
    device VARCHAR(32) NOT NULL,
    grp VARCHAR NOT NULL,
    counter INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (device, grp)
)
    """,
    """
CREATE TABLE head (
    entry INTEGER NOT NULL,
    log INTEGER NOT NULL,
    n INTEGER NOT NULL,
    signature VARCHAR(128) NOT NULL,
    PRIMARY KEY (entry)
)
    """,
    """
CREATE INDEX ix_head_log ON head (log)
    """,
    """
CREATE TABLE item (
    list BLOB,
    line INTEGER,
    name TEXT,
    spec TEXT,
    unit TEXT,
    quantity TEXT,
    source TEXT,
    note TEXT,
    extra TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_item_grp ON item (grp)
    """,
    """
CREATE INDEX ix_item_list ON item (list)
    """,
    """
CREATE TABLE lead (
    source TEXT,
    received_at TEXT,
    reporter_alias TEXT,
    summary TEXT,
    place TEXT,
    region TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_lead_grp ON lead (grp)
    """,
    """
CREATE TABLE log (
    no INTEGER NOT NULL,
    id VARCHAR(64) NOT NULL,
    device VARCHAR(32) NOT NULL,
    grp VARCHAR NOT NULL,
    incarnation VARCHAR(32) NOT NULL,
    resumed VARCHAR(64),
    signing_key VARCHAR(64) NOT NULL,
    age_key VARCHAR NOT NULL,
    PRIMARY KEY (no),
    UNIQUE (id)
)
    """,
    """
CREATE INDEX ix_log_device ON log (device)
    """,
    """
CREATE INDEX ix_log_grp ON log (grp)
    """,
    """
CREATE TABLE movement (
    item BLOB,
    kind TEXT,
    moved_at TEXT,
    giver TEXT,
    receiver TEXT,
    place TEXT,
    reason TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_movement_grp ON movement (grp)
    """,
    """
CREATE INDEX ix_movement_item ON movement (item)
    """,
    """
CREATE TABLE number_lease (
    series TEXT,
    year INTEGER,
    first INTEGER,
    last INTEGER,
    device TEXT,
    incarnation TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_number_lease_grp ON number_lease (grp)
    """,
    """
CREATE TABLE office (
    code TEXT,
    name TEXT,
    short_name TEXT,
    practice BOOLEAN,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_office_grp ON office (grp)
    """,
    """
CREATE TABLE officer (
    name TEXT,
    credential TEXT,
    position TEXT,
    branch TEXT,
    principal_head BOOLEAN,
    note TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_officer_grp ON officer (grp)
    """,
    """
CREATE INDEX ix_officer_name ON officer (name)
    """,
    """
CREATE TABLE pending (
    "row" BLOB NOT NULL,
    field VARCHAR NOT NULL,
    over BLOB NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY ("row", field, over)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE person (
    name TEXT,
    alias TEXT,
    sex TEXT,
    birth TEXT,
    id_type TEXT,
    id_number TEXT,
    id_number_claimed TEXT,
    ethnic_group TEXT,
    household TEXT,
    address TEXT,
    phone TEXT,
    education TEXT,
    occupation TEXT,
    family_name TEXT,
    family_phone TEXT,
    note TEXT,
    extra TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_person_grp ON person (grp)
    """,
    """
CREATE INDEX ix_person_id_number ON person (id_number)
    """,
    """
CREATE INDEX ix_person_name ON person (name)
    """,
    """
CREATE TABLE place (
    no INTEGER NOT NULL,
    grp VARCHAR NOT NULL,
    tbl VARCHAR NOT NULL,
    PRIMARY KEY (no)
)
    """,
    """
CREATE UNIQUE INDEX place_names ON place (grp, tbl)
    """,
    """
CREATE TABLE presence (
    raid BLOB,
    person BLOB,
    site_number TEXT,
    minor_claimed TEXT,
    health TEXT,
    arrived_at TEXT,
    left_at TEXT,
    upline_claimed TEXT,
    upline BLOB,
    joined_on TEXT,
    paid INTEGER,
    rank TEXT,
    role TEXT,
    liberty_restricted TEXT,
    disposition TEXT,
    destination TEXT,
    responsible TEXT,
    note TEXT,
    flags TEXT,
    ledger_row INTEGER,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_presence_grp ON presence (grp)
    """,
    """
CREATE INDEX ix_presence_person ON presence (person)
    """,
    """
CREATE INDEX ix_presence_raid ON presence (raid)
    """,
    """
CREATE INDEX ix_presence_upline ON presence (upline)
    """,
    """
CREATE TABLE property_list (
    raid BLOB,
    "case" BLOB,
    purpose TEXT,
    measure INTEGER,
    approval BLOB,
    party TEXT,
    place TEXT,
    started_at TEXT,
    days INTEGER,
    officers TEXT,
    witness TEXT,
    storage TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_property_list_approval ON property_list (approval)
    """,
    """
CREATE INDEX ix_property_list_case ON property_list ("case")
    """,
    """
CREATE INDEX ix_property_list_grp ON property_list (grp)
    """,
    """
CREATE INDEX ix_property_list_raid ON property_list (raid)
    """,
    """
CREATE TABLE raid (
    title TEXT,
    "case" BLOB,
    place TEXT,
    region TEXT,
    started_at TEXT,
    ended_at TEXT,
    situation TEXT,
    practice BOOLEAN,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_raid_case ON raid ("case")
    """,
    """
CREATE INDEX ix_raid_grp ON raid (grp)
    """,
    """
CREATE TABLE raid_group (
    raid BLOB,
    name TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_raid_group_grp ON raid_group (grp)
    """,
    """
CREATE INDEX ix_raid_group_raid ON raid_group (raid)
    """,
    """
CREATE TABLE raid_officer (
    raid BLOB,
    "group" BLOB,
    officer BLOB,
    duty TEXT,
    id BLOB NOT NULL,
    grp VARCHAR NOT NULL,
    dot INTEGER,
    withdrawn INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    PRIMARY KEY (id)
)
    """,
    """
CREATE INDEX ix_raid_officer_group ON raid_officer ("group")
    """,
    """
CREATE INDEX ix_raid_officer_grp ON raid_officer (grp)
    """,
    """
CREATE INDEX ix_raid_officer_officer ON raid_officer (officer)
    """,
    """
CREATE INDEX ix_raid_officer_raid ON raid_officer (raid)
    """,
    """
CREATE TABLE register (
    "row" BLOB NOT NULL,
    field VARCHAR NOT NULL,
    dot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("row", field, dot)
)
 WITHOUT ROWID
    """,
    """
CREATE TABLE setting (
    "key" VARCHAR NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY ("key")
)
    """,
    """
CREATE TABLE statement (
    id VARCHAR(64) NOT NULL,
    kind VARCHAR NOT NULL,
    body TEXT NOT NULL,
    signatures TEXT NOT NULL,
    PRIMARY KEY (id)
)
    """,
)


def upgrade() -> None:
    """Makes every table and index."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError("a case file is never taken back")
