"""Evidence of one record is checked by a stranger's shell, coreutils and openssl, and by nothing else.

The folder holds nothing of other records; whatever line or byte of it is altered, the check says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pytest

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.evidence import Evidence, export
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.errors import Cancelled, UserError
from desktop.sync import enrolment, exchange
from tests.desks import new_desk
from tests.sync.pcs import PC, join, new_stick

TOOLS = ("sha256sum", "cut", "cat", "mktemp", "rm", "dirname", "openssl")
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS) or not SHELLS, reason="not installed: stock tools"
)


class Made(NamedTuple):
    """A city's desk that got a county's person, and the evidence of that person."""

    desk: Desk
    person: str
    evidence: Evidence
    folder: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    base = tmp_path_factory.mktemp("evidence")
    with new_desk(base, office="450900") as desk:
        with desk.casefile.engine.begin() as conn:
            enrolment.make_root(Journal(conn), 2, 2)
        city = PC("450900", base / "unused")
        city.engine.dispose()
        county = PC("450923", base / "county")
        city.engine = desk.casefile.engine
        join(city, county)
        before = county.add(name="赵六", phone="13900000001")
        person = county.add(name="张三", id_number="45092319900101001X", phone="13900000002")
        county.add(name="李四", phone="13900000003")
        county.change(person, name="张山")
        county.change(before, name="赵七")
        stick = new_stick(base)
        exchange.export(county.engine, county.blobs, stick)
        with desk.casefile.engine.connect() as conn:
            identity = Journal(conn).pen().age_identity
        exchange.import_folder(desk.casefile.engine, desk.casefile.blobs, identity, stick)
        found = export(desk, person, base / "out" / "证据", attachments=True)
        yield Made(desk, person, found, base / "out" / "证据")
        county.engine.dispose()


def _tools(folder: Path, shell: str) -> Path:
    """A folder with the stock tools and nothing else."""
    place = folder / "bin"
    if not place.exists():
        place.mkdir()
        for tool in TOOLS:
            (place / tool).symlink_to(str(shutil.which(tool)))
        (place / "sh").symlink_to(str(shutil.which(shell)))
    return place


def _check(folder: Path, work: Path, shell: str = SHELLS[0] if SHELLS else "sh") -> tuple[int, str]:
    tools = _tools(work, shell)
    done = subprocess.run(
        [str(tools / "sh"), "check.sh"],
        cwd=folder,
        env={"PATH": str(tools), "TMPDIR": str(work)},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_stranger_checks_the_folder_and_its_tar_with_stock_tools_alone(
    made: Made, tmp_path: Path, shell: str
) -> None:
    code, said = _check(made.folder, tmp_path, shell)
    assert (code, "核验通过 VERIFIED" in said, "FAILED" in said) == (0, True, False), said
    assert "全文 in full: 2  仅凭据 commitment only: 2  链头 heads: 1" in said
    assert '"name":"张三"' in said
    assert '"name":["张山"' in said
    assert made.evidence.network in said
    with tarfile.open(made.evidence.tar) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    assert _check(tmp_path / "unpacked" / "证据", tmp_path, shell) == (code, said)


def test_nothing_of_other_records_leaves(made: Made) -> None:
    everything = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert "张三".encode() in everything
    for name in ("赵六", "赵七", "李四", "13900000001", "13900000003"):
        assert name.encode() not in everything
    assert (made.evidence.shown, made.evidence.withheld, made.evidence.other_records) == (2, 0, 0)
    assert made.evidence.sums == hashlib.sha256((made.folder / "SHA256SUMS").read_bytes()).hexdigest()


def test_an_export_that_is_stopped_at_any_step_leaves_nothing(made: Made, tmp_path: Path) -> None:
    told: list[float] = []
    export(made.desk, made.person, tmp_path / "whole", attachments=True, turn=told.append)
    assert told == sorted(told)
    assert told[0] == 0
    assert 0.8 < told[-1] < 1
    for steps in range(len(told)):
        left = iter(range(steps))

        def turn(_: float, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            export(made.desk, made.person, tmp_path / "stopped" / "证据", attachments=True, turn=turn)
        assert not list(tmp_path.glob("stopped/*"))


def _copy(made: Made, into: Path) -> Path:
    shutil.copytree(made.folder, into)
    return into


def _sum_again(folder: Path) -> None:
    """As a forger would: the sums fit what he made of the files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = [path for path in files if path.name not in ("SHA256SUMS", "exporter.txt", "exporter.sig")]
    text = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in listed
    )
    (folder / "SHA256SUMS").write_text(text, "utf-8")


