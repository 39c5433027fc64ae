"""A preview counts by kind and sender what the real import would change, keeps nothing, and stays bounded."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from desktop.changes.holds import holds
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.sync import enrolment, previewing, stating
from desktop.sync.exchange import export
from desktop.sync.previewing import OTHER, by_sender
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def _write(pc: PC, folder: Path) -> None:
    export(pc.engine, pc.blobs, folder)


def _withdraw(pc: PC, *rows: str, reason: str | None = "误登") -> None:
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        for row in rows:
            recorder.withdraw("person", row, reason)
            recorder.close("record.withdraw")
        recorder.finish()


def _people(pc: PC, count: int) -> list[str]:
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        rows = []
        for number in range(count):
            rows.append(recorder.create("person", {"name": f"人{number}"}))
            recorder.close("people.add")
        recorder.finish()
    return rows


def _figures(pc: PC, folder: Path) -> dict[str, tuple[int, int, int, int, int]]:
    """New, changed, conflicting, withdrawn, quarantined by kind, of all senders together."""
    found: dict[str, tuple[int, int, int, int, int]] = {}
    for sender in by_sender(pc.read(folder, preview=True)):
        for kind, counts in sender["kinds"].items():
            now = tuple(
                counts[name] for name in ("new", "changed", "conflicting", "withdrawn", "quarantined")
            )
            before = found.get(kind, (0, 0, 0, 0, 0))
            found[kind] = tuple(map(sum, zip(before, now, strict=True)))  # type: ignore[assignment]
    return found


def test_new_changed_conflicting_and_withdrawn_are_told_before_anything_is_read(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    second = PC("450923", tmp_path / "second")
    join(city, second)
    with city.engine.begin() as conn:
        answer = enrolment.answer(Journal(conn))
    with county.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)
    rows = _people(county, 100)
    first = new_stick(tmp_path, "first")
    _write(county, first)
    assert _figures(city, first) == {"person": (100, 0, 0, 0, 0)}
    for pc in (city, second):
        pc.read(first)
    county.change(rows[0], name="甲")
    county.change(rows[1], address="二楼")
    second.change(rows[1], address="三楼")
    _withdraw(county, rows[2])
    made = county.add(name="新来")
    county.change(made, name="新来的人")
    both = new_stick(tmp_path, "both")
    _write(county, both)
    _write(second, both)
    before = city.dump()
    # the new one; those changed, the disputed among them; one disputed; one withdrawn
    assert _figures(city, both) == {"person": (1, 2, 1, 1, 0)}
    assert not any(found.mass for found in city.read(both, preview=True))
    assert city.dump() == before
    assert all(found.kinds == {} for found in city.read(both))
    assert _figures(city, both) == {}
    assert [line for line in city.dump() if '"甲"' in line]


def test_what_goes_into_quarantine_is_told_by_kind(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    with county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder._office = "450900"  # past its own guard, as a hostile program would
        row = recorder.create("directive", {"content": "伪造"}, group=GROUP)
        recorder.close("directive.issue")
        recorder.finish()
    stick = new_stick(tmp_path)
    _write(county, stick)
    assert row
    assert _figures(city, stick) == {"directive": (0, 0, 0, 0, 1)}
    assert OTHER not in _figures(city, stick)


@pytest.mark.parametrize("one_transaction", [True, False])
@pytest.mark.parametrize(("people", "withdrawn", "held"), [(60, 20, 0), (60, 21, 21)])
def test_a_preview_tells_what_reading_then_holds(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    people: int,
    withdrawn: int,
    held: int,
    one_transaction: bool,
) -> None:
    if not one_transaction:
        monkeypatch.setattr(previewing, "_MOST_ENTRIES", 7)
    city, county = pair(tmp_path)
    rows = _people(county, people)
    first, then = new_stick(tmp_path, "first"), new_stick(tmp_path, "then")
    _write(county, first)
    city.read(first)
    _withdraw(county, *rows[:withdrawn])
    _write(county, then)
    (found,) = [one for one in city.read(then, preview=True) if one.kinds]
    assert (found.kinds["person"].withdrawn, found.held, found.mass) == (withdrawn, held, held > 0)
    assert [(one["mass"], one["held"]) for one in by_sender([found])] == [(held > 0, held)]
    assert sum(one.held for one in city.read(then)) == held


def test_rows_that_come_in_the_same_bundle_count_for_the_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "_MOST_ENTRIES", 400)
    city, county = pair(tmp_path)
    rows = _people(county, 1_050)
    _withdraw(county, *rows[:21])
    stick = new_stick(tmp_path)
    _write(county, stick)
    previewed = city.read(stick, preview=True)
    assert sum(one.held for one in previewed) == sum(one.held for one in city.read(stick)) == 0


def test_what_the_city_confirmed_is_not_said_to_be_held(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    second = PC("450923", tmp_path / "second pc")
    join(city, second)
    rows = _people(county, 40)
    first, then = new_stick(tmp_path, "first"), new_stick(tmp_path, "then")
    _withdraw(county, *rows[:25])
    _write(county, first)
    city.read(first)
    with city.engine.connect() as conn:
        entries = [one.entry for one in holds(conn)]
    assert len(entries) == 25
    with city.engine.begin() as conn:
        for entry in entries[:5]:
            stating.approve(Journal(conn), entry)
    _write(city, then)
    previewed = second.read(then, preview=True)
    assert sum(one.held for one in previewed) == sum(one.held for one in second.read(then)) == 20


def test_figures_are_the_same_in_small_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city, county = pair(tmp_path)
    rows = _people(county, 2_500)
    for row in rows[:40]:
        county.change(row, name="改")
    stick = new_stick(tmp_path)
    _write(county, stick)
    whole = _figures(city, stick)
    assert whole == {"person": (2_500, 0, 0, 0, 0)}
    monkeypatch.setattr(previewing, "_MOST_ENTRIES", 300)
    assert _figures(city, stick) == whole


def test_a_preview_of_ten_thousand_entries_holds_the_writer_only_for_moments(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    _people(county, 10_000)
    stick = new_stick(tmp_path)
    _write(county, stick)
    begun = time.process_time()
    assert _figures(city, stick) == {"person": (10_000, 0, 0, 0, 0)}
    assert time.process_time() - begun < 8
    assert city.count() == 0


@pytest.mark.parametrize("one_transaction", [True, False])
def test_what_a_vouched_pc_brings_is_judged_as_it_will_be_when_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_transaction: bool
) -> None:
    if not one_transaction:
        monkeypatch.setattr(previewing, "_MOST_ENTRIES", 2)
    city, county = pair(tmp_path)
    guest = PC("450923", tmp_path / "guest")
    with guest.engine.begin() as conn:
        request = enrolment.request(Journal(conn), "夜班电脑")
    with county.engine.begin() as conn:
        voucher = enrolment.vouch(Journal(conn), request)
    with guest.engine.begin() as conn:
        enrolment.accept(Journal(conn), voucher)
    _people(guest, 5)
    stick = new_stick(tmp_path)
    _write(guest, stick)
    (told,) = [one for one in city.read(stick, preview=True) if one.applied or one.quarantined]
    (read,) = [one for one in city.read(stick) if one.applied or one.quarantined]
    assert (told.applied, told.quarantined) == (read.applied, read.quarantined) == (5, 0)
