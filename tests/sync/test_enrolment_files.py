"""Enrolment by file: each step and its file, both or neither; what is looked at before it counts."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from desktop.changes.journal import Journal
from desktop.errors import UserError
from desktop.sync import enrolment, enrolment_files
from desktop.sync.enrolment_files import (
    accept,
    digits,
    look_at_answer,
    read_answer,
    read_request,
    read_shares,
    write_cut,
    write_grant,
    write_request,
    write_root,
)
from tests.desks import new_desk


class Two(NamedTuple):
    """The engines of a city and of a county."""

    city: Engine
    county: Engine


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with ExitStack() as stack:
        desks = [
            stack.enter_context(new_desk(tmp_path / office, office=office)) for office in ("450900", "450923")
        ]
        yield Two(*(desk.casefile.engine for desk in desks))


def _root(engine: Engine) -> str | None:
    with engine.connect() as conn:
        return Journal(conn).root()


def _devices(engine: Engine) -> list[enrolment.Device]:
    with engine.connect() as conn:
        return enrolment.devices(Journal(conn))


def _full_disk_after(monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    write, left = enrolment_files.write_file, [files]

    def fail(path: Path, data: bytes) -> None:
        if not left[0]:
            raise OSError(errno.ENOSPC, "full")
        left[0] -= 1
        write(path, data)

    monkeypatch.setattr(enrolment_files, "write_file", fail)


def test_a_pc_joins_after_its_root_was_compared(two: Two, tmp_path: Path) -> None:
    root = write_root(two.city, 3, 2, tmp_path / "keys", apart=False)
    device = write_request(two.county, "博白县市场监督管理局", tmp_path / "request")
    data = read_request(tmp_path / "request")
    assert enrolment.asker(data) == (device, "450923", "博白县市场监督管理局")
    write_grant(two.city, data, [], tmp_path / "answer")
    answer = read_answer(tmp_path / "answer")
    assert look_at_answer(two.county, answer) == root.statement.id
    assert _root(two.county) is None
    with pytest.raises(UserError) as caught:
        accept(two.county, answer, "0" * 64)
    assert caught.value.code == "enrolment.other_root"
    assert _root(two.county) is None
    accept(two.county, answer, root.statement.id)
    assert _root(two.county) == root.statement.id


def test_the_digits_to_read_out_are_four_groups() -> None:
    assert digits("0123456789abcdef" + "f" * 48) == "0123 4567 89AB CDEF"


@pytest.mark.parametrize("fails", ["exists", "full"])
def test_a_root_whose_shares_cannot_be_written_is_none(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    out = tmp_path / "keys"
    if fails == "exists":
        out.mkdir()
        (out / "city-key-3-of-3.json").write_text("somebody's", "utf-8")
    else:
        _full_disk_after(monkeypatch, 2)
    before = sorted(out.iterdir()) if out.exists() else []
    with pytest.raises(UserError) as caught:
        write_root(two.city, 3, 2, out, apart=False)
    assert caught.value.code == ("cli.exists" if fails == "exists" else "environment.disk_full")
    assert sorted(out.iterdir()) == before
    assert _root(two.city) is None


@pytest.mark.parametrize("step", ["grant", "cut"])
def test_what_cannot_be_written_is_neither_granted_nor_cut(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_root(two.city, 1, 1, tmp_path / "keys", apart=False)
    device = write_request(two.county, "", tmp_path / "request")
    if step == "cut":
        write_grant(two.city, read_request(tmp_path / "request"), [], tmp_path / "answer")
    before = _devices(two.city)
    request = read_request(tmp_path / "request")
    _full_disk_after(monkeypatch, 0)
    steps = {
        "grant": lambda: write_grant(two.city, request, [], tmp_path / "out"),
        "cut": lambda: write_cut(two.city, device, None, [], tmp_path / "out"),
    }
    with pytest.raises(UserError):
        steps[step]()
    assert _devices(two.city) == before
    assert not (tmp_path / "out").exists()


def test_granted_and_cut_pcs_are_listed(two: Two, tmp_path: Path) -> None:
    write_root(two.city, 1, 1, tmp_path / "keys", apart=False)
    device = write_request(two.county, "", tmp_path / "request")
    write_grant(two.city, read_request(tmp_path / "request"), [], tmp_path / "answer")
    own, other = _devices(two.city)
    assert (own.office, own.own, own.cut) == ("450900", True, False)
    assert (other.device, other.office, other.slot, other.cut, other.own) == (
        device,
        "450923",
        0,
        False,
        False,
    )
    write_cut(two.city, device, None, [], tmp_path / "cut")
    assert [item.cut for item in _devices(two.city)] == [False, True]


@pytest.mark.parametrize(("apart", "missing"), [(False, 0), (True, 2)])
def test_how_many_keys_must_be_brought_is_known(two: Two, tmp_path: Path, apart: bool, missing: int) -> None:
    with two.city.connect() as conn, pytest.raises(UserError):
        enrolment.keys_missing(Journal(conn))
    write_root(two.city, 3, 2, tmp_path / "keys", apart=apart)
    with two.city.connect() as conn:
        assert enrolment.keys_missing(Journal(conn)) == missing
    write_request(two.county, "", tmp_path / "request")
    shares = read_shares(sorted((tmp_path / "keys").iterdir())[:missing])
    write_grant(two.city, read_request(tmp_path / "request"), shares, tmp_path / "answer")


def test_files_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment_files, "_MOST", 100)
    (tmp_path / "large").write_bytes(b"0" * 101)
    for read, code in ((read_request, "no_request"), (read_answer, "no_answer")):
        with pytest.raises(UserError) as caught:
            read(tmp_path / "large")
        assert caught.value.code == f"enrolment.{code}"
    for path, code in (
        (tmp_path / "large", "enrolment.no_share"),
        (tmp_path / "no", "environment.not_found"),
    ):
        with pytest.raises(UserError) as caught:
            read_shares([path])
        assert caught.value.code == code
    for data in (b"", b"{}", b"[]", b'{"request":1}'):
        with pytest.raises(UserError) as caught:
            enrolment.asker(data)
        assert caught.value.code == "enrolment.no_request"
