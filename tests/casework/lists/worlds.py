"""Records of nobody, put straight into the tables, for the tests of lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, insert

from desktop.casefile.database import teach
from desktop.models.schema import by_kind, metadata
from desktop.wire.ids import new_row_id

GROUP, OFFICE = "office:450923", "450923"
RAID_DAY = "2020-06-07T09:20+08:00"


def put(conn: Connection, kind: str, /, *, at: int | None = None, **values: Any) -> str:
    """One record of a kind, made at a time in ms; returns its id."""
    shared = by_kind()[kind]
    row = values.pop("id", None) or new_row_id(GROUP, shared.wire, OFFICE, wall_ms=at)
    columns = {
        shared.columns[word].name if word in shared.columns else word: value for word, value in values.items()
    }
    common = {"id": row, "grp": GROUP, "withdrawn": 0, "conflicts": 0}
    conn.execute(insert(shared.table).values(common | columns))
    return row


def found_person(conn: Connection, raid: str | None, name: str | None, **values: Any) -> str:
    """A person and the presence; keywords of a person go to the person. Returns the presence's id."""
    words = by_kind()["person"].columns.keys() - {"note"}
    person = {word: value for word, value in values.items() if word in words}
    rest = {word: value for word, value in values.items() if word not in words}
    row = put(conn, "person", name=name, **person)
    return put(conn, "presence", raid=raid, person=row, **rest)


@contextmanager
def memory() -> Iterator[Connection]:
    """A connection to the schema in memory."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda driver, _: teach(driver))
    metadata.create_all(engine)
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()
