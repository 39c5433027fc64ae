"""Officers, passphrases, the vault, backups and refusals, as a script sees them."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile import vault
from desktop.casefile.locking import LOCK_NAME
from desktop.casework.desk import Desk
from desktop.cli import opening
from desktop.errors import UserError
from desktop.wire.ids import new_row_id
from tests.casefile.sample import snapshot
from tests.casefile.test_locking import HOLD
from tests.casefile.test_vault import (
    Locked,
    MemoryKeyring,
    NoBackend,
    OtherKey,
    SaysNone,
    WrongValue,
)
from tests.commandline import RAID, SECRET, Liandong, new_file

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def a(liandong: Liandong, tmp_path: Path) -> Path:
    """A case file of one officer."""
    new_file(liandong, tmp_path / "a")
    return tmp_path / "a"


def _written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _settled(folder: Path) -> dict[str, bytes]:
    """Every byte of the folder; SQLite's empty side files apart."""
    return {name: data for name, data in snapshot(folder).items() if not name.endswith(("-shm", "-wal"))}


def _second_officer(liandong: Liandong, a: Path, passphrase: Path) -> str:
    value = {"name": "郭秀", "credential": "45092301014"}
    made = liandong("do", a, "officer.add", "--json", "-", json_in=value)[1]["ids"]["officer"]
    options = ("--officer", made, "--new-passphrase-file", passphrase)
    code, found, said = liandong("officer", "add", a, *options)
    assert code == 0, said
    assert found["officers"][-1] == made
    return str(made)


# officers


def test_a_second_officer_opens_with_a_passphrase_of_their_own_until_removed(
    liandong: Liandong, a: Path, tmp_path: Path
) -> None:
    theirs = _written(tmp_path / "theirs", "passphrase two\n")
    second = _second_officer(liandong, a, theirs)
    raid = ("do", a, "raid.record", "--json", "-")
    assert liandong(*raid, "--passphrase-file", theirs, json_in=RAID, unlock=False)[0] == 0
    sheet = tmp_path / "new.pdf"
    code, found, said = liandong("officer", "remove", a, "--officer", second, "--recovery-out", sheet)
    assert code == 0, said
    assert second not in found["officers"]
    assert sheet.read_bytes().startswith(b"%PDF")
    code, _, said = liandong("show", a, "raid", "--passphrase-file", theirs, unlock=False)
    assert (code, "[casefile.wrong_passphrase]" in said) == (1, True)
    assert [item["title"] for item in liandong("show", a, "raid")[1]] == ["练习行动"]
    assert liandong("verify", a)[1]["sound"] is True


def test_officers_are_not_added_or_removed_by_mistake(liandong: Liandong, a: Path, tmp_path: Path) -> None:
    first = liandong("show", a, "officer")[1][0]["id"]
    stranger = new_row_id("office:450923", "officer.ar", "450923")
    good, short = _written(tmp_path / "good", "long enough"), _written(tmp_path / "short", "short")
    sheet = tmp_path / "sheet.pdf"
    before = _settled(a)
    for words, code in (
        (("add", a, "--officer", stranger, "--new-passphrase-file", good), "acts.no_such_record"),
        (("add", a, "--officer", "nobody", "--new-passphrase-file", good), "acts.no_such_record"),
        (("add", a, "--officer", first, "--new-passphrase-file", good), "casefile.officer_known"),
        (("remove", a, "--officer", first, "--recovery-out", sheet), "casefile.remove_self"),
        (("remove", a, "--officer", stranger, "--recovery-out", sheet), "casefile.officer_unknown"),
        (("remove", a, "--officer", stranger, "--recovery-out", good), "cli.exists"),
    ):
        exit_code, out, said = liandong("officer", *words)
        assert (exit_code, out, f"[{code}]" in said) == (1, "", True), said
    value = {"name": "郭秀"}
    second = liandong("do", a, "officer.add", "--json", "-", json_in=value)[1]["ids"]["officer"]
    said = liandong("officer", "add", a, "--officer", second, "--new-passphrase-file", short)[2]
    assert "[casefile.passphrase_short]" in said
    assert not sheet.exists()
    assert good.read_text() == "long enough"
    keys = ("keys.json", "keys.json.bak")
    assert {name: before[name] for name in keys} == {name: _settled(a)[name] for name in keys}


