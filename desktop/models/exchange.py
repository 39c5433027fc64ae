"""The log and the state that is folded from it: local tables, never shared as rows.

``entry.no`` is this file's own number of an entry; everything here names writes by it, the wire by their ids.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, text

from desktop.models.base import Base

metadata = Base.metadata

log = Table(
    "log",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("device", String(32), nullable=False, index=True),
    Column("grp", String, nullable=False, index=True),
    Column("incarnation", String(32), nullable=False),
    Column("resumed", String(64)),
    Column("signing_key", String(64), nullable=False),
    Column("age_key", String, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("id", LargeBinary(32), nullable=False, unique=True),
    Column("log", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("stamp", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Index("entry_by_number", "log", "n"),
    Index("entry_by_previous", "previous"),
    Index("entry_in_quarantine", "verdict", sqlite_where=text("verdict <> 'applied'")),
)
"""``verdict`` is ``applied`` or the reason why the entry is in quarantine."""

head = Table(
    "head",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("log", Integer, nullable=False, index=True),
    Column("n", Integer, nullable=False),
    Column("signature", String(128), nullable=False),
)

statement = Table(
    "statement",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("signatures", Text, nullable=False),
    Column("signed", Integer, nullable=False, server_default="1"),
)
"""``signed``: enough keys of a trusted set signed it, so that it is among those that the digest counts."""

ghost = Table(
    "ghost",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("operations", LargeBinary, nullable=False),
)
"""What stands in the place of payloads that were expunged by order: operations without values."""

voucher = Table(
    "voucher",
    metadata,
    Column("entry", Integer, primary_key=True),
)
"""Entries that may hold vouchers, so that they are found among millions; what they are worth is judged."""

clock_said = Table(
    "clock_said",
    metadata,
    Column("log", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Entry numbers of a log that its city states to be written with a wrong clock, told from the statements."""

clock_off = Table(
    "clock_off",
    metadata,
    Column("log", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Entry numbers of a log that its PC declared to be written with a wrong clock: they rank last."""

have = Table(
    "have",
    metadata,
    Column("device", String(32), primary_key=True),
    Column("grp", String, primary_key=True),
    Column("incarnation", String(32), primary_key=True),
    Column("counter", Integer, nullable=False),
    Column("passed", Integer, nullable=False, server_default="0"),
    Column("body", Text, nullable=False),
    Column("seal", LargeBinary, nullable=False, server_default=text("x''")),
)
"""The newest have-list of each incarnation of a device, by group: copies of one PC write under one device.

``passed`` counts the lists of its other incarnations that came since; ``body`` is empty once it is let go.
"""

have_blob = Table(
    "have_blob",
    metadata,
    Column("device", String(32), primary_key=True),
    Column("grp", String, primary_key=True),
    Column("incarnation", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("seal", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Attachments of devices whose have-lists tell only a part of them at a time."""

hold = Table(
    "hold",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
"""Entries of mass changes that wait for an officer; only what is shown waits, never the merge."""

held_row = Table(
    "held_row",
    metadata,
    Column("row", LargeBinary(16), primary_key=True),
    Column("entry", Integer, primary_key=True),
    Column("seal", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Rows whose withdrawal by a held entry is not shown yet."""

place = Table(
    "place",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("grp", String, nullable=False),
    Column("tbl", String, nullable=False),
    Index("place_names", "grp", "tbl", unique=True),
)

register = Table(
    "register",
    metadata,
    Column("row", LargeBinary(16), primary_key=True),
    Column("field", String, primary_key=True),
    Column("dot", Integer, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The live values of each register that differs from its row's creation; field "" holds withdrawal marks."""

pending = Table(
    "pending",
    metadata,
    Column("row", LargeBinary(16), primary_key=True),
    Column("field", String, primary_key=True),
    Column("over", LargeBinary(32), primary_key=True),
    Column("place", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Writes that were replaced before they arrived."""

foreign_row = Table(
    "foreign_row",
    metadata,
    Column("row", LargeBinary(16), primary_key=True),
    Column("place", Integer, nullable=False, index=True),
    Column("dot", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Rows of tables that this program does not know yet: kept, forwarded, digested, shown after an upgrade."""

bundle = Table(
    "bundle",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("outcome", String, nullable=False),
    Column("at", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False, server_default=text("x''")),
)
"""Bundles that were read to their clean end, by the hash of the file. ``seal``: see ``changes.notes``."""

arrival = Table(
    "arrival",
    metadata,
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("bundle", String(64), nullable=False),
    Column("sender", String(32), nullable=False),
    Column("at", Integer, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
"""Which bundle brought which entries, by this file's numbers of them: one row for each stretch."""

carried = Table(
    "carried",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("stick", String(32), index=True),
    Column("grp", String, nullable=False),
    Column("at", Integer, nullable=False),
    Column("holds", Text, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
"""Bundles that this PC put on a carrier: on which stick (its id, if it has one), of which group, when (ms
since 1970), and as JSON what they hold (``desktop.sync.carried.Holds``)."""

setting = Table(
    "setting",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False, server_default=text("x''")),
)
"""This file's own facts: office, device keys, incarnation, trusted root, counters."""
