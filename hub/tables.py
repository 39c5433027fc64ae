"""The hub's tables, alike on SQLite and PostgreSQL. Times are milliseconds since 1970 by the hub's clock."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "1"
"""Of this schema; stands in ``word`` under ``schema``."""

metadata = MetaData()

word = Table(
    "word",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""network, epoch, secret, root, password, token, schema, tidied."""

statement = Table(
    "statement",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("line", LargeBinary, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("seen_at", BigInteger),
    Column("held_bytes", BigInteger, nullable=False, default=0),
    Column("held_bundles", Integer, nullable=False, default=0),
)
"""What a device has under way: bytes and number of its bundles that are here or are being sent."""

box = Table(
    "box",
    metadata,
    Column("device", String(32), primary_key=True),
    Column("last_no", BigInteger, nullable=False),
)
"""The last number given in each mailbox; its row lock is what makes numbers visible in their order."""

bundle = Table(
    "bundle",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("sender", String(32), nullable=False),
    Column("blob", String(100)),
    Column("stored_at", BigInteger, nullable=False),
    Column("gone_at", BigInteger),
    Column("unhanded", Boolean, nullable=False, default=False),
    Index("bundle_gone", "gone_at"),
    Index("bundle_stored", "stored_at"),
)
"""``blob`` is the key in the store, absent when the bytes are gone; ``unhanded``: before all had it."""

sending = Table(
    "sending",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("device", String(32), primary_key=True),
)

mail = Table(
    "mail",
    metadata,
    Column("device", String(32), primary_key=True),
    Column("no", BigInteger, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("sender", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    UniqueConstraint("name", "device", name="mail_once"),
    Index("mail_waiting", "device", "done_at"),
)

upload = Table(
    "upload",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("device", String(32), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("upload_device", "device"),
)
"""A bundle on its way, one a sending device: nobody can spoil another's."""

refusal = Table(
    "refusal",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
