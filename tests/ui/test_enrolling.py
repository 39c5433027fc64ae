"""Enrolment in the window: digits are compared first; which acts there are follows the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.casework.city_recovery import KeepersTold, keepers_told
from desktop.casework.desk import Desk
from desktop.sync import enrolment, enrolment_files
from desktop.sync.enrolment_files import digits
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling import AcceptStep, RequestStep
from desktop.ui.enrolling_city import CutStep, GrantStep, RootStep
from desktop.ui.enrolling_keepers import KeepersStep
from desktop.ui.enrolling_menu import Enrolling
from desktop.ui.steps import DeskStep, StepDialog
from tests.desks import new_desk
from tests.ui.doors import type_into


class Side(NamedTuple):
    """A desk and its doorway."""

    desk: Desk
    doorway: Doorway

    def root(self) -> str | None:
        with self.desk.casefile.reader.connect() as conn:
            return self.desk.journal(conn).root()

    def devices(self) -> list[enrolment.Device]:
        with self.desk.casefile.reader.connect() as conn:
            return enrolment.devices(self.desk.journal(conn))


@pytest.fixture
def sides(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    """The city and a county."""
    with ExitStack() as stack:
        made = []
        for office, name in (("450900", "玉林市市场监督管理局"), ("450923", "博白县<b>局")):
            desk = stack.enter_context(new_desk(tmp_path / office, office=office, name=name))
            doorway = Doorway(desk)
            stack.callback(doorway.close)
            made.append(Side(desk, doorway))
        yield made[0], made[1]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def _shown(qtbot: QtBot, window: QWidget, step: DeskStep) -> StepDialog:
    dialog = StepDialog(step, window)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def _request(side: Side, path: Path) -> str:
    return enrolment_files.write_request(side.desk.casefile.reader, "博白县<b>局", path)


def test_a_city_makes_its_root_and_grants_a_county_that_accepts(
    qtbot: QtBot, window: QWidget, sides: tuple[Side, Side], tmp_path: Path
) -> None:
    city, county = sides
    making = RootStep(city.doorway)
    dialog = _shown(qtbot, window, making)
    type_into(qtbot, making.out, str(tmp_path / "keys"), enter=True)
    qtbot.waitUntil(lambda: making.done)
    root = city.root()
    assert root is not None
    assert making.root.number.text() == digits(root)
    assert len(list((tmp_path / "keys").iterdir())) == 3
    with qtbot.waitSignal(dialog.accepted):
        making.perform()

    asking = RequestStep(county.doorway)
    dialog = _shown(qtbot, window, asking)
    qtbot.waitUntil(lambda: "450923" in asking.out.text())
    type_into(qtbot, asking.out, str(tmp_path / "request.json"), enter=True)
    qtbot.waitUntil(lambda: asking.done)
    number = asking.device.number.text()
    with qtbot.waitSignal(dialog.accepted):
        asking.perform()

    granting = GrantStep(city.doorway)
    dialog = _shown(qtbot, window, granting)
    type_into(qtbot, granting.file, str(tmp_path / "request.json"))
    type_into(qtbot, granting.out, str(tmp_path / "answer.json"), enter=True)
    qtbot.waitUntil(lambda: granting.found is not None)
    assert granting.who.number.text() == number
    assert "博白县市场监督管理局" in granting.who.about.text()
    assert "“博白县<b>局”" in granting.who.about.text()
    assert not granting.go.isEnabled()
    granting.who.same.setChecked(True)
    with qtbot.waitSignal(dialog.accepted):
        granting.perform()

    accepting = AcceptStep(county.doorway)
    dialog = _shown(qtbot, window, accepting)
    type_into(qtbot, accepting.file, str(tmp_path / "answer.json"), enter=True)
    qtbot.waitUntil(lambda: accepting.found is not None)
    assert accepting.who.number.text() == digits(root)
    assert county.root() is None
    accepting.who.same.setChecked(True)
    with qtbot.waitSignal(dialog.accepted):
        accepting.perform()
    assert county.root() == root


@pytest.fixture
def joined(sides: tuple[Side, Side], tmp_path: Path) -> tuple[Side, Side]:
    """A city with its keys apart, and a county that it granted."""
    city, county = sides
    enrolment_files.write_root(city.desk.casefile.engine, 3, 2, tmp_path / "keys", apart=True)
    _request(county, tmp_path / "request.json")
    shares = enrolment_files.read_shares(sorted((tmp_path / "keys").iterdir()))
    data = enrolment_files.read_request(tmp_path / "request.json")
    enrolment_files.write_grant(city.desk.casefile.engine, data, shares, tmp_path / "answer.json")
    return city, county


def test_without_the_comparison_nothing_is_accepted_or_granted(
    qtbot: QtBot, window: QWidget, joined: tuple[Side, Side], tmp_path: Path
) -> None:
    city, county = joined
    accepting = AcceptStep(county.doorway)
    _shown(qtbot, window, accepting)
    type_into(qtbot, accepting.file, str(tmp_path / "answer.json"), enter=True)
    qtbot.waitUntil(lambda: accepting.found is not None)
    accepting.perform()
    assert not accepting.working
    assert accepting.go.toolTip()
    accepting.who.same.setChecked(True)
    type_into(qtbot, accepting.file, str(tmp_path / "other.json"))
    assert accepting.found is None
    assert accepting.who.isHidden()
    assert county.root() is None
    granting = GrantStep(city.doorway)
    _shown(qtbot, window, granting)
    type_into(qtbot, granting.file, str(tmp_path / "request.json"), enter=True)
    granting.perform()
    qtbot.waitUntil(lambda: granting.found is not None)
    granting.perform()
    assert not granting.working


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "environment.not_found"), (b"{}", "enrolment.no_answer"), (b"\xff" * 9, "enrolment.no_answer")],
)
def test_a_file_that_is_none_is_one_sentence(
    qtbot: QtBot,
    window: QWidget,
    joined: tuple[Side, Side],
    tmp_path: Path,
    content: bytes | None,
    code: str,
) -> None:
    _, county = joined
    if content is not None:
        (tmp_path / "bad.json").write_bytes(content)
    step = AcceptStep(county.doorway)
    _shown(qtbot, window, step)
    type_into(qtbot, step.file, str(tmp_path / "bad.json"), enter=True)
    qtbot.waitUntil(lambda: step.notice.code == code)
    assert county.root() is None


def test_keys_kept_apart_must_be_brought_to_cut_a_pc_off(
    qtbot: QtBot, window: QWidget, joined: tuple[Side, Side], tmp_path: Path
) -> None:
    city, _ = joined
    step = CutStep(city.doorway)
    dialog = _shown(qtbot, window, step)
    qtbot.waitUntil(lambda: step.which.count() == 1 and step.shares.isVisible())
    assert step.shares.needed == 2
    assert not step.go.isEnabled()
    type_into(qtbot, step.out, str(tmp_path / "cut.json"))
    step.sure.setChecked(True)
    step.perform()
    qtbot.waitUntil(lambda: step.notice.code == "enrolment.too_few_keys")
    assert not (tmp_path / "cut.json").exists()
    step.shares.take(sorted((tmp_path / "keys").iterdir())[:2])
    with qtbot.waitSignal(dialog.accepted):
        step.perform()
    assert [item.cut for item in city.devices()] == [False, True]
    assert (tmp_path / "cut.json").exists()


def test_more_keys_cannot_be_needed_than_there_are(qtbot: QtBot, sides: tuple[Side, Side]) -> None:
    step = RootStep(sides[0].doorway)
    qtbot.addWidget(step)
    step.need.setValue(3)
    step.keys.setValue(1)
    assert step.need.value() == 1


# the acts of the page


def _visible(menu: Enrolling) -> list[str]:
    return [action.text() for action in menu.actions if action.isVisible()]


def test_the_acts_follow_office_and_standing(
    qtbot: QtBot, window: QWidget, sides: tuple[Side, Side], tmp_path: Path
) -> None:
    city, county = (Enrolling(window, side.doorway) for side in sides)
    qtbot.waitUntil(lambda: city.root.isVisible() and county.request.isVisible())
    assert _visible(county) == ["申请入网…", "接受入网答复…"]
    assert _visible(city) == ["申请入网…", "接受入网答复…", "建立全市根密钥…"]
    city.root.trigger()
    (dialog,) = [found for found in window.findChildren(StepDialog) if found.isVisible()]
    assert isinstance(dialog.step, RootStep)
    type_into(qtbot, dialog.step.out, str(tmp_path / "keys"), enter=True)
    qtbot.waitUntil(lambda: dialog.step.done)
    with qtbot.waitSignals([city.told, city.done]):
        qtbot.keyClick(dialog.step, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: city.grant.isVisible())
    assert _visible(city) == [
        "接受入网答复…",
        "批准入网…",
        "为第二台电脑担保…",
        "停用电脑…",
        "入网电脑…",
        "指定遗失口令时的保管人…",
    ]


def _root(city: Side, folder: Path, *, apart: bool) -> list[Path]:
    enrolment_files.write_root(city.desk.casefile.engine, 2, 2, folder, apart=apart)
    return sorted(folder.iterdir())


def test_the_city_names_keepers_by_keyboard_and_its_own_file_is_sealed_to_them(
    qtbot: QtBot, window: QWidget, sides: tuple[Side, Side], tmp_path: Path
) -> None:
    city, _ = sides
    keys = _root(city, tmp_path / "keys", apart=True)
    step = KeepersStep(city.doorway)
    dialog = _shown(qtbot, window, step)
    qtbot.waitUntil(lambda: step.shares.needed == 2)
    type_into(qtbot, step.out, str(tmp_path / "shares"), enter=True)
    qtbot.waitUntil(step.notice.isVisible)
    assert not (tmp_path / "shares").exists()
    step.shares.take(keys)
    step.keepers.setFocus()
    qtbot.keyClick(step.keepers, Qt.Key.Key_Up)
    type_into(qtbot, step.out, str(tmp_path / "shares"), enter=True)
    qtbot.waitUntil(lambda: step.done)
    assert [path.name for path in sorted((tmp_path / "shares").iterdir())] == [
        f"recovery-key-{number}-of-4.txt" for number in range(1, 5)
    ]
    assert "4 份中任意 2 份" in step.notice.text()
    assert step.made.count() == 4
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(step.go, Qt.Key.Key_Space)
    assert keepers_told(city.desk.casefile) == KeepersTold(2, 4, True)


def test_who_names_keepers_anew_is_told_of_those_before(
    qtbot: QtBot, window: QWidget, sides: tuple[Side, Side], tmp_path: Path
) -> None:
    city, _ = sides
    _root(city, tmp_path / "keys", apart=False)
    enrolment_files.write_keepers(city.desk.casefile.engine, 3, 2, tmp_path / "first", [])
    step = KeepersStep(city.doorway)
    _shown(qtbot, window, step)
    qtbot.waitUntil(lambda: "已指定 3 位保管人" in step.notice.text())
    step.keepers.setValue(1)
    assert step.need.value() == 1
    qtbot.keyClick(step, Qt.Key.Key_Escape)
    assert keepers_told(city.desk.casefile) == KeepersTold(2, 3, False)
