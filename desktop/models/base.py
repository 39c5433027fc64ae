"""What all shared rows have in common, and how a column is tied to its frozen field word.

Shared tables hold a projection of the logs: they carry no constraint that a row from outside could break.
Knows the row id format, not the log, the merge or the file.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import Boolean, Integer, TypeDecorator

from desktop.wire.ids import is_row_id, row_bytes, row_text


class RowId(TypeDecorator[str]):
    """A row id: text in Python and on the wire, sixteen bytes in the file."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else row_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else row_text(value)


class JsonText(TypeDecorator[Any]):
    """A list or mapping of plain values, kept as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """The one registry of mapped classes; its metadata is the schema."""


class Shared(Base):
    """A row of a shared table: id, group, the write that created it, and how it stands.

    ``dot`` is the local number of the entry that created the row; ``withdrawn`` is 0 no, 1 yes, 2 disputed;
    ``conflicts`` counts fields with more than one live value.
    """

    __abstract__ = True
    __wire__: ClassVar[str]

    id: Mapped[str] = mapped_column(RowId, primary_key=True)
    grp: Mapped[str] = mapped_column(String, index=True)
    dot: Mapped[int | None] = mapped_column(Integer)
    withdrawn: Mapped[int] = mapped_column(Integer, default=0)
    conflicts: Mapped[int] = mapped_column(Integer, default=0)


def text(word: str, *, index: bool = False) -> MappedColumn[Any]:
    """A text field: words, codes, decimal strings, partial dates (2019-05), times with their offset."""
    return mapped_column(Text, nullable=True, index=index, info={"field": word})


def number(word: str) -> MappedColumn[Any]:
    """A whole number; money is in 分."""
    return mapped_column(Integer, nullable=True, info={"field": word})


def flag(word: str) -> MappedColumn[Any]:
    """Yes, no or not known."""
    return mapped_column(Boolean, nullable=True, info={"field": word})


def link(word: str) -> MappedColumn[Any]:
    """The id of another row, which may not have arrived yet."""
    return mapped_column(RowId, nullable=True, index=True, info={"field": word})


def listing(word: str) -> MappedColumn[Any]:
    """A list or mapping of plain values."""
    return mapped_column(JsonText, nullable=True, info={"field": word})


def fits(column_type: object, value_untrusted: object) -> bool:
    """True when a value from the wire can stand in a column of this type; others show as empty."""
    kind = type(value_untrusted)
    if isinstance(column_type, RowId):
        return is_row_id(value_untrusted)
    if isinstance(column_type, Boolean):
        return kind is bool
    if isinstance(column_type, Integer):
        return kind is int
    if isinstance(column_type, JsonText):
        return kind in (list, dict)
    return kind is str
