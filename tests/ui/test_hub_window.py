"""The hub in the window: off, turned on in its dialog, records that travel by themselves, quick ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.sync import hub_commands, hub_round
from desktop.sync.hub_schedule import HubStatus
from desktop.sync.hub_settings import hub_state, put_hub_state
from desktop.sync.hub_silence import warn_days
from desktop.ui.hub_link import HubLink
from desktop.ui.hub_setting import HubSetting
from desktop.ui.hub_words import hub_details, hub_short, hub_words
from desktop.ui.page import Page, Services
from desktop.ui.pages.exchange import ExchangePage
from desktop.ui.program import _hub
from desktop.ui.shell import Shell
from desktop.ui.steps import StepDialog
from tests.sync.fakehub import FakeHub, fake_hub
from tests.ui.desks import CITY, COUNTY, desks, enrol, lead, write_in
from tests.ui.doors import type_into


class Table(NamedTuple):
    """A city by command, a county in its window, a hub."""

    city: Desk
    county: Desk
    shell: Shell
    hub: FakeHub

    @property
    def page(self) -> ExchangePage:
        """The exchange page."""
        (found,) = (page for page in self.shell.pages if isinstance(page, ExchangePage))
        return found

    def turn_on(self) -> None:
        """Configures the hub as a command would, and tells the window."""
        hub_commands.turn_on(self.county.casefile.engine, self.hub.address, self.hub.pin, None)
        self.shell.hub.configured()

    def city_goes(self) -> None:
        """A round of the city."""
        hub_commands.turn_on(self.city.casefile.engine, self.hub.address, self.hub.pin, None)
        hub_commands.sync_once(hub_commands.case_of(self.city.casefile, self.city.announce))


def _page(services: Services) -> Page:
    return ExchangePage(services)


@pytest.fixture
def table(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Table]:
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)
        with county.casefile.reader.connect() as conn:
            network = str(county.journal(conn).root())
        with fake_hub(network, tmp_path) as hub:
            shell = Shell(county, [_page])
            qtbot.addWidget(shell)
            _hub(shell)
            shell.show()
            yield Table(city, county, shell, hub)
            shell.close()


def until(qtbot: QtBot, fact: Callable[[], bool]) -> None:
    """Waits for a fact."""
    qtbot.waitUntil(fact, timeout=20_000)


def test_without_a_hub_it_says_that_nothing_is_connected_to(qtbot: QtBot, table: Table) -> None:
    assert "不作任何网络连接" in table.page.hub.words.text()
    assert not table.page.hub.now.isVisible()
    assert hub_short(table.shell.hub.status) == ""
    assert table.hub.asked == []


def test_the_dialog_turns_it_on_and_records_travel_by_themselves(qtbot: QtBot, table: Table) -> None:
    lead(table.county, "线索一")
    dialog = StepDialog(HubSetting(table.shell.doorway), table.shell)
    step = dialog.step
    assert isinstance(step, HubSetting)
    dialog.open()
    until(qtbot, lambda: table.shell.doorway.idle)
    type_into(qtbot, step.address.line, table.hub.address)
    type_into(qtbot, step.pin.line, "no digits")
    step.perform()
    until(qtbot, lambda: "64" in step.pin.remark.text() and not step.working)
    type_into(qtbot, step.pin.line, str(table.hub.pin))
    with qtbot.waitSignal(step.finished):
        qtbot.mouseClick(step.go, Qt.MouseButton.LeftButton)
    table.shell.hub.configured()
    until(qtbot, lambda: table.shell.hub.status.phase == "waiting" and bool(table.hub.store.bundles))
    table.city_goes()
    assert table.city.show("lead")[0]["summary"] == "线索一"
    table.shell.hub.now()
    until(
        qtbot, lambda: table.shell.hub.status.phase == "waiting" and table.hub.count("POST /v1/mailbox") > 0
    )
    assert hub_short(table.shell.hub.status)


def test_what_is_saved_is_sent_without_being_asked(qtbot: QtBot, table: Table) -> None:
    table.turn_on()
    until(qtbot, lambda: table.shell.hub.status.phase == "waiting")
    before = len(table.hub.store.bundles)
    table.shell.doorway.write(table.shell, lambda desk: lead(desk, "线索二"))
    until(qtbot, lambda: len(table.hub.store.bundles) > before)


def test_what_arrives_is_told_to_the_pages(qtbot: QtBot, table: Table) -> None:
    table.turn_on()
    until(qtbot, lambda: table.shell.hub.status.phase == "waiting")
    write_in(table.city, f"office:{COUNTY}", "person", name="王一")
    table.city_goes()
    with qtbot.waitSignal(table.shell.doorway.changed, timeout=20_000):
        table.shell.hub.now()
    until(qtbot, lambda: bool(table.county.show("person")))


def test_a_refusal_is_said_and_the_button_tries_again(qtbot: QtBot, table: Table) -> None:
    table.hub.faults.append(lambda request: request.refuse(403, "hub.cut") is None)
    table.turn_on()
    until(qtbot, lambda: table.shell.hub.status.phase == "refused")
    until(qtbot, lambda: "autosync.cut" in table.page.hub.words.text())
    asked = len(table.hub.asked)
    table.hub.faults.clear()
    qtbot.mouseClick(table.page.hub.now, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: table.shell.hub.status.phase == "waiting")
    assert len(table.hub.asked) > asked
    assert "autosync" not in hub_words(table.shell.hub.status)


@pytest.mark.parametrize("where", ["GET /v1/hello", "GET /v1/mailbox", "PATCH"])
def test_it_ends_within_a_second_wherever_it_is(qtbot: QtBot, table: Table, where: str) -> None:
    held, reached = threading.Event(), threading.Event()

    def holds(request: object) -> bool:
        if table.hub.asked[-1].startswith(where):
            reached.set()
            held.wait(20)
        return False

    lead(table.county, "线索一")
    table.hub.faults.append(holds)
    table.turn_on()
    until(qtbot, reached.is_set)
    began = time.monotonic()
    table.shell.hub.stop()
    assert time.monotonic() - began < 1
    assert not table.shell.hub._thread.is_alive()
    held.set()


def test_reading_in_stops_when_the_window_locks(
    qtbot: QtBot, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine, begun = hub_round.import_each, threading.Event()

    def slow(*args: object, turn: Callable[[float], None], **options: object) -> object:
        begun.set()
        for _ in range(2000):
            time.sleep(0.01)
            turn(0.1)
        return genuine(*args, turn=turn, **options)  # type: ignore[arg-type]

    write_in(table.city, f"office:{COUNTY}", "person", name="王一")
    table.city_goes()
    monkeypatch.setattr(hub_round, "import_each", slow)
    table.turn_on()
    until(qtbot, begun.is_set)
    began = time.monotonic()
    table.shell.hub.stop()
    until(qtbot, lambda: table.shell.doorway.idle)
    assert time.monotonic() - began < 1


def test_a_save_by_hand_does_not_wait_for_the_hub(qtbot: QtBot, table: Table) -> None:
    held = threading.Event()
    table.hub.faults.append(lambda _: held.wait(20) and False)
    table.turn_on()
    until(qtbot, lambda: bool(table.hub.asked))
    done: list[float] = []
    began = time.monotonic()
    table.shell.doorway.write(
        table.shell, lambda desk: lead(desk, "线索三"), lambda _: done.append(time.monotonic() - began)
    )
    until(qtbot, lambda: bool(done))
    assert done[0] < 1
    held.set()


def test_a_hub_that_the_citys_answer_told_of_is_offered(table: Table) -> None:
    words = hub_words(HubStatus("off", "https://hub.example"))
    assert "尚未启用" in words
    assert hub_details(HubStatus("refused", "https://hub.example", "autosync.cut")).count("不再自动重试") == 1


def test_a_hub_that_brings_nothing_is_warned_of_and_nothing_is_blocked(qtbot: QtBot, table: Table) -> None:
    table.turn_on()
    until(qtbot, lambda: table.shell.hub.status.phase == "waiting")
    assert not table.page.hub.warning.isVisible()
    assert "尚未送来新内容" in table.page.hub.details.text()
    with table.county.casefile.engine.begin() as conn:
        state = hub_state(conn)
        old = time.time_ns() // 1_000_000 - 8 * 86_400_000
        put_hub_state(conn, msgspec.structs.replace(state, since=old, newest=old))
    table.shell.hub.now()
    until(qtbot, table.page.hub.warning.isVisible)
    bar = table.page.hub
    assert "8 天没有送来任何新内容" in bar.warning.text()
    assert "上次送来新内容：8天前" in bar.details.text()
    assert "上次交换" in bar.details.text()
    assert hub_short(table.shell.hub.status) == "中转站 8 天无新内容"
    assert bar.now.isEnabled()
    lead(table.county, "照常登记")
    write_in(table.city, f"office:{COUNTY}", "person", name="王一")
    table.city_goes()
    table.shell.hub.now()
    until(qtbot, lambda: not bar.warning.isVisible())
    assert "上次送来新内容：刚刚" in bar.details.text()


def test_after_how_many_days_is_chosen_in_the_dialog(qtbot: QtBot, table: Table) -> None:
    table.turn_on()
    dialog = StepDialog(HubSetting(table.shell.doorway), table.shell)
    step = dialog.step
    assert isinstance(step, HubSetting)
    dialog.open()
    until(qtbot, lambda: table.shell.doorway.idle and bool(step.address.text()))
    assert step.days.value() == 7
    step.days.setFocus()
    step.days.selectAll()
    qtbot.keyClicks(step.days, "21")
    with qtbot.waitSignal(step.finished):
        qtbot.keyClick(step.days, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with table.county.casefile.reader.connect() as conn:
        assert warn_days(conn) == 21


def test_silence_is_said_where_nothing_worse_is() -> None:
    def short(phase: str, warning: str) -> str:
        return hub_short(HubStatus(phase, "https://hub.example", warning=warning, warning_days=9))

    assert short("away", "autosync.silent_away") == "9 天未连上中转站"
    assert short("refused", "autosync.silent_away") == "中转站拒绝"
    assert short("off", "") == ""


def test_the_link_has_no_thread_left(table: Table) -> None:
    assert isinstance(table.shell.hub, HubLink)
    table.shell.close()
    assert not table.shell.hub._thread.is_alive()
