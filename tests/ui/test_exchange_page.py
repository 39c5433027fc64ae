"""The exchange page by keyboard: two desks and a folder between them, sticks that vanish, hostile files."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.changes.recorder import Recorder
from desktop.errors import message
from desktop.sync import carrier
from desktop.sync.carrier import Carrier, CarrierFile, SystemFileOps
from desktop.sync.drives import Drive
from desktop.ui import job_strip
from desktop.ui.doorway import Doorway
from desktop.ui.drives import DriveWatch
from desktop.ui.exchange_report import ReportModel
from desktop.ui.pages.exchange import ExchangePage
from desktop.ui.standing_view import StandingModel
from tests.ui.desks import (
    CITY,
    COUNTY,
    HOSTILE,
    act,
    desks,
    disagree,
    enrol,
    lead,
    people,
    read,
    services_of,
    write,
    write_in,
)
from tests.ui.hands import press

GROUP = f"office:{COUNTY}"


class Table:
    """The county's page and the city's desk, with a stick between them."""

    def __init__(self, city: Desk, county: Desk, doorway: Doorway, stick: Path) -> None:
        self.city, self.county, self.doorway, self.stick = city, county, doorway, stick
        self.drives: list[Drive] = []
        services, self.said = services_of(doorway)
        self.watch = DriveWatch(doorway, look=lambda: list(self.drives), every_ms=20)
        self.page = ExchangePage(services, watch=self.watch)

    def open(self, qtbot: QtBot) -> None:
        """Brings the page into view and waits until it has read."""
        self.page.resize(1234, 650)
        self.page.show()
        with qtbot.waitSignal(self.page.told):
            self.page.opened()

    def choose(self) -> None:
        """Chooses the stick as a folder, and gives the page the keyboard."""
        self.page.carrier.add_folder(str(self.stick))
        self.page.carrier.places.setFocus(Qt.FocusReason.OtherFocusReason)

    def go(self, qtbot: QtBot, key: Qt.Key) -> None:
        """Presses a key and waits until the visit has ended and the page has read anew."""
        with qtbot.waitSignal(self.page.told):
            press(qtbot, key)
            assert self.page.strip.isVisible()
        qtbot.waitUntil(lambda: not self.page.strip.isVisible())

    def report(self) -> list[list[str]]:
        """The cells of the report."""
        model = self.page.report
        return [
            [model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def states(self) -> list[list[str]]:
        """The cells of the offices."""
        model = self.page.standing.table.model()
        return [
            [model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    """Two desks that are not enrolled yet."""
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        doorway = Doorway(county)
        stick = tmp_path / "stick"
        stick.mkdir()
        made = Table(city, county, doorway, stick)
        yield made
        doorway.close()
        made.page.close()
        made.page.deleteLater()
        made.watch.deleteLater()


@pytest.fixture
def enrolled(table: Table) -> Table:
    """Both enrolled."""
    enrol(table.city, table.county)
    return table


def test_before_enrolment_it_says_what_to_do_and_why_nothing_can_be_exchanged(
    qtbot: QtBot, table: Table
) -> None:
    table.open(qtbot)
    table.choose()
    page = table.page
    assert page.notice.text() == message("exchange.not_enrolled_yet", "zh")
    for action in (page.both, page.preview, page.write):
        assert not action.isEnabled()
        assert action.toolTip() == "本机尚未入网"
    with qtbot.waitSignal(page.enrolment_asked):
        qtbot.keyClick(page.notice.step, Qt.Key.Key_Space)
    enrol(table.city, table.county)
    with qtbot.waitSignal(page.told):
        page.opened()
    assert not page.notice.isVisible()
    assert page.write.isEnabled()


def test_written_is_said_only_of_what_the_other_can_read(qtbot: QtBot, enrolled: Table) -> None:
    people(enrolled.county, {"name": HOSTILE})
    enrolled.open(qtbot)
    assert not enrolled.page.write.isEnabled()
    assert enrolled.page.write.toolTip() == "请先选择U盘或文件夹"
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F8)
    assert enrolled.page.notice.text() == "已写入并核对。"
    (file,) = Carrier(enrolled.stick).bundles()
    assert file.is_intact()
    (row,) = enrolled.report()
    assert row[1] == f"{HOSTILE}450923局与市局"
    assert row[6].startswith("已写入并核对")
    (found,) = read(enrolled.city, enrolled.stick)
    assert found.outcome == "read"
    assert enrolled.city.show("person")[0]["name"] == HOSTILE


def test_a_stick_is_found_by_itself_and_to_be_ejected(qtbot: QtBot, enrolled: Table) -> None:
    enrolled.open(qtbot)
    assert enrolled.page.carrier.none.isVisible()
    enrolled.drives = [Drive(str(enrolled.stick), HOSTILE, 12 << 30, False)]
    qtbot.waitUntil(lambda: enrolled.page.carrier.folder() == enrolled.stick)
    assert enrolled.page.carrier.places.item(0).text() == f"{HOSTILE}（可用 12.0 GB）"
    enrolled.page.carrier.places.setFocus()
    enrolled.go(qtbot, Qt.Key.Key_F8)
    assert enrolled.page.notice.text() == "已写入并核对，请弹出后拔出。"
    enrolled.drives = []
    qtbot.waitUntil(lambda: enrolled.page.carrier.folder() is None)
    assert not enrolled.page.write.isEnabled()


def test_a_preview_changes_nothing_and_enter_reads_in(qtbot: QtBot, enrolled: Table) -> None:
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    people(enrolled.county, {"name": "甲"})
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    write_in(enrolled.city, GROUP, "person", name="市局批注")
    write(enrolled.city, enrolled.stick)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in enrolled.stick.rglob("*.bundle")}
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F7)
    page = enrolled.page
    assert page.notice.text() == "读入后将新增 1 条。目前没有改动任何内容。"
    assert {view["name"] for view in enrolled.county.show("person")} == {"甲"}
    assert [line[2:6] for line in enrolled.report() if line[2] == "1"] == [["1", "0", "0", "0"]]
    assert page.confirm.hasFocus()
    enrolled.go(qtbot, Qt.Key.Key_Return)
    assert page.notice.text() == "读入完成，新增 1 条。"
    assert {view["name"] for view in enrolled.county.show("person")} == {"甲", "市局批注"}
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in enrolled.stick.rglob("*.bundle")}
    assert after == before


def test_both_ways_until_everybody_has_everything(qtbot: QtBot, enrolled: Table) -> None:
    lead(enrolled.county, "听课")
    enrolled.open(qtbot)
    enrolled.choose()
    assert enrolled.states()[0][4] == "尚无回执"
    assert enrolled.page.standing.figure("waiting") == "2"
    enrolled.go(qtbot, Qt.Key.Key_F9)
    assert enrolled.page.standing.figure("waiting") == "2"
    assert "已写入并核对" in enrolled.page.notice.text()
    read(enrolled.city, enrolled.stick)
    write(enrolled.city, enrolled.stick)
    enrolled.go(qtbot, Qt.Key.Key_F9)
    (state,) = enrolled.states()
    assert state[0] == f"{HOSTILE}450900局" or state[0] == "玉林市市场监督管理局"
    assert state[2:] == ["", "刚刚", "已同步"]
    assert enrolled.page.standing.figure("waiting") == "0"
    assert enrolled.page.standing.figure("receipt") == "刚刚"


def test_what_raises_no_doubt_is_read_and_written_at_once_with_its_figures(
    qtbot: QtBot, enrolled: Table
) -> None:
    people(enrolled.county, {"name": "甲"})
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    write_in(enrolled.city, GROUP, "person", name="市局登记")
    write(enrolled.city, enrolled.stick)
    people(enrolled.county, {"name": "乙"})
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F9)
    page = enrolled.page
    assert {view["name"] for view in enrolled.county.show("person")} == {"甲", "乙", "市局登记"}
    assert page.notice.text() == "读入完成，新增 1 条。已写入并核对。"
    assert [page.looked.model.cells(row)[1:3] for row in range(page.looked.model.rowCount())] == [
        ["人员", "1"]
    ]
    assert not page.confirm.isVisible()
    read(enrolled.city, enrolled.stick)
    assert len(enrolled.city.show("person")) == 3


def _disputed(enrolled: Table) -> str:
    """A stick whose reading brings a record into dispute."""
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    row = write_in(enrolled.city, GROUP, "person", name="甲")
    write(enrolled.city, enrolled.stick)
    read(enrolled.county, enrolled.stick)
    disagree(enrolled.city, "person", [row], "name", "乙", "丙")
    write(enrolled.city, enrolled.stick)
    return row


@pytest.mark.parametrize("plugged", [False, True])
def test_a_dispute_is_shown_first_and_one_enter_reads_and_writes(
    qtbot: QtBot, enrolled: Table, plugged: bool
) -> None:
    row = _disputed(enrolled)
    before = sorted(enrolled.stick.rglob("*.bundle"))
    enrolled.open(qtbot)
    page = enrolled.page
    if plugged:
        enrolled.drives = [Drive(str(enrolled.stick), "U盘", 12 << 30, False)]
        qtbot.waitUntil(lambda: page.notice.step.isVisible())
        page.notice.step.setFocus()
        with qtbot.waitSignal(page.told):
            press(qtbot, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not page.strip.isVisible())
    else:
        enrolled.choose()
        enrolled.go(qtbot, Qt.Key.Key_F9)
    assert page.notice.text() == "读入后将新增 2 条。目前没有改动任何内容。1 条记录将出现分歧。"
    assert enrolled.county.show("person", row)[0]["name"] == "甲"
    assert sorted(enrolled.stick.rglob("*.bundle")) == before
    assert page.confirm.hasFocus()
    assert page.confirm.text() == "读入并写出"
    enrolled.go(qtbot, Qt.Key.Key_Return)
    assert enrolled.county.show("person", row)[0]["conflicts"] == 1
    assert len(list(enrolled.stick.rglob("*.bundle"))) > len(before)
    assert "已写入并核对" in page.notice.text()


def test_a_mass_withdrawal_is_shown_first_with_what_will_be_held(qtbot: QtBot, enrolled: Table) -> None:
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    for number in range(30):
        write_in(enrolled.city, GROUP, "person", name=f"人{number}")
    write(enrolled.city, enrolled.stick)
    read(enrolled.county, enrolled.stick)
    with enrolled.city.casefile.engine.begin() as conn:
        recorder = Recorder(enrolled.city.journal(conn), "")
        for view in enrolled.city.show("person")[:22]:
            recorder.withdraw("person", view["id"], "误登")
            recorder.close("record.withdraw")
        recorder.finish()
    write(enrolled.city, enrolled.stick)
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F9)
    page = enrolled.page
    assert "其中 22 条读入后先照旧显示" in page.looked.warning.text()
    enrolled.go(qtbot, Qt.Key.Key_Return)
    assert "大批撤销的 22 条记录先照旧显示，待确认。" in page.notice.text()
    assert sum(not view["withdrawn"] for view in enrolled.county.show("person")) == 30


def test_a_visit_stopped_while_it_looks_has_changed_nothing(qtbot: QtBot, enrolled: Table) -> None:
    _disputed(enrolled)
    enrolled.open(qtbot)
    enrolled.choose()
    go = threading.Event()
    enrolled.doorway.write(enrolled.page, lambda _: go.wait(10))
    with qtbot.waitSignal(enrolled.page.told):
        press(qtbot, Qt.Key.Key_F9)
        qtbot.keyClick(enrolled.page.strip.stop, Qt.Key.Key_Space)
        go.set()
    assert enrolled.page.notice.text() == "已停止，没有改动任何内容。"


FAULTS = {
    errno.ENOSPC: "carrier.full",
    errno.EROFS: "carrier.read_only",
    errno.EACCES: "carrier.no_permission",
    errno.EFBIG: "carrier.file_too_large",
    errno.EIO: "carrier.faulty",
}


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_of_a_stick_has_its_sentence(
    qtbot: QtBot, enrolled: Table, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    enrolled.open(qtbot)
    enrolled.choose()

    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(carrier.SystemFileOps, "write", fail)
    enrolled.go(qtbot, Qt.Key.Key_F8)
    assert enrolled.page.notice.code == FAULTS[code]
    assert message(FAULTS[code], "zh") in enrolled.page.notice.text()
    assert "已写入" not in enrolled.page.notice.text()
    assert not Carrier(enrolled.stick).bundles()


def test_a_stick_that_vanishes_while_it_is_written_is_called_gone(
    qtbot: QtBot, enrolled: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled.open(qtbot)
    enrolled.choose()

    def vanish(*_: object) -> int:
        shutil.rmtree(enrolled.stick)
        raise OSError(errno.EIO, "pulled")

    monkeypatch.setattr(carrier.SystemFileOps, "fsync", vanish)
    enrolled.go(qtbot, Qt.Key.Key_F8)
    assert enrolled.page.notice.code == "carrier.gone"
    monkeypatch.undo()
    enrolled.go(qtbot, Qt.Key.Key_F8)
    assert enrolled.page.notice.code == "carrier.no_folder"
    enrolled.stick.mkdir()
    enrolled.go(qtbot, Qt.Key.Key_F8)
    assert enrolled.page.notice.text() == "已写入并核对。"


def test_a_stick_that_vanishes_while_it_is_read_keeps_what_was_verified(
    qtbot: QtBot, enrolled: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    for number in range(2):
        act(enrolled.city, "office.record", code=CITY, name=f"市局{number}")
        write(enrolled.city, enrolled.stick)
    opened = CarrierFile.open
    left = 1

    def vanish(file: CarrierFile) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            shutil.rmtree(enrolled.stick)
            raise OSError(errno.EIO, "pulled")
        return opened(file)

    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F7)
    monkeypatch.setattr(CarrierFile, "open", vanish)
    enrolled.go(qtbot, Qt.Key.Key_Return)
    assert enrolled.page.notice.code == "carrier.gone"
    assert len(enrolled.report()) >= 1
    assert not enrolled.stick.exists()


def test_hostile_files_harm_nothing_beside_them(qtbot: QtBot, enrolled: Table) -> None:
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    write(enrolled.city, enrolled.stick)
    inner = enrolled.stick / "liandong"
    (inner / f"{'0' * 64}.bundle").write_bytes(b"age-encryption.org/v1\n" + b"-> X25519 " + b"A" * 100_000)
    (inner / f"{'1' * 64}.bundle").write_bytes(os.urandom(50_000))
    (inner / f"{'2' * 64}.bundle").write_bytes(b"")
    whole = next(iter(inner.glob("*.bundle"))).read_bytes()
    (inner / f"{'3' * 64}.bundle").write_bytes(whole[: len(whole) // 2])
    (inner / "readme.bundle").write_text(HOSTILE)
    (inner / f"{'4' * 64}.bundle").symlink_to("/etc/passwd")
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F7)
    assert "文件不能完整读入" in enrolled.page.notice.text()
    enrolled.page.go("read")
    qtbot.waitUntil(lambda: not enrolled.page.strip.isVisible() and bool(enrolled.states()))
    outcomes = [line[6] for line in enrolled.report()]
    assert any(words.startswith("已读入") for words in outcomes)
    assert sum(message("sealing.not_a_bundle", "zh") == words for words in outcomes) >= 1
    qtbot.waitUntil(lambda: enrolled.states()[0][4] == "已同步")


def test_a_folder_without_bundles_is_said_so(qtbot: QtBot, enrolled: Table) -> None:
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F7)
    assert enrolled.page.notice.text() == message("carrier.nothing_here", "zh")
    assert not enrolled.page.confirm.isVisible()


@pytest.mark.parametrize(
    ("key", "words"),
    [(Qt.Key.Key_F7, "已停止，没有改动任何内容。"), (Qt.Key.Key_F8, "写完并核对过的文件有效")],
)
def test_a_visit_is_stopped_when_asked(qtbot: QtBot, enrolled: Table, key: Qt.Key, words: str) -> None:
    write(enrolled.county, enrolled.stick)
    before = sorted(enrolled.stick.rglob("*"))
    enrolled.open(qtbot)
    enrolled.choose()
    go = threading.Event()
    enrolled.doorway.write(enrolled.page, lambda _: go.wait(10))
    with qtbot.waitSignal(enrolled.page.told):
        press(qtbot, key)
        assert not enrolled.page.write.isEnabled()
        assert enrolled.page.write.toolTip() == "正在读写，请稍候"
        qtbot.keyClick(enrolled.page.strip.stop, Qt.Key.Key_Space)
        go.set()
    assert words in enrolled.page.notice.text()
    assert sorted(enrolled.stick.rglob("*")) == before
    assert enrolled.page.write.isEnabled()


def test_only_chosen_offices_are_written_for(qtbot: QtBot, enrolled: Table) -> None:
    enrolled.open(qtbot)
    enrolled.choose()
    offices = enrolled.page.carrier.offices
    assert offices.count() == 1
    offices.setFocus()
    offices.setCurrentRow(0)
    press(qtbot, Qt.Key.Key_Space)
    assert not enrolled.page.write.isEnabled()
    assert enrolled.page.write.toolTip() == "请至少选择一个接收单位"
    with qtbot.waitSignal(enrolled.page.told):
        enrolled.page.opened()
    assert enrolled.page.carrier.destinations() is None
    press(qtbot, Qt.Key.Key_Space)
    assert enrolled.page.carrier.destinations() == ()


@pytest.mark.tampers
def test_what_does_not_count_is_told_with_its_reason(qtbot: QtBot, enrolled: Table) -> None:
    write(enrolled.county, enrolled.stick)
    read(enrolled.city, enrolled.stick)
    write_in(enrolled.city, GROUP, "person", "01900000-0000-7000-8000-000000000000", name="假")
    write(enrolled.city, enrolled.stick)
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F9)
    assert "1 条不计入" in enrolled.page.notice.text()
    page = enrolled.page
    assert page.standing.figure("quarantine") == "0"
    enrolled.go(qtbot, Qt.Key.Key_Return)
    assert page.standing.figure("quarantine") == "1"
    words = page.standing.alerts.item(0).text()
    assert words.startswith("来自")
    assert words.endswith(message("exchange.verdict_not_its_row", "zh"))


def test_sticks_are_looked_for_only_while_the_page_is_in_view(qtbot: QtBot, enrolled: Table) -> None:
    assert not enrolled.watch.looking
    enrolled.open(qtbot)
    assert enrolled.watch.looking
    enrolled.page.hide()
    assert not enrolled.watch.looking
    enrolled.page.show()
    assert enrolled.watch.looking


def test_the_models_keep_the_rules(qtbot: QtBot, enrolled: Table, qtmodeltester: object) -> None:
    lead(enrolled.county, "听课")
    enrolled.open(qtbot)
    enrolled.choose()
    enrolled.go(qtbot, Qt.Key.Key_F8)
    for model in (enrolled.page.report, enrolled.page.standing.table.model()):
        assert isinstance(model, ReportModel | StandingModel)
        qtmodeltester.check(model)  # type: ignore[attr-defined]


def test_disagreements_about_a_record_are_brought_into_view_and_found_again(
    qtbot: QtBot, enrolled: Table
) -> None:
    rows = people(enrolled.county, {"name": "甲"}, {"name": "乙"}, {"name": "丙"})
    disagree(enrolled.county, "person", rows, "address", "一楼", "二楼")
    enrolled.open(qtbot)
    page = enrolled.page
    assert "conflict" in page.kinds
    page.show_record("conflict", rows[1])
    view = page.conflicts
    qtbot.waitUntil(lambda: view.table.currentIndex().row() == 1)
    assert view.isVisible()
    assert view.panel.rows[0].value.text() == "一楼"
    qtbot.waitUntil(lambda: page.tabs.tabText(1) == "分歧  3")
    kept = page.where()
    page.tabs.setCurrentIndex(0)
    page.return_to(kept)
    assert view.isVisible()


def test_closing_the_window_ends_a_visit_that_is_under_way(qtbot: QtBot, enrolled: Table) -> None:
    enrolled.open(qtbot)
    enrolled.choose()
    go = threading.Event()
    enrolled.doorway.write(enrolled.page, lambda _: go.wait(10))
    enrolled.page.go("write")
    enrolled.page.stop()
    go.set()
    enrolled.doorway.close()
    assert not Carrier(enrolled.stick).bundles()


def test_what_reading_would_change_stands_by_sender_and_kind_and_can_be_left(
    qtbot: QtBot, table: Table
) -> None:
    enrol(table.city, table.county)
    found = lead(table.county, "集中听课")
    write(table.county, table.stick)
    read(table.city, table.stick)
    for _ in range(3):
        about = {"subject_kind": "lead", "subject": found}
        act(table.city, "directive.issue", nature="supervise", content=HOSTILE, **about)
    write(table.city, table.stick)
    table.open(qtbot)
    table.choose()
    table.go(qtbot, Qt.Key.Key_F7)
    page = table.page
    assert page.looked.isVisible()
    model = page.looked.model
    told = [model.cells(row)[1:] for row in range(model.rowCount())]
    assert ["督办", "3", "", "", "", ""] in told
    assert page.confirm.isVisible()
    page.leave.click()
    assert not page.panel.isVisible()
    assert table.county.show("directive") == []
    table.go(qtbot, Qt.Key.Key_F7)
    with qtbot.waitSignal(page.told):
        page.confirm.click()
    qtbot.waitUntil(lambda: not page.strip.isVisible())
    assert len(table.county.show("directive")) == 3
    assert not page.looked.isVisible()


def test_a_share_that_hangs_in_a_write_holds_up_no_save_is_told_and_can_be_given_up(
    qtbot: QtBot, enrolled: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled.open(qtbot)
    enrolled.choose()
    let_go, hangs = threading.Event(), threading.Event()
    genuine = SystemFileOps.write

    def silent(self: SystemFileOps, descriptor: int, data: memoryview) -> int:
        hangs.set()
        let_go.wait(30)
        return genuine(self, descriptor, data)

    monkeypatch.setattr(SystemFileOps, "write", silent)
    monkeypatch.setattr(job_strip, "_SILENT_S", 0.3)
    page, strip = enrolled.page, enrolled.page.strip
    try:
        press(qtbot, Qt.Key.Key_F8)
        qtbot.waitUntil(hangs.is_set)
        saved: list[object] = []
        enrolled.doorway.write(page, lambda desk: lead(desk, "网格员摸排"), saved.append)
        qtbot.waitUntil(lambda: bool(saved), timeout=2_000)
        qtbot.waitUntil(lambda: "目标盘没有响应" in strip._what.text(), timeout=2_000)
        strip.stop.setFocus()
        qtbot.keyClick(strip.stop, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not strip.isVisible(), timeout=2_000)
        assert page.both.isEnabled()
    finally:
        let_go.set()
