"""The record by command line: what is to be looked at, and two PCs of one office that disagree."""

from __future__ import annotations

from pathlib import Path

from tests.commandline import RAID, Liandong, new_file


def test_findings_are_listed_and_do_not_touch_soundness(liandong: Liandong, tmp_path: Path) -> None:
    a = tmp_path / "a"
    new_file(liandong, a)
    assert liandong("findings", a)[:2] == (0, {"findings": [], "void_numbers": []})
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    paper = {"form": "site_record", "subject_kind": "raid", "subject": raid}
    paper["issued_at"] = "2020-06-07T10:00+08:00"
    for change in ({}, {"number": "笔录〔2020〕99号"}):
        assert liandong("do", a, "document.issue", "--json", "-", json_in={**paper, **change})[0] == 0
    code, found, _ = liandong("findings", a, "--year", "2020")
    (one,) = found["findings"]
    assert (code, one["code"], one["kind"]) == (3, "findings.number_outside_lease", "document")
    assert one["sentence"]
    (void,) = found["void_numbers"]
    assert (void["series"], void["first"], void["last"], void["burnt"]) == ("笔录", 2, 10, False)
    assert liandong("verify", a)[1]["sound"] is True
