"""Records people and indexes them without end, until it is killed: a program of its own, for the tests.

Says a line after each act and after each slice. Its argument is the folder with the case file.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.casework.desk import Desk
from desktop.casework.search import SearchIndex
from desktop.changes.recorder import Recorder
from desktop.models.schema import REVISIONS
from tests.casefile.sample import CHEAP, PASSPHRASE
from tests.casework.invented_people import people


def main(base: Path) -> None:
    """Never returns."""
    casefile = CaseFile.open(
        base / "file", unlock=Passphrase(PASSPHRASE), write=True, schema=AlembicSchema(REVISIONS),
        state=base / "state", cost=CHEAP,
    )  # fmt: skip
    desk = Desk(casefile)
    for seed in count():
        with desk.writing() as conn:
            recorder = Recorder(desk.journal(conn), "")
            for person in people(150, seed):
                recorder.create("person", person)
                recorder.close("people.add")
            recorder.finish()
        sys.stdout.write("act\n")
        sys.stdout.flush()
        with casefile.engine.begin() as conn:
            SearchIndex().catch_up(conn, 20)
        sys.stdout.write("slice\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
