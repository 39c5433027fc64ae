"""A case file of any released version opens in the newest: migrated, sound, records and dump unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema, SchemaState
from desktop.casefile.unlocking import Passphrase
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.changes.outline import dump
from desktop.changes.verify import verify
from desktop.models.schema import REVISIONS, by_kind
from tests.old_casefiles.make import HERE, PASSPHRASE, PHOTOGRAPH, fill, unpacked

LEFT = sorted(path.parent for path in HERE.glob("*/about.json"))
each = pytest.mark.parametrize("left", LEFT, ids=lambda left: left.name)


def _open(folder: Path, state: Path, *, write: bool = True) -> CaseFile:
    schema = AlembicSchema(REVISIONS)
    return CaseFile.open(folder, unlock=Passphrase(PASSPHRASE), write=write, schema=schema, state=state)


def _dumped(casefile: CaseFile) -> list[str]:
    with casefile.reader.connect() as conn:
        return list(dump(conn))


def _expected(left: Path) -> list[str]:
    return (left / "dump.jsonl").read_text("utf-8").splitlines()


@each
def test_it_opens_is_sound_and_says_what_it_said(left: Path, tmp_path: Path) -> None:
    folder = unpacked(left, tmp_path)
    about = json.loads((left / "about.json").read_text("utf-8"))
    with _open(folder, tmp_path / "state") as casefile:
        assert AlembicSchema(REVISIONS).state(casefile.engine) is SchemaState.CURRENT
        assert _dumped(casefile) == _expected(left)
        with casefile.reader.connect() as conn:
            assert list(verify(conn)) == []
    older = about["revision"] != AlembicSchema(REVISIONS).head
    assert len(list(folder.glob("backups/*"))) == older


@each
def test_its_records_its_disagreement_and_its_photograph_are_there(left: Path, tmp_path: Path) -> None:
    with _open(unpacked(left, tmp_path), tmp_path / "state") as casefile:
        desk = Desk(casefile)
        told: list[dict[str, Any]] = [json.loads(line) for line in _expected(left)]
        for row in (line for line in told if "table" in line):
            (shown,) = desk.show(row["table"].partition(".")[0], row["id"])
            assert {word: shown[word] for word in row["values"]} == row["values"]
        assert {(one.kind, one.field) for one in desk.conflicts()} >= {("person", "phone")}
        (attached,) = desk.show("attachment")
        with casefile.blobs.open(casefile.blobs.name_of(attached["sha256"])) as reader:
            assert reader.read() == PHOTOGRAPH


@each
def test_work_goes_on_in_it(left: Path, tmp_path: Path) -> None:
    folder = unpacked(left, tmp_path)
    with _open(folder, tmp_path / "state") as casefile:
        desk = Desk(casefile)
        (raid,) = desk.show("raid")
        desk.do([("people.add", parse_act("people.add", {"raid": raid["id"], "people": [{"name": "丁"}]}))])
    with _open(folder, tmp_path / "state", write=False) as casefile, casefile.reader.connect() as conn:
        assert list(verify(conn)) == []
        rows = [line for line in _expected(left) if '"table"' in line]
        assert set(rows) < set(dump(conn))


def test_what_the_next_release_leaves_holds_a_record_of_every_kind(tmp_path: Path) -> None:
    made = fill(tmp_path)
    try:
        lines = [json.loads(line) for line in _dumped(made.casefile)]
    finally:
        made.casefile.close()
    assert {line["table"].partition(".")[0] for line in lines if "table" in line} == by_kind().keys()
    assert [line["field"] for line in lines if "conflict" in line] == ["phone"]
    assert {line["withdrawn"] for line in lines if "table" in line} == {0, 1}
