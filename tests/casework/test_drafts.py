"""Nothing typed is lost: hostile content first, then kills, threads and long imports, then the plain case."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casework import drafts
from desktop.casework.drafts import DraftStore
from desktop.errors import UserError
from tests.casefile.sample import OFFICER, create, reopen, snapshot, without_drafts

ROOT = Path(__file__).resolve().parents[2]
PLACE = "act:raid.record"
TYPED = {"title": "百业中心", "people": [["<b>&\"';--", "=1+1", None, 93, True]]}
OTHER = "0190-officer-two"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseFile]:
    made, _ = create(tmp_path_factory.mktemp("shared"))
    with made:
        yield made


@pytest.fixture
def casefile(shared: CaseFile) -> Iterator[CaseFile]:
    yield shared
    without_drafts(shared)


@pytest.fixture
def store(casefile: CaseFile) -> DraftStore:
    made = DraftStore(casefile)
    made.keep(PLACE, TYPED, OFFICER)
    return made


def _put(casefile: CaseFile, sql: str, *values: Any) -> None:
    with casefile.drafts.begin() as conn:
        conn.exec_driver_sql(sql, values)


@pytest.mark.parametrize(
    "value",
    [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"a":', "text in a column of bytes", 7, 7.5, b"\x00" * 100],
    ids=lambda value: repr(value)[:20],
)
def test_a_value_that_cannot_be_read_is_kept_named_and_never_replaced(
    casefile: CaseFile, store: DraftStore, value: Any
) -> None:
    _put(casefile, "UPDATE draft SET value = ?", value)
    found = store.load(PLACE)
    assert found is not None
    assert (found.value, found.fault) == (None, "sidefile.draft_unreadable")
    assert UserError("sidefile.draft_unreadable").sentence("en")
    store.keep(PLACE, TYPED, OFFICER)
    assert [(draft.aside, draft.fault) for draft in store.list()] == [
        (0, None),
        (1, "sidefile.draft_unreadable"),
    ]
    with casefile.drafts.connect() as conn:
        assert conn.exec_driver_sql("SELECT value FROM draft WHERE aside = 1").scalar_one() == value


@pytest.mark.parametrize("change", ["officer = x'ff'", "at = 'yesterday'", "format = 'new'", "place = x'00'"])
def test_columns_of_another_type_are_listed_without_a_traceback(
    casefile: CaseFile, store: DraftStore, change: str
) -> None:
    _put(casefile, f"UPDATE draft SET {change}")
    (found,) = store.list()
    assert isinstance(found.at, int)
    assert isinstance(found.place + found.officer, str)
    store.keep(PLACE, "anew", OFFICER)
    assert len(store.list()) == (1 if change.startswith("at") else 2)


def test_a_draft_of_a_newer_program_is_named_and_stays(casefile: CaseFile, store: DraftStore) -> None:
    _put(casefile, "UPDATE draft SET format = 2")
    found = store.load(PLACE)
    assert found is not None
    assert (found.value, found.fault) == (None, "sidefile.draft_newer")
    store.keep(PLACE, "anew", OFFICER)
    _put(casefile, "UPDATE draft SET format = 1 WHERE aside = 1")
    later = store.load(PLACE, aside=1)
    assert later is not None
    assert later.value == TYPED


def test_a_side_file_of_a_newer_program_is_left_alone(casefile: CaseFile, store: DraftStore) -> None:
    _put(casefile, "PRAGMA user_version = 2")
    _put(casefile, "ALTER TABLE draft ADD COLUMN surprise")
    before = snapshot(casefile.folder)
    for act in (
        lambda: store.keep(PLACE, "anew", OFFICER),
        lambda: store.load(PLACE),
        lambda: store.discard(PLACE),
        store.list,
    ):
        with pytest.raises(UserError) as caught:
            act()
        assert caught.value.code == "sidefile.newer"
    assert {name: data for name, data in snapshot(casefile.folder).items() if name[-4:] != "-shm"} == {
        name: data for name, data in before.items() if name[-4:] != "-shm"
    }


@pytest.mark.parametrize(
    "harm", ["DROP TABLE draft", "ALTER TABLE draft RENAME COLUMN value TO other", "PRAGMA user_version = -1"]
)
def test_tables_that_are_not_ours_have_a_sentence(casefile: CaseFile, store: DraftStore, harm: str) -> None:
    _put(casefile, harm)
    if harm.startswith("PRAGMA"):
        assert len(store.list()) == 1
        return
    for act in (lambda: store.keep(PLACE, 1, OFFICER), lambda: store.load(PLACE)):
        with pytest.raises(UserError) as caught:
            act()
        assert caught.value.code == "sidefile.strange"


def test_what_no_draft_can_hold_is_refused_and_half_a_surrogate_is_kept(
    store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(PLACE, "\ud83d半", OFFICER)
    found = store.load(PLACE)
    assert found is not None
    assert found.value == "\ud83d半"
    with pytest.raises(ValueError, match="JSON"):
        store.keep(PLACE, float("nan"), OFFICER)
    monkeypatch.setattr(drafts, "MAX_BYTES", 10)
    with pytest.raises(UserError) as caught:
        store.keep(PLACE, "more than ten bytes", OFFICER)
    assert caught.value.code == "sidefile.draft_too_large"
    store.keep("other", "short", OFFICER)
    assert store.load("other") is not None
    monkeypatch.undo()
    assert store.load(PLACE) == found


KEEPS = """
import sys
from pathlib import Path
from desktop.casework.drafts import DraftStore
from tests.casefile.sample import OFFICER, reopen
store = DraftStore(reopen(Path(sys.argv[1])))
for number in range(3):
    store.keep("grid:x", {"rows": [number] * 1000}, OFFICER)
