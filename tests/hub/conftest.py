"""A hub for a module's tests, once on SQLite and once on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.running import NoPostgresError, Postgres
from tests.hub.worlds import World


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL."""
    try:
        server = Postgres()
    except NoPostgresError as reason:
        pytest.skip(str(reason))
    yield server
    server.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """On what the hubs of a module run."""
    return str(request.param)


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A city and its hub, which runs."""
    folder = tmp_path_factory.mktemp("world")
    made = World(folder, address_of(request, database, folder))
    with made.going():
        yield made


def address_of(request: pytest.FixtureRequest, database: str, folder: Path) -> str | None:
    """An empty database of the wanted kind; ``None`` is SQLite."""
    if database == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(f"{folder.name}_{folder.parent.name}")
