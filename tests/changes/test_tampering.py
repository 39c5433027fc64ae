"""One altered cell of any table of the file is found, and its record is named: every column, one at a time.

The tables are those of the schema: one that comes later is altered too, and needs a row in this world.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, LargeBinary, Table

from desktop.changes import proving_state
from desktop.changes.journal import Draft, Journal
from desktop.changes.notes import remember_all
from desktop.changes.verify import verify
from desktop.models.base import JsonText, RowId
from desktop.models.schema import SharedTable, metadata, shared_tables
from desktop.sync import enrolment, stating
from desktop.sync.exchange import export
from desktop.wire.ids import new_row_id, row_bytes, row_text
from tests.sync.pcs import GROUP, PC, join, new_stick, pair

_AS_ROWS = {"register", "pending", "foreign_row", *(shared.table.name for shared in shared_tables().values())}
_NAMED = {
    "log": ("id", "device"), "entry": ("id", "no"), "head": ("log", "n"), "statement": ("id",),
    "clock_off": ("first", "last"), "have": ("device",), "place": ("grp", "tbl"),
    "bundle": ("sha256",), "setting": ("key",), "arrival": ("first",), "ghost": ("entry",),
    "voucher": ("entry",), "clock_said": ("first", "last"), "have_blob": ("device",), "hold": ("entry",),
    "held_row": ("row",), "carried": ("sha256",),
}  # fmt: skip
"""By which cells a finding names a row of a table."""


def _value(column: Any, row: str) -> Any:
    if isinstance(column.type, RowId):
        return row
    if isinstance(column.type, JsonText):
        return ["x"]
    return {"INTEGER": 7, "BOOLEAN": True}.get(str(column.type), "x")


def _create(shared: SharedTable, office: str = "450923") -> list[Any]:
    row = new_row_id(GROUP, shared.wire, office)
    return ["c", shared.wire, row, {word: _value(column, row) for word, column in shared.columns.items()}]


def _write(pc: PC, *operations: list[Any]) -> None:
    with pc.engine.begin() as conn:
        Journal(conn).append([Draft("test.write", GROUP, list(operations))], "")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PC]:
    """A city that holds something in every table, most of it from others."""
    folder = tmp_path_factory.mktemp("tampering")
    city, one = pair(folder)
    two, cut = PC("450923", folder / "two"), PC("450923", folder / "cut")
    join(city, two)
    join(city, cut)
    with city.engine.begin() as conn:
        answer = enrolment.answer(Journal(conn))
    for pc in (one, two, cut):
        with pc.engine.begin() as conn:
            enrolment.accept(Journal(conn), answer)
    row = one.add(name="甲", phone="1")
    for shared in shared_tables().values():
        if shared.wire.endswith((".ar", ".ai")):
            _write(one, _create(shared))
    future = new_row_id(GROUP, "future.ar", "450923")
    _write(one, ["c", "future.ar", future, {"name": "x", "other": 1}])
    _write(one, ["s", "person.ar", row, {"age": [9, "ab" * 32]}])
    _write(one, ["k", 2, 3])
    with PC("450923", folder / "guest").engine.begin() as conn:
        request = json.loads(enrolment.request(Journal(conn), ""))
    _write(one, ["v", {"keys": request["keys"], "request": request}])
    _write(one, ["s", "person.ar", row, {"note": ["丙"]}])
    with one.engine.connect() as conn:
        log, entry = conn.exec_driver_sql(
            "SELECT l.id, e.id FROM entry e JOIN log l ON l.no = e.log ORDER BY e.no DESC LIMIT 1"
        ).one()
    first = new_stick(folder, "first")
    export(one.engine, one.blobs, first)
    for pc in (two, cut):
        pc.read(first)
        pc.change(row, phone=str(pc.count()), name="乙")
    with cut.engine.begin() as conn:
        device = Journal(conn).pen().device
    for pc in (two, cut):
        export(pc.engine, pc.blobs, first)
    city.read(first)
    with city.engine.begin() as conn:
        enrolment.cut(Journal(conn), device, 0)
        stating.clock(Journal(conn), log, 4, 5)
        stating.expunge(Journal(conn), entry.hex())
        remember_all(conn, "hold", [(1, 2)])
        remember_all(conn, "held_row", [(row_bytes(row), 1)])
        remember_all(conn, "have_blob", [(device, GROUP, "0" * 32, "1" * 64)])
    for shared in shared_tables().values():
        if ".c" in shared.wire:
            _write(city, _create(shared, "450900"))
    export(city.engine, city.blobs, new_stick(folder, "back"), ["450923"])
    city.blobs.put(io.BytesIO(b"x"))
    with city.engine.connect() as conn:
        assert list(verify(conn)) == []
    yield city
    city.engine.dispose()


def test_the_world_holds_a_row_in_every_table(city: PC) -> None:
    with city.engine.connect() as conn:
        counts = {name: _rows(conn, table) for name, table in metadata.tables.items()}
        verdicts = set(conn.exec_driver_sql("SELECT verdict FROM entry").scalars())
    assert [name for name, rows in counts.items() if not rows] == []
    assert verdicts == {"applied", "cut"}
    assert set(counts) == _AS_ROWS | _NAMED.keys()


def _rows(conn: Connection, table: Table) -> list[dict[str, Any]]:
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    return [
        dict(row) for row in conn.exec_driver_sql(f'SELECT * FROM "{table.name}" ORDER BY {order}').mappings()
    ]


def _altered(column: Any, cell: Any) -> Any:
    if cell is None:
        raw = isinstance(column.type, (RowId, LargeBinary))
        return b"\1" * 16 if raw else 1 if isinstance(column.type, Integer) else "x"
    if isinstance(cell, int):
        return cell + (100_000 if column.primary_key else 1)
    if isinstance(cell, bytes):
        return bytes([*cell[:-1], cell[-1] ^ 1]) if cell else b"\0"
    return cell[:-1] + chr(ord(cell[-1]) ^ 1) if cell else "x"


def _names(table: Table, row: dict[str, Any]) -> list[str]:
    if table.name in _AS_ROWS:
        return [row_text(row["row" if "row" in row else "id"])]
    cells = [row[name] for name in _NAMED[table.name]]
    return [cell.hex() if isinstance(cell, bytes) else json.dumps(cell).strip('"') for cell in cells]


def _found_when(city: PC, table: Table, column: Any, row: dict[str, Any], cell: Any) -> list[dict[str, Any]]:
    with city.engine.connect() as conn, conn.begin() as transaction:
        where = " AND ".join(f'"{key.name}" = ?' for key in table.primary_key)
        keys = [row[key.name] for key in table.primary_key]
        conn.info["projecting"] = True
        update = f'UPDATE "{table.name}" SET "{column.name}" = ? WHERE {where}'
        assert conn.exec_driver_sql(update, (cell, *keys)).rowcount == 1
        found = list(verify(conn))
        transaction.rollback()
        conn.info.pop("projecting")
    return found


@pytest.mark.parametrize(
    ("name", "column"),
    [(table.name, column.name) for table in metadata.tables.values() for column in table.columns],
)
def test_one_altered_cell_is_found_and_its_record_named(city: PC, name: str, column: str) -> None:
    table = metadata.tables[name]
    with city.engine.connect() as conn:
        rows = _rows(conn, table)
    for row in rows if name == "setting" else rows[:: max(1, len(rows) - 1)]:
        cell = _altered(table.columns[column], row[column])
        found = _found_when(city, table, table.columns[column], row, cell)
        text = json.dumps(found, ensure_ascii=False)
        named = [*_names(table, row), *_names(table, {**row, column: cell})]
        assert found, (row, cell)
        assert any(name in text for name in named), (row, found)


@pytest.mark.parametrize("column", ["header", "salt", "body", "previous", "id"])
def test_any_one_flipped_bit_of_an_entry_is_found(city: PC, column: str) -> None:
    table = metadata.tables["entry"]
    with city.engine.connect() as conn:
        rows = [row for row in _rows(conn, table) if row["verdict"] == "applied"]
    row = min(rows, key=lambda row: len(row["body"]))
    text = isinstance(row[column], str)
    raw = row[column].encode() if text else row[column]
    for at in range(0, len(raw) * 8, 11):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        if not text or changed[at // 8] < 128:
            cell = changed.decode() if text else bytes(changed)
            assert _found_when(city, table, table.columns[column], row, cell), at


def test_cells_of_another_type_are_findings_not_faults(city: PC) -> None:
    for table in metadata.tables.values():
        with city.engine.connect() as conn:
            row = _rows(conn, table)[-1]
        for column in table.columns:
            for cell in (b"\xff", "\n", -1) if table.name in _NAMED else (b"\xff",):
                if not (column.primary_key and isinstance(column.type, Integer)):
                    assert _found_when(city, table, column, row, cell), (table.name, column.name, cell)


def test_the_parts_of_a_long_log_find_the_same(city: PC, monkeypatch: pytest.MonkeyPatch) -> None:
    table = metadata.tables["person"]
    with city.engine.connect() as conn:
        rows = _rows(conn, table)
    whole = [_found_when(city, table, table.columns["name"], row, "改") for row in rows]
    monkeypatch.setattr(proving_state, "_PART_ENTRIES", 7)
    monkeypatch.setattr(proving_state, "_FOLDED", 2)
    with city.engine.connect() as conn:
        assert list(verify(conn)) == []
    assert [_found_when(city, table, table.columns["name"], row, "改") for row in rows] == whole
    assert all(found and found[0]["kind"] == "person" for found in whole)


def test_what_no_head_proves_and_what_is_gone_is_found(city: PC) -> None:
    with city.engine.connect() as conn, conn.begin() as transaction:
        conn.exec_driver_sql("DELETE FROM head WHERE log <> 1")
        assert {"unproved"} <= {found["finding"] for found in verify(conn)}
        transaction.rollback()
    with city.engine.connect() as conn, conn.begin() as transaction:
        conn.info["projecting"] = True
        conn.exec_driver_sql("DELETE FROM person")
        assert {"row"} == {found["finding"] for found in verify(conn)}
        transaction.rollback()
        conn.info.pop("projecting")
