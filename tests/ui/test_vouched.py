"""A PC that is only vouched for: made by keyboard, marked with a sign and words wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.sync import enrolment, enrolment_files
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_city import CutStep
from desktop.ui.enrolling_menu import Enrolling
from desktop.ui.enrolling_vouching import DevicesStep, VouchStep
from desktop.ui.page import Page, Services
from desktop.ui.pages.exchange import ExchangePage
from desktop.ui.shell import Shell
from desktop.ui.steps import DeskStep, StepDialog
from tests.ui.desks import CITY, COUNTY, HOSTILE, desks, enrol, lead, services_of, write
from tests.ui.doors import type_into
from tests.ui.hands import press

WAITS = "待市局确认"


class Table(NamedTuple):
    """A city, a county that it granted, a second PC of the county that nobody granted; their doorways."""

    city: Desk
    county: Desk
    guest: Desk
    to_city: Doorway
    to_county: Doorway
    folder: Path

    def vouch(self) -> None:
        """The county vouches for the second PC, which accepts it."""
        with self.guest.casefile.engine.begin() as conn:
            request = enrolment.request(self.guest.journal(conn), HOSTILE)
        with self.county.casefile.engine.begin() as conn:
            voucher = enrolment.vouch(self.county.journal(conn), request)
        enrolment_files.accept(self.guest.casefile.engine, voucher)


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    with ExitStack() as stack:
        city, county, guest = stack.enter_context(desks(tmp_path, CITY, COUNTY, COUNTY))
        enrol(city, county)
        doorways = [Doorway(city), Doorway(county)]
        for doorway in doorways:
            stack.callback(doorway.close)
        folder = tmp_path / "stick"
        folder.mkdir()
        yield Table(city, county, guest, *doorways, folder)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def _shown(qtbot: QtBot, window: QWidget, step: DeskStep) -> StepDialog:
    dialog = StepDialog(step, window)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def _marked(model: QAbstractItemModel, row: int, column: int) -> bool:
    """A yellow sign stands there, and the words beside it."""
    index = model.index(row, column)
    sign = index.data(Qt.ItemDataRole.DecorationRole)
    return isinstance(sign, QIcon) and not sign.isNull() and WAITS in index.data()


def test_a_pc_is_vouched_for_once_its_digits_were_compared(
    qtbot: QtBot, window: QWidget, table: Table
) -> None:
    asks, voucher = table.folder / "asks.json", table.folder / "voucher.json"
    device = enrolment_files.write_request(table.guest.casefile.reader, HOSTILE, asks)
    step = VouchStep(table.to_county)
    dialog = _shown(qtbot, window, step)
    assert "只能由市局停用" in step.explanation.text()
    type_into(qtbot, step.file, str(asks))
    type_into(qtbot, step.out, str(voucher), enter=True)
    qtbot.waitUntil(lambda: step.who.isVisible())
    assert step.who.number.text() == enrolment_files.digits(device)
    assert HOSTILE in step.who.about.text()
    assert not step.go.isEnabled()
    assert not voucher.exists()
    assert step.who.same.hasFocus()
    press(qtbot, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.accepted):
        press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    enrolment_files.accept(table.guest.casefile.engine, voucher.read_bytes())
    with table.guest.casefile.reader.connect() as conn:
        journal = table.guest.journal(conn)
        assert journal.pen().device in journal.rights().vouched()


def test_a_pc_of_another_office_is_not_vouched_for(qtbot: QtBot, window: QWidget, table: Table) -> None:
    asks, voucher = table.folder / "asks.json", table.folder / "voucher.json"
    enrolment_files.write_request(table.guest.casefile.reader, "", asks)
    step = VouchStep(table.to_city)
    _shown(qtbot, window, step)
    type_into(qtbot, step.file, str(asks))
    type_into(qtbot, step.out, str(voucher), enter=True)
    qtbot.waitUntil(lambda: step.who.isVisible())
    step.who.same.setChecked(True)
    step.perform()
    qtbot.waitUntil(lambda: step.notice.code == "enrolment.vouch_other_office")
    assert not voucher.exists()


def test_only_a_granted_pc_is_offered_to_vouch(qtbot: QtBot, window: QWidget, table: Table) -> None:
    table.vouch()
    doorway = Doorway(table.guest)
    try:
        guest, county = Enrolling(window, doorway), Enrolling(window, table.to_county)
        qtbot.waitUntil(lambda: guest.devices.isVisible() and county.devices.isVisible())
        assert not guest.vouch.isVisible()
        assert county.vouch.isVisible()
    finally:
        doorway.close()


def test_it_is_marked_among_the_pcs_and_where_one_is_cut_off(
    qtbot: QtBot, window: QWidget, table: Table, qtmodeltester: object
) -> None:
    table.vouch()
    step = DevicesStep(table.to_county)
    _shown(qtbot, window, step)
    qtbot.waitUntil(lambda: step.model.rowCount() == 3)
    qtmodeltester.check(step.model)  # type: ignore[attr-defined]
    marked = [row for row in range(3) if _marked(step.model, row, 3)]
    assert len(marked) == 1
    assert step.table.hasFocus()
    states = [step.model.index(row, 3).data() for row in range(3)]
    assert sorted(states) == ["已入网", "已入网", WAITS]
    cutting = CutStep(table.to_county)
    _shown(qtbot, window, cutting)
    qtbot.waitUntil(lambda: cutting.which.count() == 2)
    texts = [cutting.which.itemText(number) for number in range(2)]
    (number,) = [number for number, text in enumerate(texts) if WAITS in text]
    assert not cutting.which.itemIcon(number).isNull()


def test_a_preview_marks_the_sender_even_before_its_voucher_is_kept(
    qtbot: QtBot, table: Table, tmp_path: Path
) -> None:
    table.vouch()
    lead(table.guest, "夜间线索")
    write(table.guest, table.folder)
    services, _ = services_of(table.to_city)
    page = ExchangePage(services)
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.told):
        page.opened()
    assert page.standing.alerts.count() == 0
    page.carrier.add_folder(str(table.folder))
    page.carrier.places.setFocus(Qt.FocusReason.OtherFocusReason)
    with qtbot.waitSignal(page.told):
        press(qtbot, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: not page.strip.isVisible())
    assert page.looked.model.rowCount() > 0
    assert all(_marked(page.looked.model, row, 0) for row in range(page.looked.model.rowCount()))
    with qtbot.waitSignal(page.told):
        page.go("read")
    qtbot.waitUntil(lambda: not page.strip.isVisible() and page.standing.alerts.count() > 0)
    assert _marked(page.report, 0, 0)
    alert = page.standing.alerts.item(0)
    assert WAITS in alert.text()
    assert HOSTILE in alert.text()
    assert not alert.icon().isNull()


def _page(services: Services) -> Page:
    return ExchangePage(services)


def test_a_vouched_pc_says_so_of_itself_until_the_city_grants_it(
    qtbot: QtBot, table: Table, qapp: QApplication
) -> None:
    table.vouch()
    shell = Shell(table.guest, [_page])
    qtbot.addWidget(shell)
    shell.show()
    qtbot.waitUntil(lambda: shell.provisional.isVisible())
    assert WAITS in shell.provisional.text()
    assert shell.provisional.property("look") == "soon"
    with table.guest.casefile.engine.begin() as conn:
        request = enrolment.request(table.guest.journal(conn), "")
    with table.city.casefile.engine.begin() as conn:
        answer = enrolment.grant(table.city.journal(conn), request)
    enrolment_files.accept(table.guest.casefile.engine, answer)
    shell.read_summary()
    qtbot.waitUntil(lambda: not shell.provisional.isVisible())
    shell.close()
