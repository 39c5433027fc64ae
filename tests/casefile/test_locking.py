"""One process writes; the second is told who; a killed one leaves nothing in the way."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.locking import (
    FolderLock,
    clear_marker,
    read_holder,
    read_marker,
    refuse_network_folder,
    write_marker,
)
from desktop.casefile.unlocking import Passphrase
from desktop.errors import UserError
from tests.casefile.sample import add_person, create, people, reopen, snapshot

ROOT = Path(__file__).resolve().parents[2]
HOLD = "import sys; from pathlib import Path; from desktop.casefile.locking import FolderLock; \
lock = FolderLock(Path(sys.argv[1])); sys.stdout.write('held\\n'); sys.stdout.flush(); sys.stdin.read()"


def test_a_second_process_is_told_who_holds_it_and_kill_frees_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(UserError) as caught:
            FolderLock(tmp_path)
        assert caught.value.code == "casefile.in_use"
        assert caught.value.params["pid"] == holder.pid
        assert caught.value.params["host"] == platform.node()
        assert str(holder.pid) in caught.value.sentence("zh")
        holder.kill()
    taken = FolderLock(tmp_path)
    said = read_holder(taken.path)
    assert said is not None
    assert said.pid == os.getpid()
    taken.release()
    taken.release()
    assert read_holder(taken.path) is None


def test_the_same_process_cannot_hold_it_twice_and_an_unreadable_holder_has_a_sentence(
    tmp_path: Path,
) -> None:
    first = FolderLock(tmp_path)
    first.path.write_bytes(b"\xff" * 100)
    with pytest.raises(UserError) as caught:
        FolderLock(tmp_path)
    assert caught.value.code == "casefile.in_use_unknown"
    first.release()


def test_readers_need_no_lock_and_a_second_writer_waits_its_turn(tmp_path: Path) -> None:
    writer, _ = create(tmp_path)
    add_person(writer.engine, 1)
    reader = reopen(tmp_path, write=False)
    add_person(writer.engine, 2)
    assert people(reader.engine) == [1, 2]
    with pytest.raises(UserError) as caught:
        reopen(tmp_path)
    assert caught.value.code == "casefile.in_use"
    writer.close()
    assert people(reader.reader) == [1, 2]
    reader.close()
    again = reopen(tmp_path)
    assert people(again.reader) == [1, 2]
    again.close()


def test_a_reader_cannot_write_by_any_way(tmp_path: Path) -> None:
    create(tmp_path)[0].close()
    with reopen(tmp_path, write=False) as reader:
        before = snapshot(tmp_path / "案件库")
        with pytest.raises(Exception, match="readonly"):
            add_person(reader.engine, 1)
        for act in (
            lambda: reader.add_officer("x", "long enough"),
            lambda: reader.remove_officer("x"),
            reader.new_recovery_key,
            lambda: reader.drafts,
        ):
            with pytest.raises(UserError) as caught:
                act()
            assert caught.value.code == "casefile.opened_for_reading"
        after = snapshot(tmp_path / "案件库")
        assert {name: after[name] for name in before if not name.endswith("-shm")} == {
            name: data for name, data in before.items() if not name.endswith("-shm")
        }


def test_a_failed_opening_gives_the_lock_back(tmp_path: Path) -> None:
    create(tmp_path)[0].close()
    with pytest.raises(UserError):
        reopen(tmp_path, unlock=Passphrase("not the passphrase"))
    reopen(tmp_path).close()


def test_the_marker_says_whether_a_wal_belongs_to_the_file(tmp_path: Path) -> None:
    assert read_marker(tmp_path) is None
    write_marker(tmp_path, wal=True)
    marker = read_marker(tmp_path)
    assert marker is not None
    assert marker.wal
    (tmp_path / "open").write_bytes(b"\0\xff")
    marker = read_marker(tmp_path)
    assert marker is not None
    assert not marker.wal
    clear_marker(tmp_path)
    clear_marker(tmp_path)
    assert read_marker(tmp_path) is None


Part = namedtuple("Part", "mountpoint fstype opts")


@pytest.mark.parametrize(
    ("kind", "options", "refused"),
    [("cifs", "rw", True), ("nfs4", "rw", True), ("ntfs", "rw,remote", True), ("ext4", "rw", False)],
)
def test_a_folder_on_another_computer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, options: str, refused: bool
) -> None:
    parts = [Part("/", "ext4", "rw"), Part(str(tmp_path.resolve()), kind, options)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: parts)
    if not refused:
        refuse_network_folder(tmp_path / "案件库")
        return
    with pytest.raises(UserError) as caught:
        refuse_network_folder(tmp_path / "案件库")
    assert caught.value.code == "casefile.network_folder"


def test_a_closed_case_file_has_no_key_and_says_so(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    engine = made.engine
    made.lock()
    made.close()
    assert not made.writable
    with pytest.raises(UserError) as caught:
        people(engine)
    assert caught.value.code == "casefile.locked"
    with pytest.raises(UserError):
        made.officers()
    assert isinstance(made, CaseFile)


def test_a_copied_lock_file_does_not_lock_the_copy(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    shutil.copytree(tmp_path / "案件库", tmp_path / "copy")
    opened = reopen(tmp_path, name="copy")
    assert opened.restored
    opened.close()
    made.close()
