"""A hub that answers and brings nothing: counted in days, said, never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.casework.desk import Desk
from desktop.errors import UserError
from desktop.sync import hub_commands, hub_silence
from desktop.sync.hub_settings import HubConfig, HubState, hub_state, put_hub_config, put_hub_state
from desktop.sync.hub_silence import Silence, put_warn_days, silence, usual_days, warn_days
from tests.sync.fakehub import FakeHub, fake_hub
from tests.ui.desks import CITY, COUNTY, desks, enrol, lead

DAY = 86_400_000
NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (HubState(), Silence()),
        (HubState(last=NOW, since=NOW - 6 * DAY), Silence()),
        (HubState(last=NOW, since=NOW - 7 * DAY), Silence("autosync.silent_quiet", 7)),
        (HubState(last=NOW, since=NOW - 99 * DAY, newest=NOW - DAY), Silence()),
        (HubState(last=NOW, since=NOW - 99 * DAY, newest=NOW - 8 * DAY), Silence("autosync.silent_quiet", 8)),
        (HubState(last=NOW - 9 * DAY, newest=NOW - 20 * DAY), Silence("autosync.silent_away", 9)),
        (HubState(last=NOW + 30 * DAY, newest=NOW + 30 * DAY), Silence()),
    ],
)
def test_days_are_counted_from_what_was_last_new(state: HubState, found: Silence) -> None:
    assert silence(state, 7, NOW) == found


def test_the_days_are_data_until_somebody_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desks(tmp_path, COUNTY) as (county,):
        engine = county.casefile.engine
        monkeypatch.setattr(hub_silence, "RESOURCES", tmp_path)
        (tmp_path / "codes").mkdir()
        (tmp_path / "codes" / "hub_silence.toml").write_text('version = "x"\ncertainty = "V"\ndays = 12\n')
        usual_days.cache_clear()
        with engine.connect() as conn:
            assert warn_days(conn) == 12
        usual_days.cache_clear()
        put_warn_days(engine, 3)
        with engine.connect() as conn:
            assert warn_days(conn) == 3
        for wrong in (0, 366):
            with pytest.raises(UserError, match=r"autosync\.warn_days"):
                put_warn_days(engine, wrong)


def _round(desk: Desk, hub: FakeHub) -> HubState:
    hub_commands.turn_on(desk.casefile.engine, hub.address, hub.pin, None)
    hub_commands.sync_once(hub_commands.case_of(desk.casefile, desk.announce))
    with desk.casefile.reader.connect() as conn:
        return hub_state(conn)


def _age(desk: Desk, days: int) -> None:
    """Lets everything that is known of the hub have happened so many days before."""
    with desk.casefile.engine.begin() as conn:
        before = hub_state(conn)
        old = {name: (getattr(before, name) or 0) - days * DAY for name in ("last", "since")}
        newest = None if before.newest is None else before.newest - days * DAY
        put_hub_state(
            conn,
            HubState(before.epoch, before.after, before.stuck, before.roots, newest=newest, **old),  # type: ignore[arg-type]
        )


def test_only_what_is_new_here_ends_the_silence(tmp_path: Path) -> None:
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)
        with county.casefile.reader.connect() as conn:
            network = str(county.journal(conn).root())
        with fake_hub(network, tmp_path) as hub:
            first = _round(county, hub)
            assert first.since == first.last
            assert first.newest is None
            _age(county, 8)
            frozen = _round(county, hub)
            assert frozen.last is not None
            assert first.last is not None
            assert frozen.last >= first.last
            told = hub_commands.told(county.casefile.reader, county.casefile.blobs)
            assert "8 天" in told["warning"]
            assert told["warn_days"] == usual_days()
            lead(county, "照常登记")
            _round(county, hub)
            _round(city, hub)
            assert _round(county, hub).newest is not None
            told = hub_commands.told(county.casefile.reader, county.casefile.blobs)
            assert told["warning"] == ""
            newest = _round(county, hub).newest
            image = hub.store.image()
            hub.store.restore(image)
            assert _round(county, hub).newest == newest


def test_of_another_hub_no_age_is_known(tmp_path: Path) -> None:
    with desks(tmp_path, COUNTY) as (county,), county.casefile.engine.begin() as conn:
        put_hub_config(conn, HubConfig("https://one.example", "a" * 64))
        put_hub_state(conn, HubState(last=1, since=1, newest=1))
        put_hub_config(conn, HubConfig("https://two.example", "a" * 64))
        assert silence(hub_state(conn), 7, NOW) == Silence()
