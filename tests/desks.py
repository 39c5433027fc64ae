"""Desks on real, cheap case files for the tests of acts, views and windows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.slots import Argon2
from desktop.casework.desk import Desk, set_up
from desktop.models.schema import REVISIONS
from desktop.wire.groups import office_group
from desktop.wire.ids import new_row_id

CHEAP = Argon2(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "东望 lecture hall"
OFFICE = "450923"


@contextmanager
def new_desk(base: Path, *, office: str = OFFICE, name: str = "练习局") -> Iterator[Desk]:
    """A new case file ``base/案件库`` with its office and first officer, open for writing."""
    row = new_row_id(office_group(office), "officer.ar", office)
    schema = AlembicSchema(REVISIONS)

    def migrate(engine: Any) -> None:
        schema.migrate(engine)
        with engine.begin() as conn:
            set_up(conn, office, name, "陈珍", "45092301001", row)

    casefile, _ = CaseFile.create(
        base / "案件库",
        passphrase=PASSPHRASE,
        officer=row,
        migrate=migrate,
        state=base / "state",
        cost=CHEAP,
    )
    with casefile:
        yield Desk(casefile)
