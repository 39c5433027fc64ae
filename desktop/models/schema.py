"""The schema as data: which wire table is which mapped class, which field word is which column."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Column, MetaData, Table

from desktop.models import casework, exchange
from desktop.models.base import Base, Shared
from desktop.models.list_indexes import add_indexes

metadata: MetaData = exchange.metadata
add_indexes(metadata)

REVISIONS = Path(__file__).parent / "migrations" / "versions"
"""Where the schema's revisions lie."""


class SharedTable(NamedTuple):
    """One shared table: its wire name, its table, and its columns by field word."""

    wire: str
    kind: str
    model: type[Shared]
    table: Table
    columns: dict[str, Column[object]]


@cache
def shared_tables() -> dict[str, SharedTable]:
    """All shared tables by wire name. Raises ``ValueError`` if a wire name or field word is used twice."""
    found: dict[str, SharedTable] = {}
    for mapper in Base.registry.mappers:
        model = mapper.class_
        if not issubclass(model, Shared) or model.__module__ != casework.__name__:
            continue
        table = model.__table__
        if not isinstance(table, Table) or model.__wire__ in found:
            raise ValueError(f"{model.__wire__} is used twice")
        columns = {column.info["field"]: column for column in table.columns if "field" in column.info}
        found[model.__wire__] = SharedTable(
            model.__wire__, model.__wire__.partition(".")[0], model, table, columns
        )
    return found


@cache
def by_kind() -> dict[str, SharedTable]:
    """All shared tables by the name that commands use (``person``, ``raid`` …)."""
    return {shared.kind: shared for shared in shared_tables().values()}
