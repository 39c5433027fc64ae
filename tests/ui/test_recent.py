"""The list of recent case files holds paths, survives damage, and never stands in the way."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs
import pytest

from desktop.ui.recent import MOST, forget_file, recent_files, remember_file


def _list() -> Path:
    return platformdirs.user_config_path("liandong", appauthor=False) / "recent.json"


def test_the_last_one_stands_first_and_once(tmp_path: Path) -> None:
    assert recent_files() == []
    for number in (*range(MOST + 2), 3):
        remember_file(tmp_path / f"库{number}")
    assert recent_files()[:2] == [tmp_path / "库3", tmp_path / f"库{MOST + 1}"]
    assert len(recent_files()) == MOST
    forget_file(tmp_path / "库3")
    assert recent_files()[0] == tmp_path / f"库{MOST + 1}"
    assert json.loads(_list().read_text("utf-8")) == [str(path) for path in recent_files()]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1, 2]", b"\xff\xfe", b"[" * 2000])
def test_a_damaged_list_is_an_empty_one(tmp_path: Path, data: bytes) -> None:
    remember_file(tmp_path)
    _list().write_bytes(data)
    assert recent_files() == []
    remember_file(tmp_path)
    assert recent_files() == [tmp_path]


def test_a_settings_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    _list().parent.parent.mkdir(parents=True)
    _list().parent.write_text("in the way", "utf-8")
    remember_file(tmp_path)
    assert recent_files() == []
