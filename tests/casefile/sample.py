"""What the tests of the case file share: a small schema, a cheap passphrase cost, a way to make a case
file.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Engine

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.slots import Argon2
from desktop.casefile.unlocking import Passphrase, Unlock

CHEAP = Argon2(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "东望 lecture hall"
OFFICER = "0190-officer-one"
REVISIONS = Path(__file__).parent / "revisions"


def schema(*names: str, folder: Path | None = None) -> AlembicSchema:
    """The whole schema, or (with a folder to put them in) only the named revisions."""
    if folder is None:
        return AlembicSchema(REVISIONS)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(REVISIONS / f"{name}.py", folder / f"{name}.py")
    return AlembicSchema(folder)


def create(base: Path, *, first_schema: bool = False) -> tuple[CaseFile, str]:
    """A case file in ``base/案件库``, open for writing; its state folder is ``base/state``."""
    used = schema("one", folder=base / "first") if first_schema else schema()
    return CaseFile.create(
        base / "案件库",
        passphrase=PASSPHRASE,
        officer=OFFICER,
        migrate=used.migrate,
        state=base / "state",
        cost=CHEAP,
    )


def reopen(base: Path, *, unlock: Unlock | None = None, write: bool = True, name: str = "案件库") -> CaseFile:
    """Open it with the passphrase and the newest schema."""
    return CaseFile.open(
        base / name,
        unlock=unlock or Passphrase(PASSPHRASE),
        write=write,
        schema=schema(),
        state=base / "state",
        cost=CHEAP,
    )


def add_person(engine: Engine, number: int, name: str = "李四") -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO person (id, name) VALUES (?, ?)", (number, name))


def people(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT id FROM person ORDER BY id")]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file's bytes; the lock's own file apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def without_drafts(casefile: CaseFile) -> None:
    """As if nothing had ever been kept in ``drafts.db``: a case file that many tests share."""
    casefile.drafts.dispose()
    for path in casefile.folder.glob("drafts.db*"):
        path.unlink()
    with casefile.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM casefile_meta WHERE key = 'audit_anchor'")
