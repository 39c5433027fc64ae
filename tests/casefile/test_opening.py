"""Opening refuses with one sentence and changes nothing; what is whole opens."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from desktop.casefile.casefile import CaseFile
from desktop.casefile.database import DatabaseKey, connect, memory_engine
from desktop.casefile.slots import derive
from desktop.casefile.unlocking import Passphrase, RecoveryKey
from desktop.casefile.verifying import sentences
from desktop.errors import UserError
from tests.casefile.sample import (
    OFFICER,
    PASSPHRASE,
    add_person,
    create,
    people,
    reopen,
    schema,
    snapshot,
)


def refused(base: Path, *, write: bool = True, unlock: Passphrase | RecoveryKey | None = None) -> str:
    """The code of the refusal; the folder's bytes must be what they were."""
    folder = base / "案件库"
    before = snapshot(folder)
    with pytest.raises(UserError) as caught:
        reopen(base, write=write, unlock=unlock)
    after = snapshot(folder)
    if not write:
        # A reading connection may leave SQLite's side files; they hold nothing.
        after = {name: data for name, data in after.items() if name in before}
    assert after == before
    assert caught.value.sentence("zh")
    assert caught.value.sentence("en")
    return caught.value.code


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    made, _ = create(tmp_path)
    for number in range(60):
        add_person(made.engine, number, "张伟" * 200)
    made.close()
    return tmp_path


@pytest.mark.parametrize("write", [True, False])
def test_a_wrong_passphrase_is_told_from_damage(closed: Path, write: bool) -> None:
    assert (
        refused(closed, write=write, unlock=Passphrase("not the passphrase")) == "casefile.wrong_passphrase"
    )
    assert refused(closed, write=write, unlock=Passphrase("")) == "casefile.wrong_passphrase"
    (closed / "案件库" / "keys.json").write_bytes(b"{")
    (closed / "案件库" / "keys.json.bak").write_bytes(b"")
    assert refused(closed, write=write) == "casefile.keys_damaged"


def test_a_recovery_key_of_another_file_is_refused(closed: Path, tmp_path: Path) -> None:
    other, printed = create(tmp_path / "other")
    other.close()
    assert refused(closed, unlock=RecoveryKey(printed)) == "casefile.wrong_recovery_key"
    assert refused(closed, unlock=RecoveryKey("12345")) == "casefile.recovery_mistyped"


def _empty(folder: Path) -> None:
    (folder / "case.db").write_bytes(b"")


