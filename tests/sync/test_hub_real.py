"""Desks and the city's hub as it is, a process of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import update

from desktop.changes.journal import Journal
from desktop.sync.hub_client import HubClient, Speaker
from desktop.sync.hub_line import Line
from desktop.sync.hub_round import Case, Done, Round
from hub import upkeep
from hub.core import Hub
from hub.tables import mail
from tests.hub.running import Running, make_hub, running
from tests.sync.pcs import PC, join, pair


def go(pc: PC, address: str, pin: str, spool: Path) -> Done:
    """One round."""
    with pc.engine.connect() as conn:
        pen, root = Journal(conn).pen(), Journal(conn).root()
    client = HubClient(address, Line(pin), Speaker(str(root), pen.device, pen.signing))
    spool.mkdir(exist_ok=True)
    case = Case(pc.engine, pc.engine, pc.blobs, spool, lambda work: work(lambda _: None), lambda _: None)
    try:
        return Round(case, client).run(first=True)
    finally:
        client.close()


def test_offices_agree_through_the_real_hub(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    other = PC("450923", tmp_path / "other")
    join(city, other)
    with city.engine.connect() as conn:
        network = str(Journal(conn).root())
    made = make_hub(tmp_path / "hub", network)
    for number in range(50):
        county.add(name=f"王一{number}")
    with running(tmp_path / "hub") as process:
        for _ in range(3):
            for number, pc in enumerate((county, city, other)):
                go(pc, process.address, made.fingerprint, tmp_path / f"spool{number}")
            county.add(name="李二")
        quiet = [
            go(pc, process.address, made.fingerprint, tmp_path / f"spool{number}")
            for _ in range(3)
            for number, pc in enumerate((county, city, other))
        ]
    assert city.dump() == county.dump() == other.dump()
    assert len([line for line in city.dump() if "王一" in line]) == 50
    assert not any(done.moved for done in quiet[-3:])


def test_a_killed_hub_is_gone_on_with(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    with city.engine.connect() as conn:
        network = str(Journal(conn).root())
    made = make_hub(tmp_path / "hub", network)
    county.add(name="王一")
    with running(tmp_path / "hub") as process:
        go(county, process.address, made.fingerprint, tmp_path / "spool1")
        process.kill()
        again = process.restart()
        try:
            go(city, again.address, made.fingerprint, tmp_path / "spool2")
        finally:
            again.stop()
    assert city.dump() == county.dump()


def test_of_two_copies_of_one_pc_the_later_gets_what_the_other_has_read_away(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    with city.engine.connect() as conn:
        network = str(Journal(conn).root())
    made = make_hub(tmp_path / "hub", network)
    copy = PC("450900", tmp_path / "copy")

    def rounds(process: Running, *pcs: PC) -> None:
        for pc in pcs:
            go(pc, process.address, made.fingerprint, tmp_path / f"spool{id(pc)}")

    def days_go_by() -> None:
        hub = Hub(tmp_path / "hub")
        with hub.database.writing() as conn:
            conn.execute(update(mail).values(done_at=mail.c.done_at - 2 * upkeep.DAY_MS))
        assert upkeep.tidy(hub).handed
        hub.close()

    county.add(name="王一")
    with running(tmp_path / "hub") as process:
        rounds(process, county, city, county)
        with city.engine.connect() as conn, copy.engine.connect() as other:
            image = conn.connection.driver_connection.serialize()  # type: ignore[union-attr]
            other.connection.driver_connection.deserialize(image)  # type: ignore[union-attr]
        for name in ("李二", "张三"):
            county.add(name=name)
            rounds(process, county, city, county)
            days_go_by()
            rounds(process, copy, county, copy, county, city)
            assert copy.dump() == county.dump() == city.dump()
        quiet = Counter[int]()
        for _ in range(8):
            for pc in (county, city, copy):
                done = go(pc, process.address, made.fingerprint, tmp_path / f"spool{id(pc)}")
                quiet[id(pc)] = quiet[id(pc)] + 1 if not done.moved else 0
    assert min(quiet.values()) >= 2
