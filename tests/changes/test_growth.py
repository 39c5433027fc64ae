"""An upgrade shows what was already in the log: new columns, new tables; and it is done once."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.changes import growth
from desktop.changes.growth import catch_up
from desktop.changes.journal import Journal
from desktop.wire.ids import row_bytes
from tests.changes.worlds import GROUP, PC

NEW = {"approval.ai makes_up"}


def _pc() -> tuple[PC, str, str]:
    pc = PC("450923")
    act = pc.act()
    exception = act.create("approval", {"on_the_spot": True, "measure": 5})
    made_up = act.create("approval", {"makes_up": exception, "measure": 5})
    act.create("person", {"name": "甲"}, group="city:450900")
    act.close("measure.approve")
    act.finish()
    return pc, exception, made_up


def _as_before(pc: PC, monkeypatch: pytest.MonkeyPatch, new: set[str], *statements: str) -> list[str]:
    """The file as the older program left it; returns the groups that are folded anew from now on."""
    words = growth._words()
    with monkeypatch.context() as older:
        older.setattr(growth, "_words", lambda: words - new)
        catch_up(pc.journal)
    pc.conn.info["projecting"] = True
    for statement in statements:
        pc.conn.exec_driver_sql(statement)
    pc.conn.info["projecting"] = False
    folded: list[str] = []
    refold = Journal.refold
    monkeypatch.setattr(Journal, "refold", lambda self, group: [folded.append(group), refold(self, group)][1])
    return folded


def _column(pc: PC, row: str) -> Any:
    return pc.conn.exec_driver_sql(
        "SELECT makes_up FROM approval WHERE id = ?", (row_bytes(row),)
    ).scalar_one_or_none()


def test_a_field_that_has_a_column_now_is_shown_and_other_groups_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pc, exception, made_up = _pc()
    before = pc.dump()
    folded = _as_before(pc, monkeypatch, NEW, "UPDATE approval SET makes_up = NULL")
    changes = catch_up(pc.journal)
    assert _column(pc, made_up) == row_bytes(exception)
    assert folded == [GROUP]
    assert made_up in changes["approval"]
    assert pc.dump() == before
    assert catch_up(pc.journal) == {}
    assert folded == [GROUP]


def test_a_table_that_is_known_now_takes_its_rows_in(monkeypatch: pytest.MonkeyPatch) -> None:
    pc, exception, made_up = _pc()
    words = {word for word in growth._words() if word.startswith("approval.ai")}
    move = (
        "INSERT INTO foreign_row SELECT a.id, p.no, a.dot FROM approval a"
        " JOIN place p ON p.tbl = 'approval.ai'"
    )
    folded = _as_before(pc, monkeypatch, words, move, "DELETE FROM approval")
    catch_up(pc.journal)
    assert _column(pc, made_up) == row_bytes(exception)
    assert pc.conn.exec_driver_sql("SELECT count(*) FROM foreign_row").scalar() == 0
    assert folded == [GROUP]


def test_a_file_that_never_said_what_it_knew_is_folded_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pc, exception, made_up = _pc()
    pc.conn.info["projecting"] = True
    pc.conn.exec_driver_sql("UPDATE approval SET makes_up = NULL")
    pc.conn.info["projecting"] = False
    catch_up(pc.journal)
    assert _column(pc, made_up) == row_bytes(exception)
    monkeypatch.setattr(Journal, "refold", None)
    assert catch_up(pc.journal) == {}
