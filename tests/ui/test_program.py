"""The program from its start: sign in, work, lock, find everything again; a page as a picture; a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casefile.keepers import KeptBy, new_share
from desktop.casefile.unlocking import Passphrase
from desktop.casefile.vault import Vault
from desktop.casework.city_recovery import open_by_keepers
from desktop.casework.setting_up import open_case_file
from desktop.cli import run
from desktop.errors import UserError
from desktop.ui.practising import Tell
from desktop.ui.program import Program
from desktop.ui.windows import Windows, has_screen
from tests.casefile.test_vault import MemoryKeyring
from tests.desks import PASSPHRASE
from tests.ui.doors import closed_file, type_into


def _no_city(_: Path, __: Tell) -> tuple[Path, str]:
    raise UserError("practice.not_empty")


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    made = Program(qapp, _no_city, vault=Vault(MemoryKeyring()))
    qtbot.addWidget(made.entrance)
    yield made
    made.end()


def _sign_in(qtbot: QtBot, program: Program) -> None:
    type_into(qtbot, program.entrance.pages.signin.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: program.shell is not None, timeout=20_000)


def test_after_the_lock_everything_is_where_it_was(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "库"
    closed_file(folder)
    program.start(folder)
    _sign_in(qtbot, program)
    shell = program.shell
    assert shell is not None
    shell.turn_to("leads")
    shell.services.act("lead.open", {})
    form = shell.side.form
    assert form is not None
    type_into(qtbot, form.editors["source"].widget, "typed before the lock")
    assert program.idle is not None
    program.idle.lock()
    qtbot.waitUntil(lambda: program.shell is None and program.entrance.isVisible())
    assert not any(path.name == "open" for path in folder.iterdir())
    _sign_in(qtbot, program)
    again = program.shell
    assert again is not None
    assert again is not shell
    page = again.page()
    assert page is not None
    assert page.objectName() == "leads"
    assert again.side.form is not None
    editors = again.side.form.editors
    qtbot.waitUntil(lambda: editors["source"].typed() == "typed before the lock")


def test_whoever_signs_in_after_the_keepers_is_told_once(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "库"
    closed_file(folder)
    share, recipient = new_share()
    with open_case_file(folder, Passphrase(PASSPHRASE)) as casefile:
        casefile.seal_for_keepers(KeptBy("f" * 64, (recipient,), 1))
    open_by_keepers(folder, [share], PASSPHRASE).close()
    program.start(folder)
    for told in (True, False):
        _sign_in(qtbot, program)
        assert program.shell is not None
        assert ("用市级恢复密钥设了新口令" in program.shell._notice.text()) is told
        assert program.idle is not None
        program.idle.lock()
        qtbot.waitUntil(lambda: program.shell is None and program.entrance.isVisible())


def test_every_page_is_drawn_as_a_picture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "库"
    closed_file(folder)
    drawn: list[Path] = []
    Windows(_no_city).draw(folder, PASSPHRASE, tmp_path / "pictures", drawn.append)
    names = [path.stem for path in drawn]
    assert names[:4] == ["window-home", "window-leads", "window-cases", "window-raids"]
    for path in drawn:
        image = QImage(str(path))
        assert (image.width(), image.height()) == (1366, 768)
        colours = {image.pixelColor(x, y).name() for x in range(0, 1366, 40) for y in range(0, 768, 40)}
        assert len(colours) > 3


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not has_screen()
    with pytest.raises(UserError) as refused:
        Windows(_no_city).open(tmp_path)
    assert refused.value.code == "window.no_screen"


def test_a_file_opens_the_window_and_a_command_s_name_never_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    class Window:
        def open(self, folder: Path | None, passphrase: str | None = None) -> int:
            asked.append(folder)
            return 0

        def draw(self, *_: Any) -> None: ...

    monkeypatch.chdir(tmp_path)
    (tmp_path / "acts").mkdir()
    (tmp_path / "库").mkdir()
    assert run(["库"], window=Window) == 0
    assert run([], window=Window) == 0
    assert run(["acts"], window=Window) == 0
    assert run(["nothing-here"], window=Window) == 2
    assert asked == [Path("库"), None]
    assert "lead.open" in capsys.readouterr().out
    assert run([]) == 1
