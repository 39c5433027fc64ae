"""Backups of a hub: its rows at one moment and the bytes they name, in a folder. Restored, it is a new epoch.

The rows are written as lines that fit SQLite and PostgreSQL alike, so a hub may be moved from one to the
other this way. Uploads that were under way are left out; their senders begin again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select

from desktop.errors import UserError
from hub import accounts, setting_up
from hub import settings as hub_settings
from hub.core import Hub, open_database, open_store
from hub.database import Database
from hub.settings import Settings
from hub.store import Store, sync_folder
from hub.tables import VERSION, box, bundle, device, mail, refusal, sending, statement, word

ROWS = "rows.jsonl"
CONTENTS = "contents.json"
_TABLES = (word, statement, device, box, bundle, sending, mail, refusal)
_PRIVATE = (hub_settings.CERTIFICATE, hub_settings.KEY)
_BATCH = 1_000


class Written(NamedTuple):
    """Where a backup lies and what is in it."""

    folder: Path
    rows: int
    bundles: int
    bytes: int


class Restored(NamedTuple):
    """What came back. ``lost``: bundles whose bytes the backup does not hold whole: to be sent again."""

    epoch: str
    rows: int
    bundles: int
    lost: int


def write(hub: Hub, into: Path) -> Written:
    """Writes a backup into a new folder below ``into``, read back and hashed, while the hub goes on."""
    name = f"hub-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    part, final = into / f".{name}.part", into / name
    into.mkdir(parents=True, exist_ok=True)
    part.mkdir(mode=0o700)
    try:
        (part / "blobs").mkdir()
        held, rows = _write_rows(hub.database, part / ROWS)
        size = sum(_copy(hub.store, key, length, part / "blobs" / key) for key, length in held)
        for one in _PRIVATE:
            setting_up.write_private(part / one, (hub.folder / one).read_bytes())
        settings = (hub.folder / hub_settings.FILE).read_bytes()
        setting_up.write_private(part / hub_settings.FILE, settings)
        contents = {"hub_backup": 1, "schema": VERSION, "rows": rows, "sha256": _hash(part / ROWS)}
        setting_up.write_private(part / CONTENTS, json.dumps(contents).encode())
        _sync(part)
        part.rename(final)
        sync_folder(into)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Written(final, rows, len(held), size)


def restore(backup: Path, folder: Path, database: str | None) -> Restored:
    """Makes a hub anew from a backup, in a new folder. ``database``: where. Raises ``UserError``."""
    contents = _contents(backup)
    old = hub_settings.load(backup)
    settings = Settings(old.host, old.port, database, old.s3, old.limits)
    with setting_up.new_folder(folder):
        for one in _PRIVATE:
            setting_up.write_private(folder / one, (backup / one).read_bytes())
        made = open_database(folder, settings)
        try:
            with made.writing() as conn:
                network = _network(backup)
                setting_up.set_up(conn, network)
                epoch = conn.execute(select(word.c.value).where(word.c.key == "epoch")).scalar_one()
                _read_rows(conn, backup / ROWS)
            setting_up.finish(folder, settings)
            kept, lost = _restore_blobs(made, open_store(folder, settings), backup / "blobs")
        finally:
            made.close()
    return Restored(epoch, int(contents["rows"]), kept, lost)


def _write_rows(database: Database, path: Path) -> tuple[list[tuple[str, int]], int]:
    count = 0
    with database.reading(snapshot=True) as conn, path.open("w", encoding="utf-8") as out:
        path.chmod(0o600)
        for table in _TABLES:
            for row in conn.execute(select(table)).mappings():
                out.write(json.dumps({"table": table.name, "row": dict(row)}, default=_text) + "\n")
                count += 1
        held = conn.execute(select(bundle.c.blob, bundle.c.size).where(bundle.c.blob.is_not(None))).all()
        out.flush()
        os.fsync(out.fileno())
    return [(str(key), int(size)) for key, size in held], count


def _read_rows(conn: Connection, path: Path) -> None:
    tables: dict[str, Table] = {table.name: table for table in _TABLES}
    batch: dict[str, list[dict[str, Any]]] = {}
    for name, row in _lines(path):
        if name == "word" and row["key"] not in ("password", "token", "root"):
            continue
        if name == "word":
            conn.execute(word.delete().where(word.c.key == row["key"]))
        elif name == "statement":
            row["line"] = row["line"].encode()
        rows = batch.setdefault(name, [])
        rows.append(row)
        if len(rows) >= _BATCH:
            conn.execute(tables[name].insert(), batch.pop(name))
    for name, rows in batch.items():
        conn.execute(tables[name].insert(), rows)
    _count_anew(conn)


def _count_anew(conn: Connection) -> None:
    """Uploads did not come along: accounts are those of the bundles alone."""
    conn.execute(device.update().values(held_bytes=0, held_bundles=0))
    sums = (
        select(bundle.c.sender, func.sum(bundle.c.size), func.count())
        .where(bundle.c.blob.is_not(None))
        .group_by(bundle.c.sender)
    )
    for sender, size, count in conn.execute(sums).all():
        accounts.charge(conn, sender, int(size), count)


def _restore_blobs(database: Database, store: Store, folder: Path) -> tuple[int, int]:
    with database.reading() as conn:
        rows = conn.execute(
            select(bundle.c.name, bundle.c.size, bundle.c.blob).where(bundle.c.blob.is_not(None))
        ).all()
    lost = 0
    for name, size, key in rows:
        if _bring_back(store, name, size, key, folder / key):
            continue
        lost += 1
        with database.writing() as conn:
            held = accounts.find_bundle(conn, name, lock=True)
            if held is not None:
                accounts.close(conn, held)
    return len(rows) - lost, lost


def _bring_back(store: Store, name: str, size: int, key: str, path: Path) -> bool:
    upload, offset = key.rpartition("-")[2], 0
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != size:
                return False
            while True:
                piece = file.read(1 << 20)
                if offset + len(piece) >= size:
                    return store.complete(upload, name, size, offset, piece)
                store.write_chunk(upload, offset, piece)
                offset += len(piece)
    except FileNotFoundError:
        return False


def _copy(store: Store, key: str, size: int, path: Path) -> int:
    """Copies a blob; one that was handed to all and went meanwhile is simply not there."""
    try:
        pieces = store.read(key, 0, size)
    except FileNotFoundError:
        return 0
    written = 0
    with path.open("wb") as out:
        path.chmod(0o600)
        for piece in pieces:
            written += out.write(piece)
    return written


def _contents(backup: Path) -> dict[str, Any]:
    try:
        found = json.loads((backup / CONTENTS).read_bytes())
        whole = found["hub_backup"] == 1 and found["sha256"] == _hash(backup / ROWS)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError("hub.no_backup") from error
    if not whole or found["schema"] != VERSION:
        raise UserError("hub.no_backup")
    return dict(found)


def _network(backup: Path) -> str:
    for name, row in _lines(backup / ROWS):
        if name == "word" and row["key"] == "network":
            return str(row["value"])
    raise UserError("hub.no_backup")


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            yield found["table"], found["row"]


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode()
    raise TypeError(type(value).__name__)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync_folder(path)
    sync_folder(folder)
