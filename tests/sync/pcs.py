"""PCs on plain files in memory for the tests of the exchange: how they write, read and are enrolled."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from desktop.casefile.blobs import BlobStore
from desktop.casefile.database import memory_engine
from desktop.changes.journal import Journal
from desktop.changes.outline import dump
from desktop.changes.pen import make_pen
from desktop.changes.recorder import Recorder
from desktop.models.schema import metadata
from desktop.sync import enrolment
from desktop.sync.exchange import Read, import_folder

GROUP = "office:450923"


class PC:
    """One PC: an in-memory file and a blob store."""

    def __init__(self, office: str, folder: Path) -> None:
        self.engine: Engine = memory_engine()
        metadata.create_all(self.engine)
        self.blobs = BlobStore(folder, b"k" * 32)
        with self.engine.begin() as conn:
            make_pen(conn, office)

    def add(self, **values: object) -> str:
        """One person."""
        with self.engine.begin() as conn:
            recorder = Recorder(Journal(conn), "")
            row = recorder.create("person", values)
            recorder.close("people.add")
            recorder.finish()
        return row

    def change(self, row: str, **values: object) -> None:
        """Corrects a person."""
        with self.engine.begin() as conn:
            recorder = Recorder(Journal(conn), "")
            recorder.change("person", row, values)
            recorder.close("person.correct")
            recorder.finish()

    def dump(self, group: str | None = GROUP) -> list[str]:
        """The dump."""
        with self.engine.connect() as conn:
            return list(dump(conn, group))

    def identity(self) -> str:
        """The age identity."""
        with self.engine.connect() as conn:
            return Journal(conn).pen().age_identity

    def read(self, folder: Path, *, preview: bool = False) -> list[Read]:
        """Imports a folder."""
        return import_folder(self.engine, self.blobs, self.identity(), folder, preview=preview)[0]

    def count(self) -> int:
        """Entries held."""
        with self.engine.connect() as conn:
            return int(conn.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())


def pair(tmp_path: Path) -> tuple[PC, PC]:
    """A city and a county of it, enrolled."""
    city, county = PC("450900", tmp_path / "city"), PC("450923", tmp_path / "county")
    with city.engine.begin() as conn:
        enrolment.make_root(Journal(conn), 1, 1)
    join(city, county)
    return city, county


def join(city: PC, pc: PC) -> None:
    """Enrols a PC by request, grant and answer."""
    with pc.engine.begin() as conn:
        request = enrolment.request(Journal(conn), "")
    with city.engine.begin() as conn:
        answer = enrolment.grant(Journal(conn), request)
    with pc.engine.begin() as conn:
        enrolment.accept(Journal(conn), answer)


def new_stick(tmp_path: Path, name: str = "stick") -> Path:
    """An empty folder that travels."""
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    return folder