sys.stdout.write("kept\\n")
sys.stdout.flush()
sys.stdin.read()
"""


def test_a_kept_draft_survives_kill_minus_nine(tmp_path: Path) -> None:
    create(tmp_path)[0].close()
    child = subprocess.Popen(
        [sys.executable, "-c", KEEPS, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"kept\n"
        child.kill()
    with reopen(tmp_path) as opened:
        found = DraftStore(opened).load("grid:x")
        assert found is not None
        assert found.value == {"rows": [2] * 1000}


def test_a_long_import_does_not_delay_a_draft_kept_on_another_thread(
    casefile: CaseFile, store: DraftStore
) -> None:
    done = threading.Event()

    def type_on() -> None:
        store.keep(PLACE, "typed during the import", OFFICER)
        done.set()

    with casefile.engine.begin() as importing:
        importing.exec_driver_sql("INSERT OR REPLACE INTO person (id, name) VALUES (1, 'x')")
        thread = threading.Thread(target=type_on)
        thread.start()
        assert done.wait(timeout=5)
    thread.join()
    found = store.load(PLACE)
    assert found is not None
    assert found.value == "typed during the import"


def test_many_threads_keep_many_drafts(casefile: CaseFile) -> None:
    def type_on(desk: int) -> None:
        store = DraftStore(casefile)
        for number in range(10):
            store.keep(f"grid:{desk}", number, OFFICER)

    threads = [threading.Thread(target=type_on, args=(desk,)) for desk in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = DraftStore(casefile)
    assert sorted(draft.place for draft in store.list()) == [f"grid:{desk}" for desk in range(6)]
    assert {found.value for desk in range(6) if (found := store.load(f"grid:{desk}"))} == {9}


def test_another_officers_draft_is_set_aside_and_both_stay(store: DraftStore) -> None:
    store.keep(PLACE, "by the night shift", OTHER)
    store.keep(PLACE, "and more", OTHER)
    assert [(draft.officer, draft.aside) for draft in store.list()] == [(OTHER, 0), (OFFICER, 1)]
    first, now = store.load(PLACE, aside=1), store.load(PLACE)
    assert first is not None
    assert now is not None
    assert (first.value, now.value) == (TYPED, "and more")
    store.discard(PLACE)
    assert [draft.aside for draft in store.list()] == [1]


def test_whoever_begins_anew_keeps_the_old_draft(store: DraftStore) -> None:
    for text in ("second", "third"):
        store.set_aside(PLACE)
        assert store.load(PLACE) is None
        store.keep(PLACE, text, OFFICER)
    store.set_aside("nowhere")
    values = {draft.aside: store.load(PLACE, draft.aside) for draft in store.list()}
    assert {aside: found.value for aside, found in values.items() if found} == {
        0: "third",
        1: TYPED,
        2: "second",
    }


def test_what_was_kept_is_there_after_closing_and_in_a_backup(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    clock = iter(range(1000, 2000))
    store = DraftStore(made, clock=lambda: next(clock))
    assert store.keep(PLACE, TYPED, OFFICER) == 1000
    assert store.keep("grid:x", [], OFFICER) == 1001
    copy = made.backup(tmp_path / "stick")
    made.close()
    with pytest.raises(UserError) as caught:
        store.keep(PLACE, TYPED, OFFICER)
    assert caught.value.code == "casefile.locked"
    shutil.copytree(copy, tmp_path / "back")
    for name in ("案件库", "back"):
        with reopen(tmp_path, name=name) as opened:
            again = DraftStore(opened)
            assert [(draft.place, draft.at, draft.value) for draft in again.list()] == [
                ("grid:x", 1001, None),
                (PLACE, 1000, None),
            ]
            found = again.load(PLACE)
            assert found is not None
            assert (found.value, found.officer, found.fault) == (TYPED, OFFICER, None)
            again.discard(PLACE)
            assert again.load(PLACE) is None


def test_a_reading_process_has_no_drafts(tmp_path: Path) -> None:
    create(tmp_path)[0].close()
    with reopen(tmp_path, write=False) as reader, pytest.raises(UserError) as caught:
        DraftStore(reader)
    assert caught.value.code == "casefile.opened_for_reading"


def test_drafts_go_along_when_an_officer_is_removed(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    store = DraftStore(made)
    store.keep(PLACE, TYPED, OFFICER)
    made.add_officer(OTHER, "passphrase two")
    made.remove_officer(OTHER)
    found = store.load(PLACE)
    assert found is not None
    assert found.value == TYPED
    store.keep(PLACE, "and on", OFFICER)
    made.close()


def _exchange_while_keeping(casefile: CaseFile) -> None:
    path = casefile.folder / "drafts.db"
    with casefile.drafts_transaction() as conn:
        conn.exec_driver_sql("DELETE FROM draft")
        shutil.copyfile(path, casefile.folder / "copy")
        (casefile.folder / "copy").replace(path)


def test_nothing_counts_as_kept_in_a_file_that_was_exchanged_meanwhile(
    casefile: CaseFile, store: DraftStore
) -> None:
    with pytest.raises(UserError) as caught:
        _exchange_while_keeping(casefile)
    assert caught.value.code == "environment.locked"
