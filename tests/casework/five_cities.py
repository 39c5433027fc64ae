"""Five cities of a region (玉林 北海 湛江 茂名 海口), each with its own root and a county; an outsider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.casework.desk import Desk
from desktop.changes.outline import dump
from desktop.sync import enrolment, stating
from tests.ui.desks import desks, enrol, read, write

CITIES = {"450900": "450923", "450500": "450521", "440800": "440823", "440900": "440981", "460100": "460105"}
"""Each city and the county of it that takes part."""
OUTSIDER = "450800"


class Cities:
    """The open desks by office, and a stick that is never emptied."""

    def __init__(self, base: Path, made: list[Desk]) -> None:
        self.desks = {desk.office(): desk for desk in made}
        self.stick = base / "stick"
        self.stick.mkdir()
        self.region = ""

    def __getitem__(self, office: str) -> Desk:
        return self.desks[office]

    def carry(self, *hops: str) -> list[str]:
        """The stick goes from office to office: each reads what lies there, then writes. What was found."""
        found = []
        for office in hops:
            found += [one.outcome for one in read(self[office], self.stick)]
            write(self[office], self.stick)
        return found

    def dump(self, office: str, group: str) -> list[str]:
        """All shared rows of a group at an office."""
        with self[office].casefile.reader.connect() as conn:
            return list(dump(conn, group))

    def everywhere(self, group: str, offices: list[str]) -> list[str]:
        """The dump of a group, which must be the same at all of these offices, byte for byte."""
        found = [self.dump(office, group) for office in offices]
        assert all(one == found[0] for one in found)
        return found[0]

    def tell_all(self, source: str) -> None:
        """What an office knows of keys and rights, all others learn."""
        for desk in self.desks.values():
            _tell(self[source], desk)


@contextmanager
def five_cities(base: Path) -> Iterator[Cities]:
    """All are enrolled, and the region is signed by all five of its cities."""
    first, *others = CITIES
    with desks(base, *CITIES, *CITIES.values(), OUTSIDER) as made:
        cities = Cities(base, made)
        enrol(cities[first], cities[CITIES[first]])
        for office in (*others, OUTSIDER):
            _join(cities[first], cities[office])
        for office in others:
            enrol(cities[office], cities[CITIES[office]])
        for office in CITIES:
            with cities[office].casefile.engine.begin() as conn:
                journal = cities[office].journal(conn)
                cities.region = stating.region(journal, list(CITIES), 5, "三省五市")
            for other in CITIES:
                _tell(cities[office], cities[other])
        for office in (first, OUTSIDER):
            cities.tell_all(office)
        yield cities


def _join(root: Desk, city: Desk) -> None:
    with city.casefile.engine.begin() as conn:
        asked = enrolment.join_request(enrolment.ask_to_join(city.journal(conn), 1, 1))
    with root.casefile.engine.begin() as conn:
        admission = enrolment.admit_city(root.journal(conn), asked)
    with city.casefile.engine.begin() as conn:
        enrolment.accept_admission(city.journal(conn), admission)


def _tell(one: Desk, other: Desk) -> None:
    with one.casefile.engine.begin() as conn:
        answer = enrolment.answer(one.journal(conn))
    with other.casefile.engine.begin() as conn:
        enrolment.accept(other.journal(conn), answer)
