"""What the tests of the window share: a desk on a real, cheap case file and its doorway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.casework.desk import Desk
from desktop.ui.application import make_application
from desktop.ui.aside import Aside
from desktop.ui.doorway import Doorway
from tests.desks import new_desk


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application of these tests, in Chinese."""
    return make_application(["liandong"], language="zh")


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tests reaches the home of whoever runs them."""
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new case file with one officer, open for writing."""
    with new_desk(tmp_path) as made:
        yield made


@pytest.fixture
def doorway(qapp: QApplication, desk: Desk) -> Iterator[Doorway]:
    """The doorway to ``desk``; both threads have ended when the test is over."""
    made = Doorway(desk)
    yield made
    made.close()


@pytest.fixture
def aside(qapp: QApplication) -> Iterator[Aside]:
    """Threads of their own for what has no case file; all have ended when the test is over."""
    made = Aside()
    yield made
    made.close()
