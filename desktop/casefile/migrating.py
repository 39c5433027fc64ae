"""Bring a case file to the newest schema: step by step, each whole or not at all, nothing lost unseen.

Alembic's batch mode copies a table, drops the old one and renames the copy. With foreign keys on, the drop
silently deletes ON DELETE CASCADE children and empties SET NULL ones (measured), so keys are off, and that
is asserted; each step must then pass ``foreign_key_check`` and leave every table's number of rows, and
every trigger, as it was. A step that means to change rows or triggers names the tables in its module's
``CHANGES_ROWS``. The check runs inside the step's own transaction, beside its version stamp: what fails it
never happened.

Knows Alembic and a folder of revisions, not the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from desktop.errors import UserError

ENVIRONMENT = Path(__file__).resolve().parent.parent / "models" / "migrations"
_VERSION_TABLE = "alembic_version"


class SchemaState(Enum):
    """How the schema of a database relates to this program's."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


class SchemaPort(Protocol):
    """What opening a case file needs to know of the schema."""

    def state(self, engine: Engine) -> SchemaState:
        """Compare, changing nothing."""

    def migrate(self, engine: Engine) -> None:
        """Bring an empty or older database to the newest schema. Raises ``UserError``
        ``casefile.migration_failed``.
        """


class AlembicSchema:
    """The schema that a folder of Alembic revisions describes; a ``SchemaPort``."""

    def __init__(self, revisions: Path, environment: Path = ENVIRONMENT) -> None:
        self._folders = {"script_location": environment, "version_locations": revisions}
        self._scripts = ScriptDirectory.from_config(self._config())

    def _config(self) -> Config:
        config = Config()
        config.set_main_option("path_separator", "newline")
        for option, folder in self._folders.items():
            config.set_main_option(option, str(folder.resolve()).replace("%", "%%"))
        return config

    @property
    def head(self) -> str:
        """The newest revision of this program."""
        return str(self._scripts.get_current_head())

    def state(self, engine: Engine) -> SchemaState:
        with engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
        if not heads:
            return SchemaState.FOREIGN
        known = {script.revision for script in self._scripts.walk_revisions()}
        if set(heads) - known:
            return SchemaState.NEWER
        return SchemaState.CURRENT if heads == (self.head,) else SchemaState.OLDER

    def migrate(self, engine: Engine) -> None:
        with engine.connect() as connection:
            _switch_foreign_keys(connection, on=False)
            try:
                self._upgrade(connection)
            finally:
                connection.rollback()
                _switch_foreign_keys(connection, on=True)

    def _upgrade(self, connection: Connection) -> None:
        guard = StepGuard(self._scripts, connection)
        config = self._config()
        config.attributes.update(connection=connection, after_step=guard)
        command.upgrade(config, "head")


class StepGuard:
    """Called by Alembic after each step and its stamp, before their common commit."""

    def __init__(self, scripts: ScriptDirectory, connection: Connection) -> None:
        self._scripts = scripts
        self._rows = count_rows(connection)
        self._triggers = _triggers(connection)
        connection.rollback()

    def __call__(self, *, ctx: MigrationContext, step: MigrationInfo, **_: Any) -> None:
        connection = ctx.connection
        assert connection is not None
        revision = str(step.up_revision_id)
        if connection.exec_driver_sql("PRAGMA foreign_keys").scalar() != 0:
            raise MigrationFault(revision, "foreign keys are on")
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(1)
        if broken:
            raise MigrationFault(revision, f"dangling reference in {broken[0][0]}")
        allowed: frozenset[str] = getattr(
            self._scripts.get_revision(revision).module, "CHANGES_ROWS", frozenset()
        )
        rows, triggers = count_rows(connection), _triggers(connection)
        for table in changed_tables(self._rows, rows) | {owner for _, owner in self._triggers - triggers}:
            if table not in allowed:
                raise MigrationFault(revision, f"rows or triggers of {table} changed")
        self._rows, self._triggers = rows, triggers


class MigrationFault(UserError):  # noqa: N818 - a fault of ours, told to the user
    """A step would have lost something; it was taken back."""

    def __init__(self, revision: str, reason: str) -> None:
        super().__init__("casefile.migration_failed", revision=revision, reason=reason)


def count_rows(connection: Connection) -> dict[str, int]:
    """The number of rows of every table, Alembic's own apart; virtual tables by their shadow tables."""
    counts = {}
    for table in inspect(connection).get_table_names():
        if table != _VERSION_TABLE:
            quoted = table.replace('"', '""')
            counts[table] = int(connection.exec_driver_sql(f'SELECT count(*) FROM "{quoted}"').scalar_one())  # noqa: S608
    return counts


def changed_tables(before: Mapping[str, int], after: Mapping[str, int]) -> set[str]:
    """Tables whose number of rows changed; a vanished table counts if it held any, a new one if it holds
    any.
    """
    return {table for table in before.keys() | after.keys() if before.get(table, 0) != after.get(table, 0)}


def _triggers(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.exec_driver_sql("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    return {(str(name), str(table)) for name, table in rows}


def _switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Through the driver: the setting has no effect inside a transaction, and SQLAlchemy would begin one."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys = {int(on)}")
    if driver.execute("PRAGMA foreign_keys").fetchone() != (int(on),):
        raise RuntimeError("foreign keys could not be switched: a transaction is open")
