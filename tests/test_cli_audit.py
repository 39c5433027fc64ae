"""Commands note what they show, print and export before they do; ``verify`` finds a cut of the notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.casework.audit import AuditLog, Note, What
from desktop.cli import exchanging, recording
from desktop.models.schema import REVISIONS
from tests.commandline import RAID, SECRET, Liandong, new_file

NUMBER = "450923199001011234"


@pytest.fixture
def a(liandong: Liandong, tmp_path: Path) -> Path:
    new_file(liandong, tmp_path / "a")
    return tmp_path / "a"


def _opened(folder: Path, *, write: bool = False) -> CaseFile:
    return CaseFile.open(folder, unlock=Passphrase(SECRET), write=write, schema=AlembicSchema(REVISIONS))


def _notes(folder: Path) -> Sequence[Note]:
    with _opened(folder) as casefile:
        return AuditLog(casefile).list()[::-1]


def test_what_was_shown_printed_and_searched_is_noted_without_its_values(
    liandong: Liandong, a: Path, tmp_path: Path
) -> None:
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    value = {"raid": raid, "people": [{"name": "李四", "id_number": NUMBER}, {}]}
    person = liandong("do", a, "people.add", "--json", "-", json_in=value)[1]["ids"]["people"][0]
    out = tmp_path / "x.pdf"
    for words in (
        ("show", a, "person"),
        ("show", a, "person", person),
        ("show", a, "person", "--where", f"id_number={NUMBER}"),
        ("show", a, "person", "--where", "name=李四"),
        ("conflicts", a),
        ("dump", a),
        ("form", "print", a, "people_register", "--for", raid, "-o", out),
        ("status", a),
        ("verify", a),
        ("form", "print", a, "people_register", "--blank", "-o", out),
    ):
        assert liandong(*words)[0] in (0, 3), words
    notes = _notes(a)
    officer = liandong("show", a, "officer")[1][0]["id"]
    assert [(note.action, note.record, note.what) for note in notes] == [
        ("export", "", What(kind="person", count=2)),
        ("export", person, What(kind="person", count=1)),
        ("search_number", "", What(kind="person", field="id_number", count=1)),
        ("export", "", What(kind="person", count=1)),
        ("export", "", What(kind="conflict")),
        ("export", "", What(kind="dump")),
        ("print", raid, What(form="people_register")),
    ]
    assert {note.officer for note in notes} == {officer}
    with _opened(a, write=True) as casefile, casefile.drafts.connect() as conn:
        rows = conn.exec_driver_sql("SELECT * FROM noted").all()
    assert not [word for word in ("李四", NUMBER) if word in str(rows)]


def test_what_was_refused_is_not_noted_and_what_could_not_be_written_is(
    liandong: Liandong, a: Path, tmp_path: Path
) -> None:
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    for form, subject in (("site_record", "nobody"), ("recovery_sheet", raid), ("nothing", raid)):
        assert liandong("form", "print", a, form, "--for", subject, "-o", tmp_path / "x.pdf")[0] == 1
    assert liandong("show", a, "person", "nobody")[0] == 1
    assert _notes(a) == []
    words = ("form", "print", a, "site_record", "--for", raid, "-o", tmp_path / "nowhere" / "x.pdf")
    assert liandong(*words)[0] == 1
    assert [note.action for note in _notes(a)] == ["print"]


def test_a_paper_is_printed_and_told_when_it_cannot_be_noted(
    liandong: Liandong, a: Path, tmp_path: Path
) -> None:
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    with _opened(a, write=True) as casefile, casefile.drafts.begin() as conn:
        conn.exec_driver_sql("PRAGMA user_version = 99")
    code, _, said = liandong("form", "print", a, "site_record", "--for", raid, "-o", tmp_path / "x.pdf")
    assert (code, "[audit.not_noted]" in said) == (3, True)
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    code, found, said = liandong("show", a, "raid", raid)
    assert (code, found["title"], "[audit.not_noted]" in said) == (3, "练习行动", True)
    code, found, _ = liandong("verify", a)
    assert (code, [item["fault"] for item in found["findings"]]) == (3, ["strange"])


def test_nothing_is_shown_before_it_is_noted(
    liandong: Liandong, a: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for module in (recording, exchanging):
        monkeypatch.setattr(module, "_print", dies)
    for words in (("show", a, "officer"), ("conflicts", a)):
        assert liandong(*words)[0] == 130
    assert [note.what.kind for note in _notes(a)] == ["officer", "conflict"]


@pytest.mark.parametrize(
    "harm", ["DELETE FROM noted WHERE n = 2", "UPDATE noted SET record = '' WHERE n = 2"]
)
def test_a_cut_or_edited_log_does_not_verify_and_stays_so(liandong: Liandong, a: Path, harm: str) -> None:
    officer = liandong("show", a, "officer")[1][0]["id"]
    for _ in range(2):
        assert liandong("show", a, "officer", officer)[0] == 0
    assert liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[0] == 0
    assert liandong("verify", a)[1]["sound"] is True
    with _opened(a, write=True) as casefile, casefile.drafts.begin() as conn:
        conn.exec_driver_sql(harm)
    for _ in range(2):
        assert liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[0] == 0
        code, found, _ = liandong("verify", a)
        assert (code, found["sound"]) == (3, False)
        assert [item["n"] for item in found["findings"] if item["finding"] == "audit"] == [2]
