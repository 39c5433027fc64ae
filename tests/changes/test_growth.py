"""An upgrade shows what was already in the log: new columns, new tables; and it is done once."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.changes import growth
from desktop.changes.growth import Newer, catch_up, waiting_for_upgrade
from desktop.changes.journal import Draft, Journal
from desktop.sync.standing import standing
from desktop.wire import entries
from desktop.wire.canonical import encode
from desktop.wire.ids import new_row_id, row_bytes
from tests.changes.worlds import GROUP, PC, City

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


GADGETS = "gadget.ar"


def _later(group: str, office: str) -> list[Any]:
    """An act of which one operation is of a letter that only a newer program knows."""
    return [["c", "person.ar", new_row_id(group, "person.ar", office), {"name": "乙"}], ["m", {"why": 1}]]


def _tell(one: PC, other: PC) -> None:
    for piece in one.pieces():
        other.journal.receive(piece)


def test_an_operation_of_a_newer_program_waits_in_quarantine_until_the_upgrade(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city, hub, one = City(), PC("450900"), PC("450923")
    for pc in (hub, one):
        pc.enrol(city, [city.grant(hub, "450900"), city.grant(one, "450923")])
        catch_up(pc.journal)
    operations = _later(GROUP, "450923")
    one.journal.append([Draft("person.merge", GROUP, operations)], "")
    _tell(one, hub)
    assert waiting_for_upgrade(hub.conn) == Newer(rows=0, entries=1)
    told = standing(hub.conn)
    assert [(item.reason, item.entries, item.office) for item in told.quarantine] == [("newer", 1, "450923")]
    assert hub.conn.exec_driver_sql("SELECT count(*) FROM person").scalar() == 0
    assert catch_up(hub.journal) == {}

    letters = {**entries._SHAPES, "m": lambda operation: len(operation) == 2}
    monkeypatch.setattr(entries, "_SHAPES", letters)
    monkeypatch.setattr(growth, "LETTERS", frozenset(letters))
    assert catch_up(hub.journal) == {"person": {operations[0][2]}}
    assert waiting_for_upgrade(hub.conn) == Newer(rows=0, entries=0)
    assert standing(hub.conn).quarantine == []
    assert hub.dump() == one.dump()
    assert catch_up(hub.journal) == {}


@pytest.mark.parametrize(
    ("payload", "newer"),
    [
        ([["m", 1]], True),
        ([["m"]], True),
        ([["k", 1, 2], ["z", [[]]]], True),
        ([["k", 1, 2]], False),
        ([["k", 2, 1], ["z"]], False),
        ([["M", 1]], False),
        ([["mm", 1]], False),
        ([[["m"], 1]], False),
        ([["m", 1], []], False),
        ([["m", 1], 1], False),
        ([], False),
        ({"m": 1}, False),
    ],
)
def test_only_an_unknown_letter_is_taken_for_a_newer_programs(payload: Any, newer: bool) -> None:
    assert entries.is_of_later_program(encode(payload)) is newer


@pytest.mark.parametrize("data", [b"", b"[", b'[["m", 1]]', b"\xff", b"[" * 2000])
def test_what_is_no_payload_at_all_is_no_newer_programs(data: bytes) -> None:
    assert entries.is_of_later_program(data) is False


def test_rows_of_unknown_tables_are_counted() -> None:
    pc = PC("450923")
    rows = [new_row_id(GROUP, GADGETS, "450923") for _ in range(3)]
    pc.journal.append([Draft("newer", GROUP, [["c", GADGETS, row, {"size": 1}] for row in rows])], "")
    assert waiting_for_upgrade(pc.conn) == Newer(rows=3, entries=0)