# passphrases


def test_the_printed_recovery_key_opens_and_sets_a_new_passphrase(
    liandong: Liandong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    genuine = opening.recovery_sheet

    def note(office: str, file_id: str, key: str) -> bytes:
        printed.append(key)
        return genuine(office, file_id, key)

    monkeypatch.setattr(opening, "recovery_sheet", note)
    a = tmp_path / "a"
    new_file(liandong, a)
    typed = _written(tmp_path / "typed", printed[0].lower().replace("-", " ") + "\n")
    new = _written(tmp_path / "new", "a new passphrase\n")
    code, found, said = liandong("unlock", a, "--recovery-file", typed, unlock=False)
    assert (code, found["passphrase_changed"]) == (0, False), said
    assert liandong("status", a)[0] == 0
    for key, told in ((printed[0][:-1], "recovery_mistyped"), ("", "recovery_mistyped")):
        _written(tmp_path / "wrong", key)
        words = ("--recovery-file", tmp_path / "wrong", "--new-passphrase-file", new)
        code, _, said = liandong("unlock", a, *words, unlock=False)
        assert (code, f"[casefile.{told}]" in said) == (1, True)
    words = ("--recovery-file", typed, "--new-passphrase-file", new)
    assert liandong("unlock", a, *words, unlock=False)[1]["passphrase_changed"] is True
    assert "[casefile.wrong_passphrase]" in liandong("status", a)[2]
    assert liandong("status", a, "--passphrase-file", new, unlock=False)[0] == 0


def test_a_passphrase_is_changed_by_whoever_knows_it(liandong: Liandong, a: Path, tmp_path: Path) -> None:
    new = _written(tmp_path / "new", "another passphrase\r\nsecond line")
    wrong = _written(tmp_path / "wrong", "not the passphrase")
    before = _settled(a)
    change = ("passphrase", a, "--new-passphrase-file")
    for words, code in (
        ((*change, new, "--passphrase-file", wrong), "casefile.wrong_passphrase"),
        ((*change, _written(tmp_path / "s", "short"), "--passphrase-file", liandong.passphrase),
         "casefile.passphrase_short"),
        ((*change, new), "cli.passphrase_needed"),
    ):  # fmt: skip
        exit_code, _, said = liandong(*words, unlock=False)
        assert (exit_code, f"[{code}]" in said) == (1, True), said
    assert {name: _settled(a)[name] for name in before if name.startswith("keys")} == {
        name: data for name, data in before.items() if name.startswith("keys")
    }
    assert liandong(*change, new)[1] == {"changed": True, "remembered": False}
    assert liandong("status", a)[0] == 1
    _written(new, "another passphrase")
    assert liandong("status", a, "--passphrase-file", new, unlock=False)[0] == 0


def test_passphrases_come_by_standard_input_line_by_line(liandong: Liandong, a: Path) -> None:
    secret = SECRET.encode()
    status = ("status", a, "--passphrase-file", "-")
    assert liandong(*status, stdin=secret, unlock=False)[0] == 0
    assert liandong(*status, stdin=b"\xef\xbb\xbf" + secret + b"\r\nrest", unlock=False)[0] == 0
    both = ("passphrase", a, "--passphrase-file", "-", "--new-passphrase-file", "-")
    assert liandong(*both, stdin=secret + "\n另一个很长的口令\n".encode(), unlock=False)[0] == 0
    assert liandong(*status, stdin="另一个很长的口令".encode(), unlock=False)[0] == 0
    for stdin, code in (
        (b"", "casefile.wrong_passphrase"),
        (secret, "casefile.wrong_passphrase"),
        ("另一个很长的口令".encode("gb18030"), "cli.passphrase_encoding"),
        ("另一个很长的口令".encode("utf-16"), "cli.passphrase_encoding"),
    ):
        exit_code, _, said = liandong(*status, stdin=stdin, unlock=False)
        assert (exit_code, f"[{code}]" in said) == (1, True), said
    for json_words in ((), ("--json", "-")):
        words = ("do", a, "raid.record", *json_words, "--passphrase-file", "-")
        assert liandong(*words, stdin=secret, unlock=False)[0] == 2
    missing = liandong("status", a, "--passphrase-file", a / "nowhere", unlock=False)
    assert (missing[0], "[environment.not_found]" in missing[2]) == (1, True)


# the vault


def _use(monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring) -> None:
    monkeypatch.setattr(vault, "_system_keyring", lambda: ring)


def test_a_file_remembered_in_the_vault_opens_without_a_passphrase_until_forgotten(
    liandong: Liandong, a: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = MemoryKeyring()
    _use(monkeypatch, ring)
    code, _, said = liandong("status", a, unlock=False)
    assert (code, "[casefile.vault_unavailable]" in said) == (1, True)
    for _ in range(2):
        assert liandong("passphrase", a, "--remember")[:2] == (0, {"changed": False, "remembered": True})
    assert len(ring.kept) == 1
    assert liandong("status", a, unlock=False)[0] == 0
    assert liandong("do", a, "raid.record", "--json", "-", json_in=RAID, unlock=False)[0] == 0
    kept = dict(ring.kept)
    assert liandong("passphrase", a, "--forget", unlock=False)[1] == {"changed": False, "remembered": False}
    assert ring.kept == {}
    ring.kept = kept
    assert "[casefile.vault_unavailable]" in liandong("status", a, unlock=False)[2]
    assert liandong("passphrase", a, "--forget")[0] == 0
    assert liandong("status", a)[0] == 0


@pytest.mark.parametrize("ring", [NoBackend, Locked, SaysNone, WrongValue, OtherKey])
def test_a_vault_that_fails_leaves_everything_to_the_passphrase(
    liandong: Liandong, a: Path, monkeypatch: pytest.MonkeyPatch, ring: type[MemoryKeyring]
) -> None:
    _use(monkeypatch, ring())
    keys = (a / "keys.json").read_bytes()
    code, out, said = liandong("passphrase", a, "--remember")
    assert (code, out, "[casefile.vault_keeps_nothing]" in said) == (1, "", True)
    assert (a / "keys.json").read_bytes() == keys
    _use(monkeypatch, MemoryKeyring())
    assert liandong("passphrase", a, "--remember")[0] == 0
    _use(monkeypatch, ring())
    code, _, said = liandong("status", a, unlock=False)
    assert (code, "[casefile.vault_unavailable]" in said) == (1, True)
    assert liandong("status", a)[0] == 0
    assert liandong("passphrase", a, "--forget")[1]["remembered"] is False
    assert liandong("status", a)[0] == 0


def test_one_thing_at_a_time_is_done_to_a_passphrase(liandong: Liandong, a: Path, tmp_path: Path) -> None:
    new = _written(tmp_path / "new", "another passphrase")
    for words in ((), ("--remember", "--forget"), ("--remember", "--new-passphrase-file", new)):
        code, out, said = liandong("passphrase", a, *words)
        assert (code, out) == (2, "")
        assert "--remember | --forget" in said
    assert "[cli.passphrase_needed]" in liandong("passphrase", a, "--remember", unlock=False)[2]


# refusals


def _nothing(place: Path) -> None:
    assert not place.exists()


def _a_file(place: Path) -> None:
    place.write_text("a letter", "utf-8")


def _a_strange_folder(place: Path) -> None:
    place.mkdir()
    (place / "letter.txt").write_text("a letter", "utf-8")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_nothing, "casefile.not_found"),
        (_a_file, "casefile.foreign"),
        (_a_strange_folder, "casefile.foreign"),
    ],
)
@pytest.mark.parametrize(
    "words", [("show", "person"), ("do", "raid.record"), ("verify",), ("backup", "--to")]
)
def test_what_is_no_case_file_is_left_alone(
    liandong: Liandong, tmp_path: Path, make: Callable[[Path], None], code: str, words: tuple[str, ...]
) -> None:
    place = tmp_path / "place"
    make(place)
    before = snapshot(tmp_path)
    rest = (*words[1:], tmp_path / "to") if words[0] == "backup" else words[1:]
    exit_code, out, said = liandong(words[0], place, *rest, json_in=RAID)
    assert (exit_code, out, f"[{code}]" in said) == (1, "", True), said
    assert snapshot(tmp_path) == before


