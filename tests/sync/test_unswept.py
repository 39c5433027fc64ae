"""The search for cycles rests while a slice is taken in, and goes on whatever became of it."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from desktop.sync.bundles import BundleReader
from desktop.sync.exchange import export
from desktop.sync.unswept import unswept
from tests.sync.pcs import new_stick, pair


def test_it_rests_and_goes_on_after_a_fault() -> None:
    searched = []

    def faulty() -> None:
        with unswept():
            searched.append(gc.isenabled())
            raise LookupError

    with pytest.raises(LookupError):
        faulty()
    assert (searched, gc.isenabled()) == ([False], True)


def test_it_stays_off_where_somebody_else_turned_it_off() -> None:
    gc.disable()
    try:
        with unswept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_rests_while_entries_are_taken_in_and_not_at_the_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path, "stick")
    export(county.engine, county.blobs, stick)
    searched: list[bool] = []
    taking = BundleReader._take_pieces

    def noted(self: BundleReader, pieces: list) -> None:  # type: ignore[type-arg]
        searched.append(gc.isenabled())
        taking(self, pieces)

    monkeypatch.setattr(BundleReader, "_take_pieces", noted)
    (report,) = city.read(stick)
    assert (report.outcome, searched, gc.isenabled()) == ("read", [False], True)
