"""A mass change is merged like everything and shown only once an officer, or the city, says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.changes import holds
from desktop.changes.holds import lift
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.changes.verify import verify
from desktop.sync import bundles, enrolment, stating
from desktop.sync.exchange import export
from desktop.sync.standing import status
from tests.sync.pcs import GROUP, PC, new_stick, pair


@pytest.mark.parametrize(
    ("withdrawn", "rows", "mass"),
    [
        (20, 20, False),
        (21, 21, True),
        (21, 1_049, True),
        (21, 1_050, False),
        (200, 1_000_000, False),
        (201, 1_000_000, True),
        (29, 1_450, False),
        (29, 1_449, True),
    ],
)
def test_the_boundary_of_a_mass_change(withdrawn: int, rows: int, mass: bool) -> None:
    assert holds.is_mass(withdrawn, rows) is mass


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "FEW_ROWS", 3)
    monkeypatch.setattr(holds, "ONE_IN", 2)


def _withdraw(pc: PC, rows: list[str]) -> None:
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        for row in rows:
            recorder.withdraw("person", row, "误登")
        recorder.close("people.withdraw")
        recorder.finish()


def _shown(pc: PC) -> int:
    with pc.engine.connect() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM person WHERE withdrawn = 0").scalar_one())


def _sound(pc: PC) -> bool:
    with pc.engine.connect() as conn:
        return list(verify(conn)) == []


def _exchanged(tmp_path: Path, withdrawn: int) -> tuple[PC, PC, int, list[str]]:
    city, county = pair(tmp_path)
    rows = [county.add(name=f"人员{number}") for number in range(10)]
    first, second = new_stick(tmp_path, "first"), new_stick(tmp_path, "second")
    export(county.engine, county.blobs, first)
    city.read(first)
    _withdraw(county, rows[:withdrawn])
    export(county.engine, county.blobs, second)
    (report,) = city.read(second)
    return city, county, report.held, rows


@pytest.mark.usefixtures("small")
def test_few_withdrawals_are_shown_at_once(tmp_path: Path) -> None:
    city, county, held, _ = _exchanged(tmp_path, 5)
    assert (held, _shown(city), _shown(county)) == (0, 5, 5)


@pytest.mark.usefixtures("small")
def test_withdrawals_of_one_bundle_are_counted_together_whatever_one_transaction_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    rows = [county.add(name=f"人员{number}") for number in range(10)]
    first, second = new_stick(tmp_path, "first"), new_stick(tmp_path, "second")
    export(county.engine, county.blobs, first)
    city.read(first)
    for row in rows[:6]:
        _withdraw(county, [row])
        with county.engine.begin() as conn:
            Journal(conn).sign_heads(GROUP)
    monkeypatch.setattr(bundles, "_SLICE_ENTRIES", 1)
    export(county.engine, county.blobs, second)
    (report,) = city.read(second)
    assert (report.held, _shown(city), _sound(city)) == (6, 10, True)


@pytest.mark.usefixtures("small")
def test_a_mass_change_is_merged_and_shown_as_before_until_it_is_lifted(tmp_path: Path) -> None:
    city, county, held, rows = _exchanged(tmp_path, 8)
    assert (held, _shown(city), _shown(county)) == (8, 10, 2)
    assert city.dump() == county.dump()
    with city.engine.connect() as conn:
        (found,) = status(conn)["held"]
    assert found["rows"] == 8
    assert _sound(city)
    county.change(rows[0], name="后来")
    county.change(rows[9], name="还在")
    stick = new_stick(tmp_path, "third")
    export(county.engine, county.blobs, stick)
    city.read(stick)
    assert city.dump() == county.dump()
    assert _shown(city) == 10
    assert _sound(city)
    with city.engine.begin() as conn:
        changes = lift(Journal(conn), [found["entry"]])
    assert len(changes["person"]) == 8
    assert _shown(city) == _shown(county)
    assert _sound(city)
    with city.engine.connect() as conn:
        assert status(conn)["held"] == []


@pytest.mark.usefixtures("small")
def test_the_citys_approval_lifts_it_everywhere(tmp_path: Path) -> None:
    city, county, _, _ = _exchanged(tmp_path, 8)
    second = PC("450923", tmp_path / "second pc")
    with second.engine.begin() as conn:
        request = enrolment.request(Journal(conn), "")
    with city.engine.begin() as conn:
        answer = enrolment.grant(Journal(conn), request)
    with second.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)
    stick, later = new_stick(tmp_path, "all"), new_stick(tmp_path, "later")
    export(city.engine, city.blobs, stick)
    second.read(stick)
    assert _shown(second) == 10
    with city.engine.begin() as conn:
        entry = status(conn)["held"][0]["entry"]
        stating.approve(Journal(conn), entry)
    assert _shown(city) == 2
    export(city.engine, city.blobs, later)
    second.read(later)
    assert _shown(second) == 2
    assert _sound(second)
    assert _shown(county) == 2