def test_a_second_writer_is_told_who_and_since_when_and_readers_work_on(
    liandong: Liandong, a: Path, tmp_path: Path
) -> None:
    liandong("do", a, "raid.record", "--json", "-", json_in=RAID)
    raid = liandong("show", a, "raid")[1][0]["id"]
    before = time.strftime("%Y-%m-%d %H:%M")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, a], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        after = time.strftime("%Y-%m-%d %H:%M")
        theirs = _written(tmp_path / "theirs", "passphrase two")
        for words in (
            ("do", a, "raid.record", "--json", "-"),
            ("officer", "add", a, "--officer", raid, "--new-passphrase-file", theirs),
            ("passphrase", a, "--remember"),
            ("export", a, "--to", tmp_path),
        ):
            code, _, said = liandong(*words, json_in=RAID)
            assert (code, "[casefile.in_use]" in said) == (1, True), said
            assert platform.node() in said
            assert re.search(rf"\b{holder.pid}\b", said)
            assert before in said or after in said
        for words in (("show", a, "raid"), ("status", a), ("dump", a), ("conflicts", a), ("verify", a)):
            assert liandong(*words)[0] == 0, words
        printed = liandong("form", "print", a, "site_record", "--for", raid, "-o", tmp_path / "x.pdf")
        assert printed[0] == 3
        assert (tmp_path / "x.pdf").exists()
        holder.kill()
    assert liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[0] == 0
    assert (a / LOCK_NAME).read_bytes() == b""


