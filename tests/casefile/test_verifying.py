"""A fault while working gets the same sentence as at opening; a bug of ours stays a bug."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from desktop.casefile.verifying import database_error, sentences
from desktop.errors import UserError
from tests.casefile.sample import add_person, create, people, reopen


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (dbapi2.DatabaseError("database disk image is malformed"), "casefile.corrupt"),
        (dbapi2.DatabaseError("file is not a database"), "casefile.corrupt"),
        (dbapi2.OperationalError("unable to open database file"), "casefile.unreadable"),
        (dbapi2.OperationalError("disk I/O error"), "environment.io_error"),
        (dbapi2.OperationalError("database or disk is full"), "environment.disk_full"),
        (dbapi2.OperationalError("database is locked"), "environment.locked"),
        (dbapi2.OperationalError("no such table: person"), None),
        (ValueError("database disk image is malformed"), None),
    ],
)
def test_each_fault_of_the_database_has_its_sentence(error: Exception, code: str | None) -> None:
    found = database_error(error)
    assert (found and found.code) == code
    wrapped = database_error(DatabaseError("SELECT", None, error)) if code else None
    assert (wrapped and wrapped.code) == code


def test_damage_that_appears_while_working_is_named(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    for number in range(200):
        add_person(made.engine, number, "张伟" * 500)
    made.close()
    opened = reopen(tmp_path, write=False)
    path = tmp_path / "案件库" / "case.db"
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError) as caught, sentences():
        people(opened.reader)
    assert caught.value.code == "casefile.corrupt"
    opened.close()


def test_a_bug_is_not_dressed_up(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    with pytest.raises(DatabaseError, match="no such table"), sentences(), made.engine.begin() as connection:
        connection.exec_driver_sql("SELECT * FROM missing")
    made.close()
