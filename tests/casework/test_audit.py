"""The audit of reads: tampering shows, values stay out, and a reading process notes beside a writing one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile import database, rekeying
from desktop.casefile.backups import restore
from desktop.casefile.casefile import CaseFile
from desktop.casework import disclosing
from desktop.casework.audit import AuditLog, What
from desktop.casework.drafts import DraftStore
from desktop.wire import canonical
from desktop.wire.hashing import digest
from desktop.wire.ids import new_row_id
from tests.casefile.sample import OFFICER, create, reopen, without_drafts
from tests.desks import new_desk

ROOT = Path(__file__).resolve().parents[2]
PERSON = new_row_id("office:450923", "person.ar", "450923")
RAID = new_row_id("office:450923", "raid.ar", "450923")


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
def audit(casefile: CaseFile) -> AuditLog:
    """Five reads, the last of them known to ``case.db``."""
    made = AuditLog(casefile)
    made.note("reveal", record=PERSON, what=What(kind="person", field="id_number", purpose="当面核对"))
    made.note("print", record=RAID, what=What(form="site_record"))
    made.note("export", what=What(kind="person", count=93))
    made.note("search_number", what=What(kind="person", field="phone", count=1))
    made.note("print", record=RAID, what=What(form="people_register"))
    made.anchor()
    assert made.check() == []
    return made


def _put(casefile: CaseFile, sql: str, *values: Any) -> None:
    with casefile.drafts.begin() as conn:
        conn.exec_driver_sql(sql, values)


def _faults(audit: AuditLog) -> list[tuple[str, int]]:
    return [(found["fault"], found["n"]) for found in audit.check()]


@pytest.mark.parametrize(
    ("harm", "faults"),
    [
        ("UPDATE noted SET officer = 'somebody else' WHERE n = 2", [("edited", 2)]),
        ("UPDATE noted SET at = at + 1 WHERE n = 1", [("edited", 1)]),
        ("UPDATE noted SET record = '' WHERE n = 5", [("edited", 5)]),
        ("UPDATE noted SET what = replace(what, '93', '1') WHERE n = 3", [("edited", 3)]),
        ("UPDATE noted SET what = x'ff' WHERE n = 3", [("edited", 3)]),
        ("UPDATE noted SET hash = 7 WHERE n = 3", [("edited", 3), ("edited", 4)]),
        ("UPDATE noted SET hash = x'ff' WHERE n = 5", [("edited", 5)]),
        ("DELETE FROM noted WHERE n = 1", [("missing", 1)]),
        ("DELETE FROM noted WHERE n IN (3, 4)", [("missing", 3)]),
        ("DELETE FROM noted WHERE n > 3", [("missing", 4)]),
        ("DELETE FROM noted", [("missing", 1)]),
        ("UPDATE noted SET n = n + 10 WHERE n > 4", [("missing", 5)]),
        ("DROP TABLE noted", [("strange", 0)]),
        ("PRAGMA user_version = 2", [("strange", 0)]),
    ],
)
def test_an_edited_or_cut_log_is_detected(
    casefile: CaseFile, audit: AuditLog, harm: str, faults: list[tuple[str, int]]
) -> None:
    _put(casefile, harm)
    assert _faults(audit) == faults


def _forge(casefile: CaseFile, keep: int, officer: str) -> None:
    """A log written anew with right hashes, by somebody who knows the format and not the anchor."""
    with casefile.drafts.begin() as conn:
        rows = conn.exec_driver_sql("SELECT n, at, action, record, what FROM noted ORDER BY n").all()[:keep]
        conn.exec_driver_sql("DELETE FROM noted")
        previous = ""
        for n, at, action, record, what in rows:
            values = [n, at, officer, action, record, what]
            previous = digest("audit", previous, canonical.encode(values))
            conn.exec_driver_sql("INSERT INTO noted VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, previous))


@pytest.mark.parametrize(
    ("keep", "officer", "fault"), [(5, "x", ("edited", 5)), (3, OFFICER, ("missing", 4))]
)
def test_a_log_written_anew_with_right_hashes_is_told_by_the_other_file(
    casefile: CaseFile, audit: AuditLog, keep: int, officer: str, fault: tuple[str, int]
) -> None:
    _forge(casefile, keep, officer)
    assert _faults(audit) == [fault]


@pytest.mark.parametrize("how", ["removed", "older copy", "damaged"])
def test_a_log_that_was_taken_away_stays_noted_for_good(tmp_path: Path, how: str) -> None:
    made, _ = create(tmp_path)
    AuditLog(made).note("print", record=RAID)
    made.close()
    shutil.copyfile(made.folder / "drafts.db", tmp_path / "older")
    with reopen(tmp_path) as opened:
        audit = AuditLog(opened)
        audit.note("print", record=RAID)
        audit.anchor()
    drafts = made.folder / "drafts.db"
    drafts.unlink()
    if how == "older copy":
        shutil.copyfile(tmp_path / "older", drafts)
    elif how == "damaged":
        drafts.write_bytes(b"\0" * 8192)
    for _ in range(2):
        with reopen(tmp_path) as opened:
            audit = AuditLog(opened)
            audit.anchor()
            broken = 2 if how == "older copy" else 1
            assert _faults(audit) == [("missing", broken)]
            audit.note("print", record=RAID)
            assert audit.check()[0]["last"] == 2


@pytest.mark.parametrize("anchor", [b"\xff", b"", b"5:zz", b"-1:", b"9" * 400 + b":" + b"0" * 64])
def test_a_damaged_anchor_is_no_traceback(casefile: CaseFile, audit: AuditLog, anchor: bytes) -> None:
    with casefile.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE casefile_meta SET value = ? WHERE key = 'audit_anchor'", (anchor,))
    assert audit.check() == []
    audit.anchor()
    _put(casefile, "DELETE FROM noted WHERE n = 5")
    assert _faults(audit) == [("missing", 5)]


def test_values_never_stand_in_a_row(audit: AuditLog, casefile: CaseFile) -> None:
    number = "450923199001011234"
    for wrong in (
        lambda: audit.note("print", record=number),
        lambda: audit.note("reveal", what=What(field=number, purpose="x")),
        lambda: audit.note("export", what=What(kind="张伟")),
        lambda: audit.note("look", record=PERSON),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match="an audit row names"):
            wrong()
    purpose = (
        f"核对{number}、13800138000、4509 2319 9001 0112 34、６２２２０２１１１１１１１１１，2020-06-07\ud83d"
        + "长" * 300
    )
    audit.note("reveal", record=PERSON, what=What(kind="person", field="phone", purpose=purpose))
    with casefile.drafts.connect() as conn:
        text = conn.exec_driver_sql("SELECT group_concat(what) FROM noted").scalar_one()
    assert not [digits for digits in (number, "1380013", "4509 2319", "６２２２") if digits in text]
    assert "2020-06-07" in text
    assert len(audit.list(limit=1)[0].what.purpose) == 200
    assert audit.check() == []


def test_a_number_is_revealed_for_a_purpose_only(audit: AuditLog) -> None:
    for purpose in ("", "  "):
        fault = audit.attempt("reveal", record=PERSON, what=What(field="id_number", purpose=purpose))
        assert fault is not None
        assert fault.code == "audit.purpose_missing"
    assert len(audit.list()) == 5


def test_who_read_what_and_when_is_listed_by_officer_record_and_kind(casefile: CaseFile) -> None:
    clock = iter(range(1_591_500_000_000, 1_591_500_001_000))
    audit = AuditLog(casefile, clock=lambda: next(clock))
    for _ in range(3):
        audit.note("print", record=RAID, what=What(form="site_record"))
    audit.note("reveal", record=PERSON, what=What(kind="person", field="id_number", purpose="核对"))
    newest = audit.list(limit=2)
    assert [note.n for note in newest] == [4, 3]
    assert [note.n for note in audit.list(before=3)] == [2, 1]
    found = newest[0]
    assert (found.at, found.officer, found.action, found.record) == (
        1_591_500_000_003,
        OFFICER,
        "reveal",
        PERSON,
    )
    assert found.what == What(kind="person", field="id_number", purpose="核对")
    assert [note.n for note in audit.list(record=PERSON)] == [4]
    assert [note.n for note in audit.list(action="print", officer=OFFICER, before=2)] == [1]
    assert audit.list(officer="0190-officer-two") == []


NOTES = """
import sys
from pathlib import Path
from desktop.casework import disclosing
from desktop.casework.audit import AuditLog, What
from tests.casefile.sample import reopen
with reopen(Path(sys.argv[1]), write=False) as reader:
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(20):
        AuditLog(reader).note("print", record=sys.argv[2], what=What(form="site_record"))
