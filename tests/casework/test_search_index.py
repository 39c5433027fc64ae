"""The index is true after every act, cut, refold and kill, is filled in slices, and comes to older files."""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.casework import search_index, search_waiting
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk, set_up
from desktop.casework.pinyin import surnames
from desktop.casework.search import SearchIndex, behind, find
from desktop.casework.search_fields import SUBJECTS
from desktop.casework.search_index import catch_up_after_writing
from desktop.casework.search_words import Role, keys_of, phrases_of
from desktop.changes.journal import Draft
from desktop.errors import UserError
from desktop.models.schema import REVISIONS, metadata
from desktop.wire.entries import Line
from desktop.wire.ids import new_row_id
from tests.casefile.sample import CHEAP, PASSPHRASE
from tests.casework.invented_people import people
from tests.casework.search_worlds import Office, SearchedPC, found, looked_through
from tests.changes.worlds import GROUP, City

ROOT = Path(__file__).resolve().parents[2]


def _pcs(count: int = 2) -> tuple[City, SearchedPC, list[SearchedPC]]:
    city = City()
    pcs = [SearchedPC("450923", 1_591_500_000_000 + 1000 * n) for n in range(count)]
    hub = SearchedPC("450900")
    grants = [city.grant(pc, "450923", n) for n, pc in enumerate(pcs)] + [city.grant(hub, "450900")]
    for pc in (*pcs, hub):
        pc.enrol(city, grants)
    return city, hub, pcs


def _add(pc: SearchedPC, **values: object) -> str:
    act = pc.act()
    row = act.create("person", values)
    act.close("person.add")
    act.finish()
    return row


def _set(pc: SearchedPC, row: str, **values: object) -> None:
    act = pc.act()
    act.change("person", row, values)
    act.close("person.correct")
    act.finish()


def _give(one: SearchedPC, other: SearchedPC) -> None:
    for piece in one.pieces():
        other.journal.receive(piece)


def _is_true(pc: SearchedPC, *texts: str) -> None:
    """The index finds what looking through finds: as it is, and when all is indexed."""
    for _ in range(2):
        for text in texts:
            assert found(pc.conn, text) == looked_through(pc.conn, text), text
        pc.index()
    assert behind(pc.conn) == 0


def _ids(pc: SearchedPC, text: str) -> list[str]:
    return [hit.id for hit in find(pc.conn, text)]


# whatever happens to the log


def test_what_a_cut_takes_back_is_found_no_more_and_what_it_restores_is() -> None:
    city, hub, (one, _) = _pcs()
    row = _add(one, name="张伟", phone="13800000001")
    _give(one, hub)
    kept = one.conn.exec_driver_sql("SELECT id FROM entry ORDER BY n DESC LIMIT 1").scalar().hex()
    _set(one, row, phone="13900000002")
    stolen = _add(one, name="万俟偷")
    _give(one, hub)
    hub.index()
    assert _ids(hub, "13900000002") == [row]
    assert _ids(hub, "moqitou") == [stolen]
    hub.journal.add_statements([city.cut(one, [kept])])
    assert behind(hub.conn) > 0
    assert _ids(hub, "13900000002") == _ids(hub, "moqitou") == []
    _is_true(hub, "13900000002", "13800000001", "万俟", "张伟")
    assert _ids(hub, "13800000001") == [row]
    assert _ids(hub, "万俟偷") == []


def test_what_leaves_the_quarantine_is_found() -> None:
    city, hub, _ = _pcs()
    stranger = SearchedPC("450923")
    stranger.enrol(city, [])
    row = _add(stranger, name="单乐")
    _give(stranger, hub)
    hub.index()
    assert _ids(hub, "shanyue") == []
    assert behind(hub.conn) == 0
    hub.journal.add_statements([city.grant(stranger, "450923", 3)])
    assert _ids(hub, "shanyue") == [row]
    _is_true(hub, "shanyue", "单")


def test_a_refold_is_followed() -> None:
    _, hub, (one, two) = _pcs()
    rows = [_add(one, name=f"张{n}", phone="1") for n in "甲乙丙"]
    _give(one, two)
    for row in rows:
        _set(two, row, name="李" + row[-3:], phone="2")
    _give(two, one)
    one.index()
    given = one.conn.exec_driver_sql("SELECT value FROM search_state WHERE name = 'doc'").scalar()
    one.journal.refold(GROUP)
    _is_true(one, "张", "李", "2")
    assert one.conn.exec_driver_sql("SELECT value FROM search_state WHERE name = 'doc'").scalar() == given
    assert hub


