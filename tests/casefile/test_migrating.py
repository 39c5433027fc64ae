"""Migrations lose no row, stop in between whole, and leave a verified copy of before."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from desktop.casefile.casefile import CaseFile
from desktop.casefile.database import memory_engine
from desktop.casefile.migrating import AlembicSchema, SchemaState, changed_tables
from desktop.casefile.unlocking import Passphrase
from desktop.errors import UserError
from tests.casefile.sample import CHEAP, PASSPHRASE, REVISIONS, create, people, reopen, schema, snapshot

STEP = """
import sqlalchemy as sa
from alembic import op
revision = "three"
down_revision = "two"
{more}
def upgrade() -> None:
    op.create_table("begun", sa.Column("id", sa.Integer, primary_key=True))
    {body}
"""


def _with_step(folder: Path, body: str, more: str = "") -> AlembicSchema:
    schema("one", "two", folder=folder)
    (folder / "three.py").write_text(STEP.format(body=body, more=more), "utf-8")
    return AlembicSchema(folder)


def _filled(used: AlembicSchema) -> Engine:
    engine = memory_engine()
    used.migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO person (id, name) VALUES (1, '李四'), (2, '王五')"))
        connection.execute(text("INSERT INTO visit VALUES (1, 1), (2, 1), (3, 2)"))
        connection.execute(text("CREATE TRIGGER watch AFTER INSERT ON visit BEGIN SELECT 1; END"))
    return engine


def _schema_of(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master ORDER BY name"))
        return [tuple(row) for row in found]


BAD_STEPS = {
    "rows go": "op.execute('DELETE FROM visit WHERE id = 3')",
    "rows come": "op.execute('INSERT INTO person (id, name) VALUES (9, 9)')",
    "a table with rows goes": "op.drop_table('visit')",
    "a reference dangles": "op.execute('UPDATE visit SET person = 77 WHERE id = 1')",
    "a trigger goes": "op.execute('DROP TRIGGER watch')",
    "a trigger goes when its table is rebuilt": (
        "with op.batch_alter_table('visit', recreate='always') as batch: "
        "batch.add_column(sa.Column('x', sa.Integer))"
    ),
    "the step fails at its end": "raise RuntimeError('end')",
}


@pytest.mark.parametrize("name", BAD_STEPS)
def test_a_step_that_would_lose_something_never_happened(tmp_path: Path, name: str) -> None:
    engine = _filled(schema())
    before = _schema_of(engine)
    bad = _with_step(tmp_path / "bad", BAD_STEPS[name])
    expected: type[Exception] = RuntimeError if "fails" in name else UserError
    with pytest.raises(expected) as caught:
        bad.migrate(engine)
    if isinstance(caught.value, UserError):
        assert caught.value.code == "casefile.migration_failed"
        assert caught.value.params["revision"] == "three"
    assert _schema_of(engine) == before
    assert bad.state(engine) is SchemaState.OLDER
    assert schema().state(engine) is SchemaState.CURRENT
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM visit")).scalar() == 3
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_rebuilding_a_table_by_batch_keeps_children_and_foreign_keys_come_back(tmp_path: Path) -> None:
    engine = _filled(schema("one", folder=tmp_path / "first"))
    assert schema().state(engine) is SchemaState.OLDER
    schema().migrate(engine)
    assert schema().state(engine) is SchemaState.CURRENT
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM visit")).scalar() == 3
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_with_foreign_keys_on_the_same_step_would_lose_the_children() -> None:
    """Why all this is done: SQLite's own behaviour, so that the guard is not taken for superstition."""
    engine = _filled(schema())
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE person"))
        assert connection.execute(text("SELECT count(*) FROM visit")).scalar() == 0
    engine.dispose()


def test_a_step_may_change_the_rows_it_declares(tmp_path: Path) -> None:
    engine = _filled(schema())
    declared = _with_step(
        tmp_path / "good", "op.execute('DELETE FROM visit')", more="CHANGES_ROWS = frozenset({'visit'})"
    )
    declared.migrate(engine)
    assert declared.state(engine) is SchemaState.CURRENT
    engine.dispose()


def test_a_good_step_before_a_bad_one_stays(tmp_path: Path) -> None:
    engine = _filled(schema("one", folder=tmp_path / "first"))
    bad = _with_step(tmp_path / "bad", "op.execute('DELETE FROM visit')")
    with pytest.raises(UserError):
        bad.migrate(engine)
    assert schema().state(engine) is SchemaState.CURRENT
    engine.dispose()


def test_counts_are_compared_table_by_table() -> None:
    assert changed_tables({"a": 1, "b": 0, "c": 2}, {"a": 1, "c": 3, "d": 0, "e": 1}) == {"c", "e"}
    assert changed_tables({"a": 1}, {}) == {"a"}


def test_an_older_case_file_is_copied_migrated_and_opened(tmp_path: Path) -> None:
    made, _ = create(tmp_path, first_schema=True)
    with made.engine.begin() as connection:
        connection.execute(text("INSERT INTO person VALUES (1, '李四')"))
        connection.execute(text("INSERT INTO visit VALUES (1, 1)"))
    ref = made.blobs.put(io.BytesIO(b"photograph"))
    made.close()
    with pytest.raises(UserError) as caught:
        reopen(tmp_path, write=False)
    assert caught.value.code == "casefile.needs_upgrade"
    with reopen(tmp_path) as opened:
        assert people(opened.reader) == [1]
        with opened.reader.connect() as connection:
            assert connection.execute(text("SELECT note FROM person")).all() == [(None,)]
            assert connection.execute(text("SELECT count(*) FROM visit")).scalar() == 1
    copies = list((tmp_path / "案件库" / "backups").iterdir())
    assert len(copies) == 1
    first = schema("one", folder=tmp_path / "first")
    with CaseFile.open(
        copies[0],
        unlock=Passphrase(PASSPHRASE),
        write=False,
        schema=first,
        state=tmp_path / "state",
        cost=CHEAP,
    ) as old:
        assert people(old.reader) == [1]
        assert old.blobs.verify(ref.name) == ref


def test_a_migration_that_fails_leaves_the_case_file_as_it_was(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    with made.engine.begin() as connection:
        connection.execute(text("INSERT INTO person (id, name) VALUES (1, '李四')"))
    made.close()
    before = snapshot(tmp_path / "案件库")
    bad = _with_step(tmp_path / "bad", "op.execute('DELETE FROM person')")
    with pytest.raises(UserError) as caught:
        CaseFile.open(
            tmp_path / "案件库",
            unlock=Passphrase(PASSPHRASE),
            write=True,
            schema=bad,
            state=tmp_path / "state",
        )
    assert caught.value.code == "casefile.migration_failed"
    after = snapshot(tmp_path / "案件库")
    assert {name for name in after if not name.startswith("backups")} == set(before)
    with reopen(tmp_path) as opened:
        assert people(opened.reader) == [1]


def test_a_folder_name_with_percent_signs_and_spaces_works(tmp_path: Path) -> None:
    odd = schema("one", "two", folder=tmp_path / "100% 用户")
    engine = memory_engine()
    odd.migrate(engine)
    assert odd.head == "two"
    assert odd.state(engine) is SchemaState.CURRENT
    assert sorted(path.name for path in REVISIONS.glob("*.py")) == ["one.py", "two.py"]
    engine.dispose()
