"""Backups are whole, verified, thinned and never overwrite; whoever opens one starts a new incarnation."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path

import pytest

from desktop.casefile import backups
from desktop.casefile.backups import backup_time, make_backup, restore, thin, to_thin
from desktop.casefile.continuity import Continuity
from desktop.errors import UserError
from tests.casefile.sample import add_person, create, people, reopen, snapshot


def _name(when: dt.datetime) -> str:
    return when.strftime("%Y%m%dT%H%M%SZ")


NOW = dt.datetime(2020, 6, 7, 20, 30, tzinfo=dt.UTC)


def test_what_does_not_verify_never_gets_a_final_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = create(tmp_path)

    def harmful(database: Path, _: bytes) -> None:
        data = bytearray(database.read_bytes())
        data[5000] ^= 1
        database.write_bytes(data)

    monkeypatch.setattr(backups, "make_foreign", harmful)
    with pytest.raises(UserError) as caught:
        made.backup()
    assert caught.value.code == "casefile.backup_bad"
    assert list((made.folder / "backups").iterdir()) == []
    made.close()


def test_a_backup_while_working_is_consistent_and_opens_as_another_copy(tmp_path: Path) -> None:
    made, printed = create(tmp_path)
    add_person(made.engine, 1)
    ref = made.blobs.put(io.BytesIO(b"photograph"))
    with made.drafts.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE draft (text)")
    folder = made.backup(tmp_path / "stick")
    add_person(made.engine, 2)
    second = made.backup(tmp_path / "stick")
    assert folder != second
    made.close()
    restore(folder, tmp_path / "back", state=tmp_path / "state")
    with reopen(tmp_path, name="back") as opened:
        assert opened.restored
        assert people(opened.reader) == [1]
        assert opened.blobs.verify(ref.name) == ref
        opened.continue_here()
        assert not opened.restored
    with reopen(tmp_path, name="back") as again:
        assert not again.restored
    with reopen(tmp_path) as original:
        assert not original.restored
    assert printed


def test_a_restored_copy_stays_restored_until_the_caller_says_so(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    folder = made.backup()
    made.close()
    restore(folder, tmp_path / "back", state=tmp_path / "state")
    for _ in range(2):
        with reopen(tmp_path, name="back") as opened:
            assert opened.restored


def test_restore_never_overwrites_and_never_changes_the_backup(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    folder = made.backup(tmp_path / "stick")
    made.close()
    before, stick = snapshot(tmp_path / "案件库"), snapshot(tmp_path / "stick")
    with pytest.raises(UserError) as caught:
        restore(folder, tmp_path / "案件库", state=tmp_path / "state")
    assert caught.value.code == "casefile.folder_not_empty"
    assert snapshot(tmp_path / "案件库") == before
    for target, code in (
        (tmp_path / "stick", "casefile.foreign"),
        (tmp_path / "nowhere", "casefile.foreign"),
    ):
        with pytest.raises(UserError) as caught:
            restore(target, tmp_path / "x", state=tmp_path / "state")
        assert caught.value.code == code
    assert snapshot(tmp_path / "stick") == stick
    assert not (tmp_path / "x").exists()


def test_a_backup_put_back_in_the_same_session_and_place_is_recognised(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    folder = made.backup(tmp_path / "stick")
    made.close()
    shutil.rmtree(tmp_path / "案件库")
    restore(folder, tmp_path / "案件库", state=tmp_path / "state")
    with reopen(tmp_path) as opened:
        assert opened.restored


def test_an_old_copy_of_the_folder_put_back_is_recognised(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.close()
    shutil.copytree(tmp_path / "案件库", tmp_path / "old")
    reopen(tmp_path).close()
    shutil.rmtree(tmp_path / "案件库")
    shutil.copytree(tmp_path / "old", tmp_path / "案件库")
    with reopen(tmp_path) as opened:
        assert opened.restored


def test_a_clone_for_another_user_or_pc_is_recognised(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.close()
    shutil.rmtree(tmp_path / "state")
    with reopen(tmp_path) as opened:
        assert opened.restored


def test_thinning_keeps_days_weeks_and_months_that_have_a_backup() -> None:
    daily = [_name(NOW - dt.timedelta(days=age, hours=hour)) for age in range(400) for hour in (0, 5)]
    gone = set(to_thin([*daily, "notes.txt", ".20200101T000000Z.x.part"]))
    kept = [name for name in daily if name not in gone]
    assert _name(NOW) in kept
    assert gone <= set(daily)
    assert len(kept) == len(set(kept))
    assert 18 <= len(kept) <= 7 + 5 + 12
    assert set(to_thin(kept)) == set()


def test_an_office_that_was_closed_for_a_year_loses_nothing() -> None:
    old = [_name(NOW - dt.timedelta(days=400 + age)) for age in range(5)]
    assert to_thin([_name(NOW), *old]) == []
    assert to_thin([]) == []


def test_several_backups_in_one_second_have_their_own_names(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    key = made._key.reveal()
    names = [make_backup(made.folder, key, tmp_path / "b", now=NOW).name for _ in range(3)]
    assert names == ["20200607T203000Z", "20200607T203000Z.2", "20200607T203000Z.3"]
    assert {backup_time(name) for name in names} == {NOW}
    made.close()


def test_thinning_removes_folders_and_leaves_strangers(tmp_path: Path) -> None:
    for hour in range(3):
        (tmp_path / _name(NOW - dt.timedelta(hours=hour))).mkdir()
    (tmp_path / "mine").mkdir()
    assert len(thin(tmp_path)) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [_name(NOW), "mine"]
    assert thin(tmp_path / "nowhere") == []


def test_an_old_copy_is_recognised_even_after_a_session_that_was_killed(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.close()
    shutil.copytree(tmp_path / "案件库", tmp_path / "old")
    reopen(tmp_path)._forget()
    shutil.rmtree(tmp_path / "案件库")
    shutil.copytree(tmp_path / "old", tmp_path / "案件库")
    with reopen(tmp_path) as opened:
        assert opened.restored


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_state_folder_that_fails_in_between_makes_no_copy_of_the_original(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    create(tmp_path)[0].close()
    genuine, calls = Continuity.remember, []

    def fails(self: Continuity, tokens: list[bytes], slot: str | None) -> None:
        calls.append(tokens)
        if len(calls) == fails_at:
            raise OSError(5, "Input/output error")
        genuine(self, tokens, slot)

    with monkeypatch.context() as patched:
        patched.setattr(Continuity, "remember", fails)
        with pytest.raises(UserError) as caught:
            reopen(tmp_path)
        assert caught.value.code == "environment.io_error"
    with reopen(tmp_path) as opened:
        assert not opened.restored