def test_a_clock_declared_off_by_a_cut_pc_counts_again() -> None:
    city, hub, (one, two) = _pcs()
    row = _add(one, name="甲", phone="1")
    _give(one, two)
    two.now = 4_000_000_000_000
    _set(two, row, phone="13900000002")
    _set(one, row, phone="13800000001")
    _give(two, hub)
    _give(one, hub)
    kept = two.conn.exec_driver_sql("SELECT id FROM entry ORDER BY no DESC LIMIT 1").scalar().hex()
    two.journal.append([Draft("clock.off", GROUP, [["k", 1, 1]])], "")
    _give(two, hub)
    hub.index()
    assert _ids(hub, "13800000001") == [row]
    hub.journal.add_statements([city.cut(two, [kept])])
    assert _ids(hub, "13900000002") == [row]
    _is_true(hub, "13800000001", "13900000002")


def test_a_clock_declared_off_is_followed_to_the_value_now_shown() -> None:
    _, _, (one, two) = _pcs()
    row = _add(one, name="甲", phone="1")
    _give(one, two)
    two.now = 4_000_000_000_000
    _set(two, row, phone="13900000002")
    _set(one, row, phone="13800000001")
    _give(two, one)
    one.index()
    assert _ids(one, "13900000002") == [row]
    two.journal.append([Draft("clock.off", GROUP, [["k", 1, 1]])], "")
    _give(two, one)
    assert _ids(one, "13800000001") == [row]
    _is_true(one, "13800000001", "13900000002")


def test_an_entry_that_comes_without_and_then_with_its_payload() -> None:
    _, hub, (one, _) = _pcs()
    row = _add(one, name="曾丽")
    (piece,) = one.pieces()
    n, dot, previous, line = piece.entries[0]
    bare = Line(line.header, b"-", line.commitment().encode())
    hub.journal.receive(piece._replace(entries=[(n, dot, previous, bare)]))
    hub.index()
    assert _ids(hub, "zengli") == []
    hub.journal.receive(piece)
    assert _ids(hub, "zengli") == [row]
    _is_true(hub, "zengli")


