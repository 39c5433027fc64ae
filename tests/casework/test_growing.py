"""A case file after an upgrade: what came with it is listed and found, and what still waits is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.search import find
from desktop.casework.search_index import SearchIndex
from desktop.casework.search_waiting import behind
from desktop.changes import growth
from desktop.changes.journal import Draft, Journal
from desktop.models.schema import REVISIONS
from tests.commandline import RAID
from tests.desks import PASSPHRASE, new_desk

GROUP = "office:450923"


def _person(desk: Desk, name: str) -> str:
    raid = desk.do([("raid.record", parse_act("raid.record", RAID))])[0].ids["raid"]
    people = parse_act("people.add", {"raid": raid, "people": [{"name": name}]})
    return str(desk.do([("people.add", people)])[0].ids["people"][0])


def test_what_an_upgrade_shows_is_found_by_searching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = growth._words()
    with new_desk(tmp_path) as desk:
        row = _person(desk, "张伟")
        engine = desk.casefile.engine
        with engine.begin() as conn:
            conn.info["projecting"] = True
            conn.exec_driver_sql("UPDATE person SET name = NULL")
            conn.info["projecting"] = False
        assert SearchIndex().catch_up_all(engine)
        with engine.begin() as conn, monkeypatch.context() as older:
            assert find(conn, "张伟") == []
            older.setattr(growth, "_words", lambda: words - {"person.ar name"})
            older.setattr(Journal, "refold", lambda journal, group: {})
            growth.catch_up(Journal(conn))
    schema = AlembicSchema(REVISIONS)
    with CaseFile.open(
        tmp_path / "案件库",
        unlock=Passphrase(PASSPHRASE),
        write=True,
        schema=schema,
        state=tmp_path / "state",
    ) as casefile:
        desk = Desk(casefile)
        assert desk.show("person", row)[0]["name"] == "张伟"
        for _ in range(2):
            with casefile.engine.connect() as conn:
                assert [hit.id for hit in find(conn, "张伟")] == [row]
            assert SearchIndex().catch_up_all(casefile.engine)
        with casefile.engine.connect() as conn:
            assert behind(conn) == 0


def test_a_record_says_how_many_fields_need_a_newer_version(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        row = _person(desk, "甲")
        assert desk.show("person", row)[0]["newer"] == 0
        for fields in ({"shoe_size": [41], "hat": ["x"]}, {"shoe_size": [42], "name": ["乙"]}):
            with desk.casefile.engine.begin() as conn:
                draft = Draft("newer", GROUP, [["s", "person.ar", row, fields]])
                desk.journal(conn).append([draft], "")
        assert desk.show("person", row)[0]["newer"] == 2
