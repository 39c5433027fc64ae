"""Every connection is set as the design and its decisions say."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from desktop.casefile.database import Mode, connect

_KEY = bytes(range(32))
_ALWAYS = {
    "cipher_memory_security": "0",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "temp_store": 2,
}


@pytest.mark.parametrize(
    ("mode", "settings"),
    [
        ("write", {"synchronous": 2, "journal_mode": "wal", "query_only": 0}),
        ("read", {"query_only": 1}),
    ],
)
def test_settings_hold_on_every_connection(tmp_path: Path, mode: Mode, settings: dict[str, Any]) -> None:
    with closing(connect(tmp_path / "case.db", _KEY, mode="create")) as made:
        made.execute("CREATE TABLE t (a)")
    with closing(connect(tmp_path / "case.db", _KEY, mode=mode)) as connection:
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in {**_ALWAYS, **settings}}
    assert found == {**_ALWAYS, **settings}


@pytest.mark.parametrize("value", [b"", b"\x00\xff", None])
def test_bytes_and_nothing_are_bound_without_a_search(tmp_path: Path, value: bytes | None) -> None:
    assert (type(value), dbapi2.PrepareProtocol) in dbapi2.adapters
    with closing(connect(tmp_path / "case.db", _KEY, mode="create")) as made:
        found = made.execute("SELECT ?1, typeof(?1)", (value,)).fetchone()
    assert found == (value, "null" if value is None else "blob")