def test_when_an_entry_loses_its_payload_its_words_leave_the_index() -> None:
    office = Office()
    office.add("person", name="曾丽", note="隐情")
    office.index()
    with office.engine.begin() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM search_key WHERE key LIKE '%曾丽%'").scalar() == 1
        conn.info["projecting"] = True
        conn.exec_driver_sql("DELETE FROM person")
        conn.info["projecting"] = False
        conn.exec_driver_sql("UPDATE entry SET salt = '-', body = ?", (b"0" * 64,))
        assert find(conn, "曾丽") == []
    office.index()
    with office.engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM search_key").scalar() == 0
        assert conn.exec_driver_sql("SELECT count(*) FROM search_doc").scalar() == 0
        phrase = "SELECT count(*) FROM search_text WHERE search_text MATCH ?"
        assert conn.exec_driver_sql(phrase, ('"隐"',)).scalar() == 0
        assert behind(conn) == 0


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_after_random_acts_deliveries_and_slices_the_index_is_true(seed: int) -> None:
    chance = random.Random(seed)
    city, hub, pcs = _pcs(2)
    everyone = [*pcs, hub]
    rows: list[str] = []
    for _ in range(chance.randint(5, 25)):
        pc = chance.choice(pcs)
        here = [row for row in rows if pc.journal.group_of("person", row) is not None]
        kind = chance.random()
        if kind < 0.3 or not here:
            rows.append(_add(pc, name=chance.choice(["张伟", "张乐", "曾丽"]), phone=chance.choice("12") * 5))
        elif kind < 0.6:
            _set(
                pc, chance.choice(here), name=chance.choice(["单乐", "张伟"]), note=chance.choice("甲乙") * 3
            )
        elif kind < 0.7:
            act = pc.act()
            act.withdraw("person", chance.choice(here), chance.choice(["误登", None]))
            act.close("withdraw")
            act.finish()
        elif kind < 0.85:
            _give(pc, chance.choice(everyone))
        else:
            SearchIndex().catch_up(chance.choice(everyone).conn, 0)
    if chance.random() < 0.5:
        heads = pcs[0].conn.exec_driver_sql("SELECT id FROM entry WHERE log = 1 ORDER BY n").scalars().all()
        cut = city.cut(pcs[0], [dot.hex() for dot in heads[: len(heads) // 2][-1:]])
        for pc in everyone:
            pc.journal.add_statements([cut])
    for pc in everyone:
        _is_true(pc, "张伟", "zl", "单", "11111", "222", "甲甲甲")


# slices


def test_a_slice_ends_with_its_time_and_nothing_is_done_twice() -> None:
    office = Office()
    for _ in range(6):
        with office.recording() as recorder:
            for person in people(100, seed=1):
                recorder.create("person", person)
    ticks = iter(range(1000))
    index = SearchIndex(clock=lambda: float(next(ticks)))
    left = []
    while True:
        with office.engine.begin() as conn:
            more = index.catch_up(conn, 1)
            left.append(behind(conn))
        if not more:
            break
    assert left == [6, 5, 4, 3, 2, 1, 0, 0][: len(left)]
    assert len(left) > 6


def test_an_entry_with_many_rows_is_cut_into_slices() -> None:
    office = Office()
    with office.recording() as recorder:
        for number in range(1000):
            recorder.create("item", {"name": f"教材{number}号"})
    index = SearchIndex(clock=iter(range(100_000)).__next__)
    sizes = []
    more = True
    while more:
        with office.engine.begin() as conn:
            before = conn.exec_driver_sql("SELECT count(*) FROM search_doc").scalar_one()
            more = index.catch_up(conn, 1)
            sizes.append(conn.exec_driver_sql("SELECT count(*) FROM search_doc").scalar_one() - before)
            assert len(find(conn, "教材", limit=5000)) == 1000
    assert max(sizes) <= 200
    assert sum(sizes) == 1000


def test_filling_can_be_cancelled_and_goes_on_later() -> None:
    office = Office()
    for person in people(30):
        office.add("person", **person)
    assert not SearchIndex().catch_up_all(office.engine, cancelled=lambda: True)
    assert not SearchIndex().catch_up_all(office.engine, seconds=0)
    office.index()
    with office.engine.connect() as conn:
        assert behind(conn) == 0


def test_what_does_not_change_what_is_searched_writes_nothing() -> None:
    office = Office()
    row = office.add("person", name="张伟")
    office.index()
    office.change("person", row, education="初中")
    office.withdraw("person", row, "误登")
    with office.engine.begin() as conn:
        given = conn.exec_driver_sql("SELECT * FROM search_doc").all()
        SearchIndex().catch_up(conn)
        assert conn.exec_driver_sql("SELECT * FROM search_doc").all() == given


def test_a_change_of_what_is_searched_raises_the_version() -> None:
    """Red after a change of fields, folding or readings: raise ``VERSION``, then put the new digest here."""
    lines = []
    for subject in SUBJECTS:
        lines += [f"{subject.kind} {subject.code} {field} {role}" for field, role in subject.fields.items()]
    for value in [
        *(surname + "乐行" for surname in surnames()),
        "４509-23 x/E1 2345678",
        "iPhone·12,博〔2020〕3号",
    ]:
        for role in Role:
            lines += [*sorted(keys_of(role, value)), phrases_of(role, value)]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    assert (search_waiting.VERSION, digest) == (4, "b6ec5590e75dd268")


def test_an_index_of_another_version_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    row = office.add("person", name="张伟")
    office.index()
    monkeypatch.setattr(search_waiting, "VERSION", search_waiting.VERSION + 1)
    with office.engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM search_key")
        conn.exec_driver_sql("DELETE FROM search_doc")
        assert [hit.id for hit in find(conn, "张伟")] == [row]
    office.index()
    with office.engine.connect() as conn:
        assert behind(conn) == 0
        assert [hit.id for hit in find(conn, "zhangwei")] == [row]


def test_an_index_full_of_what_changed_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_DEAD", 0)
    office = Office()
    row = office.add("person", name="张一")
    for name in ("张二", "张三", "张四", "张五"):
        office.index()
        office.change("person", row, name=name)
    office.index()
    with office.engine.connect() as conn:
        names = conn.exec_driver_sql("SELECT key FROM search_key WHERE key LIKE 'pn%'").scalars().all()
        assert "pn张一" not in names
        assert [hit.id for hit in find(conn, "zw")] == [row]


def test_a_disk_that_is_full_now_leaves_the_index_behind_and_hides_nothing() -> None:
    office = Office()
    row = office.add("person", name="张伟")
    for person in people(200):
        office.add("person", **person)
    with office.engine.connect() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    catch_up_after_writing(office.engine)
    with office.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
    with office.engine.connect() as conn:
        assert behind(conn) > 0
    assert row in office.ids("zw")
    office.index()
    assert row in office.ids("zw")


# case files


def _made(base: Path, schema: AlembicSchema) -> CaseFile:
    officer = new_row_id("office:450923", "officer.ar", "450923")
    made, _ = CaseFile.create(
        base / "file", passphrase=PASSPHRASE, officer=officer, migrate=schema.migrate,
        state=base / "state", cost=CHEAP,
    )  # fmt: skip
    return made


def _create(base: Path, schema: AlembicSchema) -> CaseFile:
    made = _made(base, schema)
    officer = new_row_id("office:450923", "officer.ar", "450923")
    with made.engine.begin() as conn:
        set_up(conn, "450923", "练习局", "陈科长", "45092301001", officer)
    return made


def _open(base: Path, *, write: bool = True, schema: AlembicSchema | None = None) -> CaseFile:
    return CaseFile.open(
        base / "file", unlock=Passphrase(PASSPHRASE), write=write, schema=schema or AlembicSchema(REVISIONS),
        state=base / "state", cost=CHEAP,
    )  # fmt: skip


def _copied(source: Engine, target: Engine) -> None:
    """The log and the state, as far as an older schema has room for them."""
    with source.connect() as newest, target.begin() as first:
        first.info["projecting"] = True
        for name in metadata.tables:
            told = first.exec_driver_sql(f'PRAGMA table_info("{name}")').all()
            names = ", ".join(f'"{column[1]}"' for column in told)
            rows = newest.exec_driver_sql(f'SELECT {names} FROM "{name}"').all() if told else []
            if rows:
                marks = ", ".join("?" * len(told))
                insert = f'INSERT OR REPLACE INTO "{name}" ({names}) VALUES ({marks})'
                first.exec_driver_sql(insert, [tuple(found) for found in rows])
        first.info.pop("projecting")


def test_a_file_of_the_first_schema_is_upgraded_and_its_people_are_found(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    shutil.copyfile(REVISIONS / "v0001_first_schema.py", tmp_path / "first" / "v0001_first_schema.py")
    (tmp_path / "newest").mkdir()
    with _create(tmp_path / "newest", AlembicSchema(REVISIONS)) as newest:
        desk = Desk(newest)
        raid = {"title": "练习行动", "place": "百业中心", "started_at": "2020-06-07T09:20+08:00"}
        ids = desk.do([("raid.record", parse_act("raid.record", raid))])[0].ids
        added = {
            "raid": ids["raid"],
            "people": [{"name": "曾乐", "upline_claimed": "单老师"}, {"name": "张伟"}],
        }
        (row, _) = desk.do([("people.add", parse_act("people.add", added))])[0].ids["people"]
        with _made(tmp_path, AlembicSchema(tmp_path / "first")) as first:
            _copied(newest.engine, first.engine)
    with pytest.raises(UserError, match="needs_upgrade"):
        _open(tmp_path, write=False)
    with _open(tmp_path) as upgraded:
        with upgraded.reader.connect() as conn:
            assert [hit.id for hit in find(conn, "zengle")] == [row]
            assert behind(conn) > 0
        assert SearchIndex().catch_up_all(upgraded.engine)
        with upgraded.reader.connect() as conn:
            for text in ("zengyue", "shanlaoshi", "sls"):
                assert [hit.id for hit in find(conn, text)] == [row]
            assert [hit.kind for hit in find(conn, "百业中心")] == ["raid"]
            assert behind(conn) == 0
    with _open(tmp_path, write=False) as reading, reading.reader.connect() as conn:
        assert [hit.id for hit in find(conn, "曾乐")] == [row]


def test_a_listener_keeps_the_index_of_an_open_desk(tmp_path: Path) -> None:
    with _create(tmp_path, AlembicSchema(REVISIONS)) as made:
        desk = Desk(made)
        desk.subscribe(lambda changes: catch_up_after_writing(made.engine))
        raid = {"title": "练习行动", "place": "百业中心", "started_at": "2020-06-07T09:20+08:00"}
        desk.do([("raid.record", parse_act("raid.record", raid))])
        with made.reader.connect() as conn:
            assert behind(conn) == 0
            assert [hit.title for hit in find(conn, "百业")] == ["练习行动"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_kill_at_any_moment_leaves_an_index_that_tells_the_truth(tmp_path: Path) -> None:
    _create(tmp_path, AlembicSchema(REVISIONS)).close()
    chance = random.Random(3)
    for _ in range(3):
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.casework.search_killed", str(tmp_path)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert program.stdout is not None
        for _ in range(chance.randint(2, 9)):
            assert program.stdout.readline()
        time.sleep(chance.random() / 20)
        program.send_signal(signal.SIGKILL)
        program.wait()
        program.stdout.close()
    with _open(tmp_path) as opened:
        for _ in range(2):
            with opened.engine.connect() as conn:
                for text in ("张", "zw", "4509", "百业中心"):
                    assert found(conn, text) == looked_through(conn, text) != []
                conn.rollback()
            assert SearchIndex().catch_up_all(opened.engine)