"""


def test_a_reading_process_notes_beside_the_one_that_writes(tmp_path: Path) -> None:
    writer, _ = create(tmp_path)
    audit, store = AuditLog(writer), DraftStore(writer)
    child = subprocess.Popen(
        [sys.executable, "-c", NOTES, str(tmp_path), RAID],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"ready\n"
        child.stdin.write(b"go\n")
        child.stdin.flush()
        for number in range(20):
            audit.note("export", what=What(kind="person", count=number))
            store.keep("grid:x", number, OFFICER)
    assert child.returncode == 0
    assert len(audit.list(action="print")) == 20
    assert len(audit.list(action="export")) == 20
    assert audit.check() == []
    writer.close()
    assert not list(writer.folder.glob("drafts.db-*"))
    with reopen(tmp_path, write=False) as reader:
        assert AuditLog(reader).check() == []
        assert len(AuditLog(reader).list()) == 40


def test_a_read_that_cannot_be_noted_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    casefile, _ = create(tmp_path)
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    with reopen(tmp_path, write=False) as reader:
        audit = AuditLog(reader)
        with casefile.drafts.begin():
            busy = audit.attempt("print", record=RAID)
        assert busy is not None
        assert busy.code == "environment.locked"
        assert audit.attempt("print", record=RAID) is None
        _put(casefile, "PRAGMA user_version = 2")
        newer = audit.attempt("print", record=RAID)
        assert newer is not None
        assert newer.code == "sidefile.newer"
        _put(casefile, "PRAGMA user_version = 1")
    casefile.close()
    (casefile.folder / "drafts.db").unlink()
    with reopen(tmp_path, write=False) as reader:
        gone = AuditLog(reader).attempt("print", record=RAID)
        assert gone is not None
        assert gone.code == "casefile.unreadable"
        assert AuditLog(reader).check() == []
        assert AuditLog(reader).list() == []
        assert not (casefile.folder / "drafts.db").exists()


HOLDS = """
import sys
from pathlib import Path
from desktop.casework import sidefile
from desktop.casework import disclosing
from desktop.casework.audit import AuditLog, What
from tests.casefile.sample import reopen
with reopen(Path(sys.argv[1]), write=False) as reader:
    with sidefile.writing(reader) as conn:
        AuditLog(reader)._append(conn, "print", sys.argv[2], What())
        sys.stdout.write("holds\\n")
        sys.stdout.flush()
        sys.stdin.readline()