def test_a_read_only_disk_can_be_read_and_says_what_it_cannot(liandong: Liandong, tmpfs: Path) -> None:
    a = tmpfs / "a"
    new_file(liandong, a)
    subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
    code, _, said = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)
    assert (code, "[environment.read_only]" in said) == (1, True)
    code, found, said = liandong("show", a, "officer")
    assert (code, found[0]["name"]) == (3, "陈珍")
    assert "[audit.not_noted]" in said
    assert UserError("environment.read_only").sentence() in said
    code, found, _ = liandong("verify", a)
    assert (code, found["sound"]) == (0, True)
    other = ("--office", "450923", "--name", "x", "--officer", "x", "--credential", "1")
    code, _, said = liandong("new", tmpfs / "b", *other, "--recovery-out", tmpfs / "b.pdf")
    assert (code, "[environment.read_only]" in said) == (1, True)


# backups


def test_a_backup_is_made_beside_a_reader_and_restored_only_where_nothing_is(
    liandong: Liandong, a: Path, tmp_path: Path
) -> None:
    liandong("do", a, "raid.record", "--json", "-", json_in=RAID)
    stick = tmp_path / "stick"
    code, made, said = liandong("backup", a, "--to", stick)
    assert code == 0, said
    assert [str(path) for path in stick.iterdir()] == [made["backup"]]
    before = _settled(a)
    for source, into, told in (
        (made["backup"], a, "casefile.folder_not_empty"),
        (stick, tmp_path / "b", "casefile.foreign"),
        (tmp_path / "nowhere", tmp_path / "b", "casefile.foreign"),
    ):
        code, _, said = liandong("restore", source, "--into", into, unlock=False)
        assert (code, f"[{told}]" in said) == (1, True), said
    assert _settled(a) == before
    assert not (tmp_path / "b").exists()
    assert liandong("restore", made["backup"], "--into", tmp_path / "b", unlock=False)[0] == 0
    assert [item["title"] for item in liandong("show", tmp_path / "b", "raid")[1]] == ["练习行动"]
    assert liandong("verify", tmp_path / "b")[1]["sound"] is True
    _written(tmp_path / "blocked", "a file where a folder should be")
    code, _, said = liandong("backup", a, "--to", tmp_path / "blocked")
    assert (code, "[environment.in_the_way]" in said) == (1, True), said
    code, _, said = liandong("status", a, "--passphrase-file", a, unlock=False)
    assert (code, "[environment.in_the_way]" in said) == (1, True), said


