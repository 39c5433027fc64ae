"""The schema, its frozen words, and that the migrations lead to it."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Engine, Inspector, create_engine, insert, inspect

from desktop.casefile.database import memory_engine
from desktop.casefile.migrating import AlembicSchema, SchemaState
from desktop.models.casework import Presence, Raid
from desktop.models.schema import REVISIONS, by_kind, metadata, shared_tables
from desktop.wire.ids import row_text

FROZEN = Path(__file__).parent / "frozen_words.txt"


def _words() -> list[str]:
    return sorted(
        f"{wire} {word} {column.type!s}"
        for wire, shared in shared_tables().items()
        for word, column in shared.columns.items()
    )


def test_no_field_word_was_changed_or_reused() -> None:
    """Words in signed entries live for ever: the file may only grow, a new line with each new field."""
    assert FROZEN.read_text("utf-8").splitlines() == _words()


def test_kinds_and_wire_names_are_one_to_one() -> None:
    assert len(by_kind()) == len(shared_tables())


def test_shared_tables_carry_no_constraint_an_incoming_row_could_break() -> None:
    for shared in shared_tables().values():
        assert not shared.table.foreign_keys
        for word, column in shared.columns.items():
            assert column.nullable, (shared.wire, word)
        assert not [index for index in shared.table.indexes if index.unique]


def _columns(found: Inspector, table: str) -> set[tuple[str, str]]:
    """Without their order: a column that came later stands last in the file, in the model with its like."""
    return {(column["name"], str(column["type"])) for column in found.get_columns(table)}


def _indexes(engine: Engine) -> dict[str, str]:
    """Every index by name, in its words: the inspector does not see those over expressions."""
    with engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL"
        )
        return {name: re.sub(r'[\s"]', "", sql) for name, sql in rows}


def _own(indexes: dict[str, str]) -> dict[str, str]:
    """Without those of the search, which has tables of its own."""
    return {name: words for name, words in indexes.items() if not name.startswith("search_")}


def test_an_index_refuses_no_text_that_another_pc_may_have_written() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    texts = ("now", "NOW", "0now", "subsec", "", "2020-06-07T09:20+08:00", "9" * 30, "2020\x00now")
    with engine.begin() as conn:
        for place, value in enumerate(texts):
            row = {"id": row_text(place.to_bytes(16, "big")), "grp": "", "withdrawn": 0, "conflicts": 0}
            conn.execute(insert(Raid.__table__).values(row | {"title": value, "started_at": value}))
            conn.execute(insert(Presence.__table__).values(row | {"site_number": value, "arrived_at": value}))
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()


def test_the_migrations_lead_to_the_models() -> None:
    migrated = memory_engine()
    schema = AlembicSchema(REVISIONS)
    schema.migrate(migrated)
    assert schema.state(migrated) is SchemaState.CURRENT
    modelled = create_engine("sqlite://")
    metadata.create_all(modelled)
    found, wanted = inspect(migrated), inspect(modelled)
    own = {name for name in found.get_table_names() if name.startswith("search_")}
    assert set(found.get_table_names()) - {"alembic_version"} - own == set(wanted.get_table_names())
    for name in wanted.get_table_names():
        assert _columns(found, name) == _columns(wanted, name), name
    assert _own(_indexes(migrated)) == _indexes(modelled)
    migrated.dispose()
    modelled.dispose()


def test_no_index_is_only_the_beginning_of_another() -> None:
    for table in metadata.tables.values():
        led = {
            index.name: [str(part).rpartition(".")[2] for part in index.expressions]
            for index in table.indexes
            if index.dialect_options["sqlite"]["where"] is None
        }
        for name, parts in led.items():
            longer = [other for other, more in led.items() if other != name and more[: len(parts)] == parts]
            assert not longer, (table.name, name, longer)