"""


def test_a_file_is_opened_for_writing_while_another_process_notes(tmp_path: Path) -> None:
    create(tmp_path)[0].close()
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path), RAID],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"holds\n"
        with reopen(tmp_path) as writer:
            child.stdin.write(b"go\n")
            child.stdin.flush()
            child.wait()
            audit = AuditLog(writer)
            assert [note.record for note in audit.list()] == [RAID]
            audit.note("print", record=RAID)
            assert audit.check() == []
    assert child.returncode == 0


def test_a_disc_that_cannot_be_written_is_read_without_a_note_and_told(tmpfs: Path) -> None:
    made, _ = create(tmpfs)
    AuditLog(made).note("print", record=RAID)
    made.close()
    subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
    with reopen(tmpfs, write=False) as reader:
        audit = AuditLog(reader)
        fault = audit.attempt("print", record=RAID)
        assert fault is not None
        assert fault.code == "environment.read_only"
        assert [note.n for note in audit.list()] == [1]
        assert audit.check() == []


def test_the_log_goes_along_into_a_backup_and_to_a_new_master_key(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    made.add_officer("0190-officer-two", "passphrase two")
    audit = AuditLog(made)
    audit.note("print", record=RAID)
    audit.anchor()
    copy = made.backup(tmp_path / "stick")
    made.remove_officer("0190-officer-two")
    audit.note("print", record=RAID)
    assert audit.check() == []
    made.close()
    restore(copy, tmp_path / "back", state=tmp_path / "state")
    with reopen(tmp_path, name="back") as opened:
        assert AuditLog(opened).check() == []
        assert [note.n for note in AuditLog(opened).list()] == [1]


def test_a_note_during_the_removal_of_an_officer_is_refused_or_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader would write into the old file, which nobody opens again."""
    casefile, _ = create(tmp_path)
    casefile.add_officer("0190-officer-two", "passphrase two")
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    genuine, said = rekeying.fsync_tree, []
    with reopen(tmp_path, write=False) as reader:

        def meanwhile(folder: Path) -> None:
            said.append(AuditLog(reader).attempt("print", record=RAID))
            genuine(folder)

        monkeypatch.setattr(rekeying, "fsync_tree", meanwhile)
        casefile.remove_officer("0190-officer-two")
        assert [fault.code for fault in said if fault] == ["environment.locked"]
        after = AuditLog(reader).attempt("print", record=RAID)
        assert after is not None
        assert after.code == "casefile.corrupt"
    assert AuditLog(casefile).list() == []
    casefile.close()


def test_findings_are_json(casefile: CaseFile, audit: AuditLog) -> None:
    _put(casefile, "DELETE FROM noted WHERE n = 2")
    assert json.loads(json.dumps(audit.check())) == [
        {"finding": "audit", "n": 2, "fault": "missing", "last": 2}
    ]


def test_a_search_by_number_is_noted_without_the_number_and_one_by_name_is_not(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        assert disclosing.note_search(desk, "张伟") is None
        assert disclosing.note_search(desk, "4509231990") is None
        (note,) = desk.audit.list()
        assert (note.action, note.what.kind) == ("search_number", "person")
        assert "4509231990" not in str(note)
