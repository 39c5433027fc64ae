"""The schema, its frozen words, and that the migrations lead to it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Inspector, create_engine, inspect

from desktop.casefile.database import memory_engine
from desktop.casefile.migrating import AlembicSchema, SchemaState
from desktop.models.schema import REVISIONS, by_kind, metadata, shared_tables

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


def test_the_migrations_lead_to_the_models() -> None:
    migrated = memory_engine()
    schema = AlembicSchema(REVISIONS)
    schema.migrate(migrated)
    assert schema.state(migrated) is SchemaState.CURRENT
    modelled = create_engine("sqlite://")
    metadata.create_all(modelled)
    found, wanted = inspect(migrated), inspect(modelled)
    assert set(found.get_table_names()) - {"alembic_version"} == set(wanted.get_table_names())
    for name in wanted.get_table_names():
        assert _columns(found, name) == _columns(wanted, name), name
        assert {index["name"] for index in found.get_indexes(name)} == {
            index["name"] for index in wanted.get_indexes(name)
        }
    migrated.dispose()
    modelled.dispose()