# exit codes


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({**RAID, "surprise": "李四"}, "surprise"),
        ({"title": "李四", "started_at": RAID["started_at"]}, "place"),
        ({**RAID, "title": 5}, "$.title"),
        ([RAID, {**RAID, "surprise": 1}], "surprise"),
    ],
)
def test_a_field_that_is_unknown_missing_or_of_the_wrong_kind_is_named_without_its_value(
    liandong: Liandong, a: Path, value: Any, named: str
) -> None:
    code, out, said = liandong("do", a, "raid.record", "--json", "-", json_in=value)
    assert (code, out, "[acts.input]" in said) == (1, "", True), said
    assert named in said
    assert "李四" not in said
    assert said.count("\n") == 1


def test_a_folder_in_place_of_a_json_file_is_called_so(liandong: Liandong, a: Path, tmp_path: Path) -> None:
    code, out, said = liandong("do", a, "raid.record", "--json", tmp_path)
    assert (code, out, "[cli.folder_for_file]" in said) == (1, "", True), said


def test_every_exit_code_of_the_contract(
    liandong: Liandong, a: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert liandong("show", a, "person")[0] == 0
    assert liandong("show", a, "unicorn")[0] == 1
    assert liandong("show", a, "person", "--limit", "-1")[0] == 2
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    assert liandong("form", "print", a, "site_record", "--for", raid, "-o", tmp_path / "x.pdf")[0] == 3

    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("450923199001011234 李四")

    monkeypatch.setattr(Desk, "show", bug)
    code, out, said = liandong("show", a, "person")
    assert (code, out) == (70, "")
    (report,) = (tmp_path / "xdg_state_home").rglob("report-*.txt")
    assert str(report) in said
    text = report.read_text("utf-8")
    assert text.startswith("RuntimeError\n")
    assert "bug" in text
    assert not [word for word in ("450923199001011234", "李四") if word in text + said]


HELP = """
import contextlib, io, json, sys, typer
from desktop import cli
def helps(command, path):
    yield path, command.help or ""
    for name, child in getattr(command, "commands", {}).items():
        yield from helps(child, f"{path} {name}")
with contextlib.redirect_stdout(io.StringIO()) as out:
    code = cli.run(["form", "print", "--help"])
found = dict(helps(typer.main.get_command(cli.app), "liandong"))
json.dump({"helps": found, "page": out.getvalue(), "exit": code}, sys.stdout)
"""
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _help(locale: str) -> dict[str, Any]:
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1"}
    words = [sys.executable, "-c", HELP]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True, text=True)
    return dict(json.loads(done.stdout))


def test_help_speaks_chinese_or_english_by_locale() -> None:
    zh, en = _help("zh_CN.UTF-8"), _help("en_GB.UTF-8")
    assert (zh["exit"], en["exit"]) == (0, 0)
    assert len(zh["helps"]) == len(en["helps"]) > 25
    assert [path for path, text in zh["helps"].items() if not _HAN.search(text)] == []
    assert [path for path, text in en["helps"].items() if not text or _HAN.search(text)] == []
    assert "打印文书" in zh["page"]
    assert "print a form" in en["page"]
    assert not _HAN.search(en["page"])
