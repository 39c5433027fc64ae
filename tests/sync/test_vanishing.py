"""A file that others take out of a shared folder is passed over; a stick that is pulled is told as gone."""

from __future__ import annotations

import errno
import io
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from desktop.sync.carrier import FOLDER, CarrierFile, SystemFileOps
from desktop.sync.exchange import Read, export
from desktop.sync.reading import import_each
from desktop.sync.watched import EXCHANGED, QUIET, Watched
from tests.sync.pcs import PC, join, new_stick, pair
from tests.sync.test_watched import Table, table

__all__ = ["table"]
"""A fixture of another file."""


class _Share:
    """A folder with a bundle of each of two PCs of a county, and the city that is to read them."""

    def __init__(self, base: Path) -> None:
        self.city, self.county = pair(base)
        self.two = PC("450923", base / "two")
        join(self.city, self.two)
        self.folder = new_stick(base)
        made = []
        for pc, name in ((self.county, "王一"), (self.two, "李二")):
            pc.add(name=name, phone=secrets.token_hex(450_000))
            made.append(self.path(export(pc.engine, pc.blobs, self.folder)[0].file))
            os.utime(made[-1], ns=(len(made) * 10**9, len(made) * 10**9))
        self.first, self.second = made

    def path(self, name: str) -> Path:
        """A bundle in it."""
        return self.folder / FOLDER / name

    def read(
        self,
        meanwhile: Callable[[], object],
        *,
        preview: bool = False,
        ops: SystemFileOps | None = None,
    ) -> list[Read]:
        """The city reads all; something happens between the listing and the opening of the first."""
        happens = [meanwhile]

        def wanted(_: CarrierFile) -> bool:
            for one in (happens.pop() for _ in happens[:1]):
                one()
            return True

        city = self.city
        found = import_each(
            city.engine,
            city.blobs,
            city.identity(),
            self.folder,
            preview=preview,
            wanted=wanted,
            ops=ops,
        )
        return [report for report, _ in found]

    def names(self) -> set[str]:
        """Who is known at the city."""
        return {name for name in ("王一", "李二") if any(name in line for line in self.city.dump())}


@pytest.fixture
def share(tmp_path: Path) -> _Share:
    """A shared folder."""
    return _Share(tmp_path)


@pytest.mark.parametrize("which", ["first", "second"])
@pytest.mark.parametrize("preview", [False, True])
def test_a_file_that_goes_before_it_is_opened_is_passed_over(
    share: _Share, which: str, preview: bool
) -> None:
    gone: Path = getattr(share, which)
    left = share.second if gone == share.first else share.first
    found = share.read(gone.unlink, preview=preview)
    assert [(report.file, report.outcome, report.applied) for report in found] == [(left.name, "read", 1)]
    assert share.names() == (set() if preview else {"李二" if which == "first" else "王一"})


def test_all_files_may_go_while_the_folder_stays(share: _Share) -> None:
    assert share.read(lambda: [share.first.unlink(), share.second.unlink()]) == []
    assert share.read(lambda: None) == []


def test_a_stick_that_is_pulled_before_its_files_are_opened_is_gone(share: _Share) -> None:
    found = share.read(lambda: share.folder.rename(share.folder.with_name("pulled")))
    assert [report.outcome for report in found] == ["carrier.gone"]


class _Mounted(SystemFileOps):
    """A stick at a folder that stays when it is pulled."""

    number = 7

    def volume(self, folder: Path) -> int | None:
        return self.number


def test_an_empty_folder_that_a_pulled_stick_leaves_behind_is_not_the_stick(share: _Share) -> None:
    ops = _Mounted()

    def pulled() -> None:
        share.first.unlink()
        share.second.unlink()
        ops.number = 8

    found = share.read(pulled, ops=ops)
    assert [report.outcome for report in found] == ["carrier.gone"]


class _Stale(io.RawIOBase):
    """A file on a share whose bytes are not there any more after the first some."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, into: object) -> int:
        found = self._data.read(len(cast("memoryview", into)))
        if not found:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        cast("memoryview", into)[: len(found)] = found
        return len(found)


@pytest.mark.parametrize(("kept", "outcomes"), [(0, ["read"]), (-10, ["sealing.cut", "read"])])
def test_a_file_that_goes_while_it_is_read_ends_alone(
    share: _Share, monkeypatch: pytest.MonkeyPatch, kept: int, outcomes: list[str]
) -> None:
    genuine = CarrierFile.open

    def stale(self: CarrierFile) -> BinaryIO:
        if self.path != share.first:
            return genuine(self)
        data = self.path.read_bytes()[: kept or 1]
        self.path.unlink()
        return cast("BinaryIO", _Stale(data))

    monkeypatch.setattr(CarrierFile, "open", stale)
    found = share.read(lambda: None)
    assert [report.outcome for report in found] == outcomes
    assert "李二" in share.names()


def test_an_own_bundle_that_goes_while_it_is_looked_at_is_written_again(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = Watched._is_intact
    gone: list[Path] = []

    def vanishes(self: Watched, file: CarrierFile) -> bool:
        if not gone:
            gone.append(file.path)
            file.path.unlink()
        return genuine(self, file)

    monkeypatch.setattr(Watched, "_is_intact", vanishes)
    table.county.add(name="王一")
    outcomes = {visit.outcome for _ in range(4) for visit in table.round()}
    assert gone
    assert outcomes <= {EXCHANGED, QUIET}
    table.settle()
    assert table.city.dump() == table.county.dump() == table.two.dump()
