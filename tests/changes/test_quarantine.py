"""What does not count is read by pages and by its own index, however many entries count beside it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from desktop.casefile.database import memory_engine
from desktop.changes.pen import make_pen
from desktop.changes.quarantine import newest, quarantine, sums
from desktop.models.schema import metadata


@pytest.mark.parametrize(
    "read",
    [
        lambda conn: newest(conn),
        lambda conn: newest(conn, why="cut", device="a", before=9),
        lambda conn: list(quarantine(conn)),
        sums,
    ],
)
def test_no_entry_that_counts_is_looked_at(read: Any) -> None:
    engine, statements = memory_engine(), []
    metadata.create_all(engine)
    with engine.begin() as conn:
        make_pen(conn, "450923")

    @event.listens_for(engine, "before_cursor_execute")
    def keep(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if "FROM entry e JOIN log l" in statement and "EXPLAIN" not in statement:
            statements.append((statement, values))

    with engine.connect() as conn:
        assert list(read(conn)) == []
        about = [(text, values) for text, values in statements if "verdict <>" in text]
        assert about
        for text, values in about:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            assert "entry_in_quarantine" in plan[0][3], plan