def test_any_altered_byte_of_any_file_is_noticed(made: Made, tmp_path: Path) -> None:
    names = [path.relative_to(made.folder) for path in made.folder.rglob("*") if path.is_file()]
    for name in sorted(names):
        if name.name == "check.sh":
            continue
        folder = _copy(made, tmp_path / "copy")
        data = bytearray((folder / name).read_bytes())
        for at in {len(data) // 2, len(data) - 1}:
            changed = bytearray(data)
            changed[at] ^= 1
            (folder / name).write_bytes(changed)
            code, said = _check(folder, tmp_path)
            assert (code, "FAILED" in said, "NOT VERIFIED" in said) == (1, True, True), (name, at, said)
        shutil.rmtree(folder)


def _run(folder: Path) -> list[bytes]:
    return (folder / "run-0.jsonl").read_bytes().splitlines(keepends=True)


def _flip(line: bytes, at: int) -> bytes:
    return line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]


def test_every_altered_line_is_named_even_when_the_sums_were_made_to_fit(made: Made, tmp_path: Path) -> None:
    folder = _copy(made, tmp_path / "copy")
    lines = _run(folder)
    forgeries: list[tuple[str, list[bytes]]] = []
    for number, line in enumerate(lines):
        spots = {len(line) // 2, len(line) - 3, *(at + 2 for at in _tabs(line))}
        for at in sorted(spots):
            forgeries.append((f"{number}:{at}", [*lines[:number], _flip(line, at), *lines[number + 1 :]]))
        forgeries.append((f"{number} gone", [*lines[:number], *lines[number + 1 :]]))
        forgeries.append((f"{number} twice", [*lines[: number + 1], *lines[number:]]))
    forgeries.append(("swapped", [lines[0], lines[2], lines[1], *lines[3:]]))
    forgeries.append(("no head", lines[:-1]))
    forgeries.append(("doubled tab", [lines[0], lines[1].replace(b"\t", b"\t\t", 1), *lines[2:]]))
    forgeries.append(("more", [*lines, lines[1]]))
    for what, forged in forgeries:
        (folder / "run-0.jsonl").write_bytes(b"".join(forged))
        _sum_again(folder)
        code, said = _check(folder, tmp_path)
        assert (code, "FAILED  run-0.jsonl" in said) == (1, True), (what, said)


def _tabs(line: bytes) -> list[int]:
    return [at for at, byte in enumerate(line) if byte == ord("\t")]


def test_statements_that_nobody_entitled_signed_do_not_count(made: Made, tmp_path: Path) -> None:
    folder = _copy(made, tmp_path / "copy")
    lines = (folder / "statements.jsonl").read_bytes().splitlines(keepends=True)
    grants = [number for number, line in enumerate(lines) if b'"kind":"grant"' in line]
    assert len(grants) == 2
    changes: list[Callable[[bytes], bytes]] = [
        lambda line: line.replace(b'"office":"4509', b'"office":"4408'),
        # One of the two signatures that are needed, twice.
        lambda line: _signed_twice(line),
        lambda line: _flip(line, len(line) - 10),
    ]
    for number in grants:
        for change in changes:
            forged = [*lines[:number], change(lines[number]), *lines[number + 1 :]]
            (folder / "statements.jsonl").write_bytes(b"".join(forged))
            _sum_again(folder)
            code, said = _check(folder, tmp_path)
            assert (code, "FAILED  声明 statement" in said) == (1, True), said
    (folder / "statements.jsonl").write_bytes(b"".join(lines[:1]))
    _sum_again(folder)
    assert "未获授权 / not granted" in _check(folder, tmp_path)[1]


def _signed_twice(line: bytes) -> bytes:
    body, _, pairs = line.partition(b"\t")
    one = pairs[1 : pairs.index(b"]") + 1]
    return body + b"\t[" + one + b"," + one + b"]\n"


def test_a_file_beside_and_a_foreign_exporter_are_noticed(made: Made, tmp_path: Path) -> None:
    folder = _copy(made, tmp_path / "copy")
    (folder / "more.txt").write_text("x")
    assert "FAILED  more.txt" in _check(folder, tmp_path)[1]
    (folder / "more.txt").unlink()
    _sum_again(folder)
    assert _check(folder, tmp_path)[0] == 0
    text = (folder / "record.json").read_text("utf-8").replace("张山", "王五")
    (folder / "record.json").write_text(text, "utf-8")
    _sum_again(folder)
    code, said = _check(folder, tmp_path)
    assert (code, said.count("FAILED  "), "exporter.sig" in said) == (1, 1, True)


def _raid(desk: Desk) -> str:
    value = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
    return str(desk.do([("raid.record", parse_act("raid.record", value))])[0].ids["raid"])


def test_an_act_on_several_records_is_withheld_unless_asked_for_and_counted(
    made: Made, tmp_path: Path
) -> None:
    desk = made.desk
    raid = _raid(desk)
    people = {
        "raid": raid,
        "people": [{"site_number": "A1", "name": "钱一"}, {"site_number": "A2", "name": "孙二"}],
    }
    desk.do([("people.add", parse_act("people.add", people))])
    alone = {"raid": raid, "people": [{"site_number": "A3", "name": "周三"}]}
    desk.do([("people.add", parse_act("people.add", alone))])
    ids = {view["name"]: view["id"] for view in desk.show("person")}
    shared = export(desk, ids["钱一"], tmp_path / "one")
    assert (shared.shown, shared.withheld, shared.withheld_records) == (0, 1, 2)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert "孙二".encode() not in everything
    assert _check(tmp_path / "one", tmp_path)[0] == 0
    whole = export(desk, ids["钱一"], tmp_path / "two", whole_acts=True)
    assert (whole.shown, whole.withheld, whole.other_records) == (1, 0, 2)
    assert "孙二".encode() in (tmp_path / "two" / "run-0.jsonl").read_bytes()
    assert _check(tmp_path / "two", tmp_path)[0] == 0
    single = export(desk, ids["周三"], tmp_path / "three")
    assert (single.shown, single.withheld) == (1, 0)


def test_of_three_people_entered_together_the_other_two_stay_out_and_it_is_said_what_is_not_proved(
    made: Made, tmp_path: Path
) -> None:
    desk = made.desk
    others = ("冯七", "13900000007", "陈八", "13900000008", "45092319900101008X")
    people = {
        "raid": _raid(desk),
        "people": [
            {"site_number": "B1", "name": "吴九", "phone": "13900000009", "ledger_row": 1},
            {"site_number": "B2", "name": others[0], "phone": others[1], "upline_row": 1, "ledger_row": 2},
            {"site_number": "B3", "name": others[2], "phone": others[3], "id_number": others[4]},
        ],
    }
    desk.do([("people.add", parse_act("people.add", people))])
    one = next(view["id"] for view in desk.show("person") if view["name"] == "吴九")
    found = export(desk, one, tmp_path / "one")
    assert (found.shown, found.withheld, found.withheld_records) == (0, 1, 4)
    for path in (tmp_path / "one").rglob("*"):
        assert not path.is_file() or not any(name.encode() in path.read_bytes() for name in others), path
    record = json.loads((tmp_path / "one" / "record.json").read_bytes())
    (entry,) = record["withheld"]
    assert {write["entry"] for field in record["fields"] for write in field["writes"]} == {entry}
    printed = _printed(tmp_path / "one" / "summary.pdf")
    assert "吴九" in printed
    assert not any(name in printed for name in others)
    for words in ("未列全文Withheld：1条，因其同时写有另外4条记录", "其中的值未经证明", "凭据"):
        assert words in printed, words
    code, said = _check(tmp_path / "one", tmp_path)
    assert (code, "核验通过 VERIFIED" in said, "MIND: no entry is in full" in said) == (0, True, True), said
    desk.do([("person.correct", parse_act("person.correct", {"id": one, "fields": {"alias": "阿九"}}))])
    found = export(desk, one, tmp_path / "two")
    assert (found.shown, found.withheld) == (1, 1)
    code, said = _check(tmp_path / "two", tmp_path)
    assert (code, "MIND" in said, "阿九" in said) == (0, False, True), said
    assert not any(name in said for name in others)


def _printed(path: Path) -> str:
    """The words on a paper, without their spaces and line ends."""
    document = pypdfium2.PdfDocument(path)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


def test_a_record_that_two_entries_write_to_is_counted_once(made: Made, tmp_path: Path) -> None:
    with made.desk.writing() as conn:
        recorder = Recorder(made.desk.journal(conn), "")
        rows = [recorder.create("person", {"name": name}) for name in ("卫一", "蒋二")]
        recorder.close("people.add")
        recorder.finish()
        recorder = Recorder(made.desk.journal(conn), "")
        for row in rows:
            recorder.change("person", row, {"alias": "同"})
        recorder.close("person.correct")
        recorder.finish()
    found = export(made.desk, rows[0], tmp_path / "one")
    assert (found.withheld, found.withheld_records) == (2, 1)
    found = export(made.desk, rows[0], tmp_path / "two", whole_acts=True)
    assert (found.shown, found.other_records) == (2, 1)


def test_attachments_go_along_and_are_tied_to_their_lines(made: Made, tmp_path: Path) -> None:
    desk, photo = made.desk, tmp_path / "x.jpg"
    photo.write_bytes(b"photograph" * 1000)
    raid = _raid(desk)
    attach = {"subject_kind": "raid", "subject": raid, "path": str(photo)}
    desk.do([("file.attach", parse_act("file.attach", attach))])
    found = export(desk, raid, tmp_path / "out", attachments=True)
    assert (found.attachments, found.attachments_missing) == (1, 0)
    sha256 = hashlib.sha256(photo.read_bytes()).hexdigest()
    assert (tmp_path / "out" / "attachments" / sha256).read_bytes() == photo.read_bytes()
    code, said = _check(tmp_path / "out", tmp_path)
    assert (code, f"OK      attachments/{sha256}" in said) == (0, True), said
    (tmp_path / "out" / "attachments" / sha256).write_bytes(b"another")
    _sum_again(tmp_path / "out")
    assert f"FAILED  attachments/{sha256}" in _check(tmp_path / "out", tmp_path)[1]


def test_nothing_is_left_behind_when_it_fails_and_nothing_is_overwritten(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(UserError, match=r"cli\.exists"):
        export(made.desk, made.person, tmp_path / "there")
    with pytest.raises(UserError, match=r"evidence\.no_such_record"):
        export(made.desk, "01a20c5b-886a-77c4-85a5-c074a4d5b4ef", tmp_path / "out")

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match=r"environment\.disk_full"):
        export(made.desk, made.person, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_before_enrolment_there_is_nothing_to_prove(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        raid = _raid(desk)
        with pytest.raises(UserError, match=r"evidence\.not_enrolled"):
            export(desk, raid, tmp_path / "out")
