"""kill -9 at any step: what was acknowledged is there, the rest is old or new, never half."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.unlocking import Passphrase
from desktop.errors import UserError
from tests.casefile.sample import OFFICER, PASSPHRASE, add_person, create, people, reopen, schema

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the killed program forks; Windows cannot")


class Killer:
    """Has acts performed by another process that dies in the middle."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def __call__(self, act: str, base: Path, at: int) -> tuple[bool, list[str]]:
        """Perform the act, dying at step ``at``; was it killed, and what did it promise?"""
        answer = self._ask(act, base, at)
        return answer["killed"], answer["acknowledged"]

    def rounds(self, act: str, base: Path, count: int) -> list[int]:
        """``count`` steps spread over the whole act, counted beforehand."""
        last = self.steps(act, base)
        return [1 + (last - 1) * number // (count - 1) for number in range(count)]

    def steps(self, act: str, base: Path) -> int:
        """How many steps the act has. It is performed to count them, and everything is put back: in another
        place the case file would take itself for a copy.
        """
        aside = base.with_name(f"{base.name}-aside")
        shutil.copytree(base, aside)
        steps = int(self._ask(act, base, 0)["steps"])
        shutil.rmtree(base)
        aside.rename(base)
        return steps

    def _ask(self, act: str, base: Path, at: int) -> Any:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps({"act": act, "base": str(base), "at": at}) + "\n")
        self._program.stdin.flush()
        return json.loads(self._program.stdout.readline())


@pytest.fixture(scope="module")
def kill() -> Iterator[Killer]:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.casefile.killed"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        yield Killer(program)
        assert program.stdin is not None
        program.stdin.close()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    made, _ = create(tmp_path)
    made.add_officer(f"{OFFICER}-second", "passphrase two")
    add_person(made.engine, 1)
    made.close()
    return tmp_path


def _opens(base: Path, *, passphrases: tuple[str, ...] = (PASSPHRASE,)) -> CaseFile:
    for passphrase in passphrases:
        try:
            return reopen(base, unlock=Passphrase(passphrase))
        except UserError as error:
            if error.code != "casefile.wrong_passphrase":
                raise
    raise AssertionError("no passphrase opens it")


def test_every_acknowledged_save_is_there(base: Path, kill: Killer) -> None:
    promised: set[int] = set()
    for at in kill.rounds("save", base, 10):
        _, said = kill("save", base, at)
        promised |= {int(number) for number in said}
        with _opens(base) as opened:
            assert not opened.restored
            found = set(people(opened.reader))
            assert promised | {1} <= found
            with opened.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM person WHERE id >= 100")
        promised.clear()
    assert not kill("save", base, 0)[0]


def test_dying_while_closing_does_not_look_like_a_half_copy(base: Path, kill: Killer) -> None:
    last = kill.steps("open", base)
    for at in range(last - 9, last + 1):
        assert kill("open", base, at)[0]
        _opens(base).close()


def test_a_case_file_is_made_whole_or_not_at_all(tmp_path: Path, kill: Killer) -> None:
    kinds = set()
    (tmp_path / "empty").mkdir()
    for at in kill.rounds("create", tmp_path / "empty", 12):
        place = tmp_path / str(at)
        place.mkdir()
        kill("create", place, at)
        made = (place / "案件库").exists()
        kinds.add(made)
        if made:
            _opens(place).close()
    assert kinds == {True, False}


def test_an_attachment_is_stored_whole_or_not_at_all(base: Path, kill: Killer) -> None:
    for at in kill.rounds("attach", base, 6):
        _, said = kill("attach", base, at)
        with _opens(base) as opened:
            for sha256 in said:
                assert opened.blobs.has(sha256)
            for name in opened.blobs.names():
                opened.blobs.verify(name)
        assert not list((base / "案件库").rglob("*.part"))
        shutil.rmtree(base / "案件库" / "blobs", ignore_errors=True)


def test_a_backup_has_its_name_only_when_whole(base: Path, kill: Killer) -> None:
    for at in kill.rounds("backup", base, 6):
        kill("backup", base, at)
        _opens(base).close()
        whole = list((base / "stick").glob("2*")) if (base / "stick").exists() else []
        for path in whole:
            with CaseFile.open(
                path, unlock=Passphrase(PASSPHRASE), write=False, schema=schema(), state=base / "other"
            ) as copy:
                assert people(copy.reader) == [1]
            shutil.rmtree(path)


def test_a_passphrase_is_the_old_or_the_new(base: Path, kill: Killer, tmp_path: Path) -> None:
    shutil.copytree(base / "案件库", tmp_path / "kept")
    for at in kill.rounds("passphrase", base, 6):
        _, said = kill("passphrase", base, at)
        wanted = ("another passphrase",) if said else (PASSPHRASE, "another passphrase")
        _opens(base, passphrases=wanted).close()
        shutil.rmtree(base / "案件库")
        shutil.copytree(tmp_path / "kept", base / "案件库")


def test_a_removal_happened_or_did_not(base: Path, kill: Killer, tmp_path: Path) -> None:
    with reopen(base) as opened:
        sha256 = opened.blobs.put(io.BytesIO(b"photograph")).sha256
    shutil.copytree(base / "案件库", tmp_path / "kept")
    outcomes = set()
    for at in kill.rounds("remove", base, 14):
        killed, said = kill("remove", base, at)
        with _opens(base) as opened:
            assert people(opened.reader) == [1]
            opened.blobs.verify(opened.blobs.name_of(sha256))
            gone = opened.officers() == [OFFICER]
            outcomes.add((killed, gone))
            assert gone or not said
        assert not (base / "案件库" / "rekey").exists()
        shutil.rmtree(base / "案件库")
        shutil.copytree(tmp_path / "kept", base / "案件库")
    assert {(True, True), (True, False)} <= outcomes


def test_a_migration_leaves_the_old_or_the_new_schema(tmp_path: Path, kill: Killer) -> None:
    made, _ = create(tmp_path, first_schema=True)
    with made.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO person VALUES (1, 'x')")
        connection.exec_driver_sql("INSERT INTO visit VALUES (1, 1)")
    made.close()
    shutil.copytree(tmp_path / "案件库", tmp_path / "kept")
    first = schema("one", folder=tmp_path / "first")
    seen = set()
    for at in kill.rounds("open", tmp_path, 14):
        kill("open", tmp_path, at)
        try:
            opened = CaseFile.open(
                tmp_path / "案件库",
                unlock=Passphrase(PASSPHRASE),
                write=True,
                schema=first,
                state=tmp_path / "state",
            )
            seen.add("old")
        except UserError as error:
            assert error.code == "casefile.newer"  # noqa: PT017 - one of two lawful outcomes
            seen.add("new")
            opened = reopen(tmp_path)
        with opened, opened.reader.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 1
            assert connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == 1
        reopen(tmp_path).close()
        shutil.rmtree(tmp_path / "案件库")
        shutil.copytree(tmp_path / "kept", tmp_path / "案件库")
    assert seen == {"old", "new"}
