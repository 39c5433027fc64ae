"""The search box: everybody called 张伟 among many people, against the bare query to the phrase index."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import COUNTY, DURABLE, Office, add_people
from benchmarks.measure import Target, in_turns, seconds
from desktop.casework import search_words
from desktop.casework.search import SearchIndex, find

_NAME = "张伟"
_LIMIT = 50
_TIMES = 20


def _search(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(300_000, 20_000)
    office = Office.create(folder / "county", COUNTY)
    add_people(office.engine, count)
    SearchIndex().catch_up_all(office.engine)
    with office.engine.connect() as conn:
        found = len(find(conn, _NAME, limit=_LIMIT))
        compared = in_turns(
            lambda: _typical(lambda: find(conn, _NAME, limit=_LIMIT)),
            lambda: _typical(lambda: _bare(conn)),
            scale.repeat,
        )
    return Outcome(
        compared,
        f"{found} of at most {_LIMIT} hits of {_NAME} among {count:,} people, names by real frequency;"
        f" median of {_TIMES} queries, everything in the cache; ours ranks, checks each record and shows it;"
        f" {DURABLE}",
    )


def _typical(query: Callable[[], object]) -> float:
    return 1000 * statistics.median(seconds(query) for _ in range(_TIMES))


def _bare(conn: Connection) -> None:
    query = search_words.parse(_NAME)
    if query is None:
        raise RuntimeError("a name is a query")
    statement = "SELECT rowid FROM search_text WHERE search_text MATCH ? LIMIT ?"
    conn.exec_driver_sql(statement, (search_words.phrase_query(query), _LIMIT)).all()


BENCHES = (
    Bench(
        "search",
        f"search of {_NAME} in the search box",
        "the bare query to the phrase index",
        "ms",
        Target(),
        _search,
    ),
)