def _odd_length(folder: Path) -> None:
    data = (folder / "case.db").read_bytes()
    (folder / "case.db").write_bytes(data[: len(data) // 2 // 4096 * 4096 + 7])


def _whole_pages_missing(folder: Path) -> None:
    data = (folder / "case.db").read_bytes()
    (folder / "case.db").write_bytes(data[: len(data) // 2 // 4096 * 4096])


def _plain_database(folder: Path) -> None:
    (folder / "case.db").unlink()
    connection = sqlite3.connect(folder / "case.db")
    connection.execute("CREATE TABLE t (a)")
    connection.close()


def _text(folder: Path) -> None:
    (folder / "case.db").write_bytes(b"<html>" * 4096)


def _no_database(folder: Path) -> None:
    (folder / "case.db").unlink()


def _no_keys(folder: Path) -> None:
    (folder / "keys.json").unlink()
    (folder / "keys.json.bak").unlink()


def _database_of_another(folder: Path) -> None:
    other, _ = create(folder.parent / "other")
    other.close()
    shutil.copyfile(other.folder / "case.db", folder / "case.db")


def _promised_wal_missing(folder: Path) -> None:
    (folder / "open").write_bytes(b'{"wal":true,"holder":{"host":"h","pid":1,"program":"p","since":0.0}}')


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_empty, "casefile.truncated"),
        (_odd_length, "casefile.truncated"),
        (_whole_pages_missing, "casefile.corrupt"),
        (_plain_database, "casefile.corrupt"),
        (_text, "casefile.corrupt"),
        (_no_database, "casefile.half_copied"),
        (_no_keys, "casefile.foreign"),
        (_database_of_another, "casefile.corrupt"),
        (_promised_wal_missing, "casefile.half_copied"),
    ],
)
def test_harm_has_its_sentence(closed: Path, harm: Callable[[Path], None], code: str, write: bool) -> None:
    harm(closed / "案件库")
    assert refused(closed, write=write) == code


def test_not_a_folder_and_not_there(tmp_path: Path) -> None:
    for make, code in ((False, "casefile.not_found"), (True, "casefile.foreign")):
        if make:
            (tmp_path / "案件库").write_bytes(b"x")
        with pytest.raises(UserError) as caught:
            reopen(tmp_path)
        assert caught.value.code == code
    (tmp_path / "案件库").unlink()
    (tmp_path / "案件库").mkdir()
    assert refused(tmp_path) == "casefile.foreign"
    assert list((tmp_path / "案件库").iterdir()) == []


def test_flipped_bits_never_give_a_traceback_or_a_wrong_row(closed: Path) -> None:
    folder = closed / "案件库"
    good = (folder / "case.db").read_bytes()
    chosen = random.Random(7)
    noticed = 0
    for _ in range(40):
        flipped = bytearray(good)
        flipped[chosen.randrange(len(good))] ^= 1 << chosen.randrange(8)
        (folder / "case.db").write_bytes(flipped)
        try:
            opened = reopen(closed, write=False)
        except UserError as error:
            assert error.code == "casefile.corrupt"  # noqa: PT017 - most flips are noticed, not all must be
            noticed += 1
        else:
            assert people(opened.reader) == list(range(60))
            opened.close()
    assert noticed >= 30


def test_after_an_unclean_end_every_page_is_authenticated(closed: Path) -> None:
    """A page that no table uses any more is damaged: only the thorough check reads it."""
    folder = closed / "案件库"
    with reopen(closed) as opened, opened.engine.begin() as connection:
        connection.execute(text("DELETE FROM person"))
    data = bytearray((folder / "case.db").read_bytes())
    data[-4096 - 100] ^= 1
    (folder / "case.db").write_bytes(data)
    reopen(closed, write=False).close()
    (folder / "open").write_bytes(b"{}")
    assert refused(closed) == "casefile.corrupt"


def test_a_copy_without_its_wal_is_recognised_and_with_it_opens(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    add_person(made.engine, 1)
    shutil.copytree(tmp_path / "案件库", tmp_path / "whole" / "案件库")
    shutil.copytree(
        tmp_path / "案件库", tmp_path / "half" / "案件库", ignore=shutil.ignore_patterns("*-wal", "*-shm")
    )
    made.close()
    assert refused(tmp_path / "half") == "casefile.half_copied"
    assert refused(tmp_path / "half", write=False) == "casefile.half_copied"
    with reopen(tmp_path / "whole") as opened:
        assert people(opened.reader) == [1]
    with reopen(tmp_path / "whole") as again:
        assert people(again.reader) == [1]


def test_a_newer_schema_is_left_alone(closed: Path) -> None:
    with reopen(closed) as opened, opened.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    for write in (True, False):
        assert refused(closed, write=write) == "casefile.newer"


def test_a_database_without_our_schema_is_foreign(closed: Path) -> None:
    with reopen(closed) as opened, opened.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert refused(closed) == "casefile.foreign"


def test_damaged_drafts_are_set_aside_and_never_block_the_records(closed: Path) -> None:
    with reopen(closed) as opened, opened.drafts.begin() as connection:
        connection.execute(text("CREATE TABLE draft (text)"))
    folder = closed / "案件库"
    (folder / "drafts.db").write_bytes(b"\0" * 8192)
    with reopen(closed) as opened:
        assert len(people(opened.reader)) == 60
        with opened.drafts.begin() as connection:
            connection.execute(text("CREATE TABLE draft (text)"))
    assert [path.read_bytes() for path in folder.glob("drafts.damaged-*.db")] == [b"\0" * 8192]


def _fill(engine: Engine, kept: list[int]) -> None:
    with sentences():
        for number in range(2, 1000):
            add_person(engine, number, "王五" * 2000)
            kept.append(number)


def test_a_full_disk_loses_nothing_and_leaves_nothing_half(tmpfs: Path) -> None:
    made, _ = create(tmpfs)
    ballast = tmpfs / "ballast"
    add_person(made.engine, 1)
    free = shutil.disk_usage(tmpfs).free
    ballast.write_bytes(bytes(free - 64 * 1024))
    with pytest.raises(UserError) as caught:
        made.backup()
    assert caught.value.code == "casefile.no_space"
    assert int(str(caught.value.params["needed"])) > int(str(caught.value.params["free"]))
    kept: list[int] = []
    with pytest.raises(UserError) as caught:
        _fill(made.engine, kept)
    assert caught.value.code == "environment.disk_full"
    with ballast.open("rb") as source, pytest.raises(OSError, match="No space"):
        made.blobs.put(source)
    made.close()
    assert not list(tmpfs.rglob("*.part"))
    with reopen(tmpfs, write=False) as full:
        assert people(full.reader) == [1, *kept]
    ballast.unlink()
    with reopen(tmpfs) as again:
        assert people(again.reader) == [1, *kept]


def test_a_folder_that_cannot_be_written_opens_for_reading_only(tmpfs: Path) -> None:
    made, _ = create(tmpfs)
    add_person(made.engine, 1)
    made.close()
    subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
    assert refused(tmpfs) == "environment.read_only"
    with reopen(tmpfs, write=False) as opened:
        assert people(opened.reader) == [1]
    with pytest.raises(UserError) as caught:
        CaseFile.create(
            tmpfs / "new", passphrase=PASSPHRASE, officer=OFFICER, migrate=schema().migrate, state=tmpfs
        )
    assert caught.value.code == "environment.read_only"


def test_a_case_file_is_only_made_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "案件库").mkdir()
    create(tmp_path)[0].close()
    before = snapshot(tmp_path / "案件库")
    with pytest.raises(UserError) as caught:
        create(tmp_path)
    assert caught.value.code == "casefile.folder_not_empty"
    assert snapshot(tmp_path / "案件库") == before


def test_a_schema_that_fails_leaves_no_case_file(tmp_path: Path) -> None:
    def fails(_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(UserError) as caught:
        CaseFile.create(tmp_path / "a", passphrase=PASSPHRASE, officer=OFFICER, migrate=fails, state=tmp_path)
    assert caught.value.code == "environment.disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_short_passphrase_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    for chosen in ("", "1234567", " " * 20):
        with pytest.raises(UserError) as caught:
            CaseFile.create(
                tmp_path / "a", passphrase=chosen, officer=OFFICER, migrate=schema().migrate, state=tmp_path
            )
        assert caught.value.code == "casefile.passphrase_short"
    assert list(tmp_path.iterdir()) == []


def test_what_was_made_opens_with_everything_as_it_was_left(tmp_path: Path) -> None:
    made, printed = create(tmp_path)
    assert made.officer == OFFICER
    assert not made.restored
    add_person(made.engine, 1)
    made.close()
    folder = tmp_path / "案件库"
    assert sorted(path.name for path in folder.iterdir()) == [
        "case.db",
        "drafts.db",
        "keys.json",
        "keys.json.bak",
        "lock",
    ]
    with reopen(tmp_path, unlock=RecoveryKey(printed.lower())) as opened:
        assert (opened.officer, opened.restored) == (OFFICER, False)
        assert people(opened.engine) == people(opened.reader) == [1]


def test_settings_stand_on_every_connection(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "cache_size": -65536,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "foreign_keys": 1,
        "temp_store": 2,
        "busy_timeout": 10_000,
    }
    with made.engine.connect() as one, made.engine.connect().execution_options() as two:
        two_driver = two.connection.driver_connection
        one_driver = one.connection.driver_connection
        for driver in (one_driver, two_driver):
            assert driver is not None
            found = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
            assert found == wanted
            assert driver.isolation_level is None
    with made.reader.connect() as reading:
        assert reading.exec_driver_sql("PRAGMA query_only").scalar() == 1
    made.close()


def _begin_and_fail(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE gone (a)"))
        connection.execute(text("INSERT INTO kept VALUES (1)"))
        raise RuntimeError


def test_transactions_are_whole_ddl_included(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    for engine in (made.engine, memory_engine()):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept (a)"))
        with pytest.raises(RuntimeError):
            _begin_and_fail(engine)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM kept")).scalar() == 0
            tables = set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())
            assert "gone" not in tables
        engine.dispose()
    made.close()


def test_the_key_stands_in_no_text_and_values_stay_out_of_errors(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    assert made._master is not None
    key = derive(made._master, "database").hex()
    assert key not in f"{made.engine!r} {made.engine.url} {made.engine.pool!r} {DatabaseKey(bytes(32))!r}"
    assert PASSPHRASE not in repr(Passphrase(PASSPHRASE))
    add_person(made.engine, 1, "不该出现")
    with pytest.raises(Exception, match="UNIQUE") as caught:
        add_person(made.engine, 1, "不该出现")
    assert "不该出现" not in str(caught.value)
    made.close()
    with pytest.raises(ValueError, match="32 bytes"):
        DatabaseKey(b"short")


def test_connecting_never_makes_a_database_by_accident(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open"):
        connect(tmp_path / "case.db", bytes(32))
    assert list(tmp_path.iterdir()) == []
