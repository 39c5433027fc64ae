"""Desks that exchange, for the tests of the exchange page: real case files, real bundles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.changes.recorder import Recorder
from desktop.sync import enrolment, exchange
from desktop.ui.doorway import Doorway
from desktop.ui.page import Services
from tests.desks import new_desk

CITY, COUNTY = "450900", "450923"
HOSTILE = "<b>&\"';--"


class Said(NamedTuple):
    """What a page asked of the window."""

    told: list[tuple[str, str]]
    went: list[tuple[str, str]]
    disclosed: list[tuple[str, str, str]]


def services_of(doorway: Doorway) -> tuple[Services, Said]:
    """What the window offers, and what was asked of it."""
    said = Said([], [], [])
    made = Services(
        doorway=doorway,
        tell=lambda words, tone: said.told.append((words, tone)),
        go_to=lambda kind, record: said.went.append((kind, record)),
        act=lambda act, values: None,
        correct=lambda view: None,
        preview=lambda form, subject: None,
        disclose=lambda kind, record, word: said.disclosed.append((kind, record, word)),
    )
    return made, said


@contextmanager
def desks(base: Path, *offices: str) -> Iterator[list[Desk]]:
    """Open desks of these offices, none enrolled."""
    if not offices:
        yield []
        return
    place = base / f"pc{len(offices)}"
    place.mkdir()
    one = new_desk(place, office=offices[0], name=f"{HOSTILE}{offices[0]}局")
    with one as first, desks(base, *offices[1:]) as rest:
        yield [first, *rest]


def enrol(city: Desk, *others: Desk) -> None:
    """Makes the city's root and grants the others; all know all."""
    with city.casefile.engine.begin() as conn:
        if city.journal(conn).root() is None:
            enrolment.make_root(city.journal(conn), 1, 1)
    for other in others:
        with other.casefile.engine.begin() as conn:
            request = enrolment.request(other.journal(conn), "")
        with city.casefile.engine.begin() as conn:
            answer = enrolment.grant(city.journal(conn), request)
    for other in others:
        with other.casefile.engine.begin() as conn:
            enrolment.accept(other.journal(conn), answer)


def act(desk: Desk, name: str, /, **values: Any) -> Mapping[str, Any]:
    """Performs one act; what it made."""
    (outcome,) = desk.do([(name, parse_act(name, values))])
    return outcome.ids


def lead(desk: Desk, summary: str) -> str:
    """Opens a lead."""
    made = act(desk, "lead.open", source="网格员", received_at="2020-06-07T06:30+08:00", summary=summary)
    return str(made["lead"])


def people(desk: Desk, *found: dict[str, Any]) -> list[str]:
    """People of one raid."""
    raid = act(desk, "raid.record", title="百业中心", place="二楼", started_at="2020-06-07T09:00+08:00")
    return sorted(act(desk, "people.add", raid=raid["raid"], people=list(found))["people"])


def write(desk: Desk, folder: Path) -> None:
    """Writes to a folder without a window."""
    exchange.export(desk.casefile.engine, desk.casefile.blobs, folder)


def read(desk: Desk, folder: Path) -> list[exchange.Read]:
    """Reads a folder without a window."""
    with desk.casefile.engine.connect() as conn:
        identity = desk.journal(conn).pen().age_identity
    return exchange.import_folder(desk.casefile.engine, desk.casefile.blobs, identity, folder)[0]


def disagree(desk: Desk, kind: str, rows: list[str], field: str, *values: Any) -> None:
    """Corrections of the same field whose authors had not seen each other's."""
    seen = {row: desk.show(kind, row)[0]["seen"] for row in rows}
    for value in values:
        inputs = [{"kind": kind, "id": row, "fields": {field: value}, "seen": seen[row]} for row in rows]
        desk.do([("record.correct", parse_act("record.correct", one)) for one in inputs])


def write_in(desk: Desk, group: str, kind: str, row: str | None = None, **values: Any) -> str:
    """Writes a row into a group past every act, as a city or a hostile program may."""
    with desk.casefile.engine.begin() as conn:
        recorder = Recorder(desk.journal(conn), "")
        made = recorder.create(kind, values, group=group, row=row)
        recorder.close("people.add")
        recorder.finish()
    return made
