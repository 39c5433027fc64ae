"""Sticks that are plugged in, let go, handed over; attachments to fetch; a shared folder."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.errors import message
from desktop.sync.carrier import FOLDER, Carrier
from desktop.sync.drives import Drive
from desktop.sync.handing import look_over
from desktop.ui import handing_over
from desktop.ui.attachments_view import AttachmentModel
from desktop.ui.doorway import Doorway
from desktop.ui.drives import DriveWatch
from desktop.ui.folder_watch import FolderWatch
from desktop.ui.pages import exchange as page_module
from desktop.ui.pages.exchange import ExchangePage
from tests.ui.desks import CITY, COUNTY, desks, enrol, lead, people, read, services_of, write, write_in

GROUP = f"office:{COUNTY}"


class Office:
    """A county's page beside its city's desk, enrolled, with the drives that are plugged in."""

    def __init__(self, city: Desk, county: Desk, doorway: Doorway, stick: Path) -> None:
        self.city, self.county, self.doorway, self.stick = city, county, doorway, stick
        self.drives: list[Drive] = []
        watch = DriveWatch(doorway, look=lambda: list(self.drives), every_ms=20)
        self.page = ExchangePage(services_of(doorway)[0], watch=watch)

    def open(self, qtbot: QtBot) -> None:
        self.page.resize(1234, 650)
        self.page.show()
        with qtbot.waitSignal(self.page.told):
            self.page.opened()

    def plug(self, qtbot: QtBot, *, read_only: bool = False) -> None:
        self.drives = [Drive(str(self.stick), "KINGSTON", 1 << 30, read_only, "/dev/sdx1")]
        qtbot.waitUntil(lambda: self.page.carrier.folder() == self.stick)


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    """A county and its city."""
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)
        doorway = Doorway(county)
        (tmp_path / "stick").mkdir()
        made = Office(city, county, doorway, tmp_path / "stick")
        yield made
        made.page.stop()
        doorway.close()
        made.page.close()
        made.page.deleteLater()


def test_a_stick_that_is_plugged_in_is_offered_and_one_press_goes_both_ways(
    qtbot: QtBot, office: Office
) -> None:
    lead(office.county, "听课")
    office.open(qtbot)
    office.plug(qtbot)
    notice = office.page.notice
    assert notice.text() == "KINGSTON 已插入。"
    assert notice.step.text() == "一键交换"
    with qtbot.waitSignal(office.page.told):
        notice.step.click()
    qtbot.waitUntil(lambda: "已写入并核对，请弹出后拔出。" in notice.text())
    assert read(office.city, office.stick)[0].outcome == "read"


def test_a_write_protected_stick_is_offered_for_reading_only(qtbot: QtBot, office: Office) -> None:
    lead(office.county, "听课")
    write(office.county, office.stick)
    read(office.city, office.stick)
    write_in(office.city, GROUP, "person", name="市局批注")
    write(office.city, office.stick)
    before = {path: path.read_bytes() for path in office.stick.rglob("*") if path.is_file()}
    office.open(qtbot)
    office.plug(qtbot, read_only=True)
    assert office.page.notice.text() == "KINGSTON 已插入，只能读取。"
    with qtbot.waitSignal(office.page.told):
        office.page.notice.step.click()
    qtbot.waitUntil(lambda: "读入完成" in office.page.notice.text())
    assert {view["name"] for view in office.county.show("person")} == {"市局批注"}
    assert {path: path.read_bytes() for path in office.stick.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (True, "已写入、核对并弹出，可以拔出。"),
        (False, "已写入并逐字节核对，但U盘尚未弹出。请先在系统中安全弹出，再拔出。"),
    ],
)
def test_it_may_be_pulled_out_only_once_it_was_let_go(
    qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch, gone: bool, words: str
) -> None:
    let_go: list[Drive] = []

    def ejected(drive: Drive) -> bool:
        let_go.append(drive)
        return gone

    monkeypatch.setattr(page_module, "let_go", ejected)
    people(office.county, {"name": "甲"})
    office.open(qtbot)
    office.plug(qtbot)
    with qtbot.waitSignal(office.page.told):
        office.page.go("write")
    qtbot.waitUntil(lambda: office.page.notice.step.text() == "弹出")
    assert "可以拔出" not in office.page.notice.text()
    office.page.notice.step.click()
    qtbot.waitUntil(lambda: office.page.notice.text() == words)
    assert [drive.device for drive in let_go] == ["/dev/sdx1"]


def test_what_a_pulled_stick_left_unfinished_is_told_and_left(qtbot: QtBot, office: Office) -> None:
    lead(office.county, "听课")
    write(office.county, office.stick)
    read(office.city, office.stick)
    write(office.city, office.stick)
    part = office.stick / FOLDER / f"other-{'0' * 16}.part"
    part.write_bytes(b"half")
    office.open(qtbot)
    office.page.carrier.add_folder(str(office.stick))
    with qtbot.waitSignal(office.page.told):
        office.page.go("read")
    qtbot.waitUntil(lambda: "有 1 个因中途拔出而未写完的文件，已略过。" in office.page.notice.text())
    assert part.read_bytes() == b"half"


# attachments


def test_attachments_are_listed_asked_for_and_come(
    qtbot: QtBot, office: Office, qtmodeltester: object, tmp_path: Path
) -> None:
    lead(office.county, "听课")
    kept = office.city.casefile.blobs.put(io.BytesIO(b"film" * 50_000))
    write(office.county, office.stick)
    read(office.city, office.stick)
    write_in(office.city, GROUP, "attachment", name="录像.mp4", sha256=kept.sha256, size=kept.size)
    write_in(office.city, GROUP, "attachment", name="别处的.wav", sha256="ab" * 32, size=90 << 20)
    office.open(qtbot)
    view = office.page.attachments
    qtbot.waitUntil(lambda: view.limit.value() == 64)
    with qtbot.waitSignal(view.counted):
        view.limit.setValue(0)
    (tmp_path / "first").mkdir()
    write(office.county, tmp_path / "first")
    read(office.city, tmp_path / "first")
    (tmp_path / "list").mkdir()
    write(office.city, tmp_path / "list")
    read(office.county, tmp_path / "list")
    with qtbot.waitSignal(view.counted):
        view.refresh()
    assert isinstance(view.model, AttachmentModel)
    qtmodeltester.check(view.model)  # type: ignore[attr-defined]
    assert [view.model.index(row, 0).data() for row in (0, 1)] == ["别处的.wav", "录像.mp4"]
    assert view.model.index(1, 3).data() == "未索取"
    assert office.page.tabs.tabText(2) == "附件  2"
    assert not view.fetch.isEnabled()
    view.table.selectRow(1)
    assert view.fetch.isEnabled()
    with qtbot.waitSignal(view.counted):
        view.fetch.click()
    assert view.model.index(1, 3).data() == "已索取，随下几次交换送达"
    assert view.fetch.toolTip() == "已经索取"
    with qtbot.waitSignal(view.counted):
        view.fetch_all.click()
    assert not view.fetch_all.isEnabled()
    for name, source, target in (("ask", office.county, office.city), ("come", office.city, office.county)):
        (tmp_path / name).mkdir()
        write(source, tmp_path / name)
        read(target, tmp_path / name)
    assert office.county.casefile.blobs.has(kept.sha256)
    with qtbot.waitSignal(view.counted) as counted:
        view.refresh()
    assert counted.args == [1]


# handing over


def test_a_sheet_is_saved_and_checked(
    qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lead(office.county, "听课")
    write(office.county, office.stick)
    monkeypatch.setattr(handing_over, "ask_where", lambda *_: tmp_path / "sheet.pdf")
    office.open(qtbot)
    assert not office.page.sheet.isEnabled()
    office.page.carrier.add_folder(str(office.stick))
    office.page.sheet.trigger()
    qtbot.waitUntil(lambda: office.page.notice.text() == "已写出：sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    digest = look_over(office.stick).digest
    for text, words in (
        (digest[:16].upper(), "1 个文件与交接单一致：不缺、不多、未改动。"),
        ("0" * 16, "文件与交接单不一致：请勿签收，请对方重新写入。"),
        ("?", f"{message('exchange.no_handover_code', 'zh')} [exchange.no_handover_code]"),
    ):
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, text=text: (text, True))
        office.page.check.trigger()
        qtbot.waitUntil(lambda words=words: office.page.notice.text() == words)
    (file,) = Carrier(office.stick).bundles()
    file.path.write_bytes(b"spoilt")
    code = look_over(office.stick).code
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (code, True))
    office.page.check.trigger()
    qtbot.waitUntil(lambda: office.page.notice.text() == "文件与交接单一致，但其中 1 个已损坏。")


# a shared folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visits follow each other at once."""
    monkeypatch.setattr("desktop.ui.folder_watch.pause", lambda: 0.02)


@pytest.mark.usefixtures("quick")
def test_a_shared_folder_is_exchanged_by_itself_and_remembered(qtbot: QtBot, office: Office) -> None:
    lead(office.county, "听课")
    office.open(qtbot)
    assert not office.page.share.isEnabled()
    office.page.carrier.add_folder(str(office.stick))
    office.page.share.click()
    shared = office.page.shared
    qtbot.waitUntil(lambda: shared.visits >= 2)
    assert read(office.city, office.stick)[0].applied > 0
    write_in(office.city, GROUP, "person", name="市局批注")
    write(office.city, office.stick)
    qtbot.waitUntil(lambda: bool(office.county.show("person")))
    assert shared.folder == office.stick
    qtbot.waitUntil(lambda: shared.words == "没有待交换的内容。" or "已交换" in shared.words)
    office.doorway.write(office.page, lambda desk: lead(desk, "又一次"))

    def arrived() -> bool:
        """A bundle that comes first may be the receipt of the city's."""
        read(office.city, office.stick)
        return {view["summary"] for view in office.city.show("lead")} == {"听课", "又一次"}

    qtbot.waitUntil(arrived, timeout=20_000)
    qtbot.waitUntil(lambda: office.doorway.idle)
    again = FolderWatch(office.doorway, first_ms=60_000)
    qtbot.waitUntil(lambda: again.folder == office.stick)
    again.stop()
    again.deleteLater()
    office.page.share.click()
    qtbot.waitUntil(lambda: shared.folder is None)
    assert office.page.share.text() == "自动交换所选文件夹"


@pytest.mark.usefixtures("quick")
def test_a_shared_folder_that_is_gone_is_told_and_taken_up_again(qtbot: QtBot, office: Office) -> None:
    lead(office.county, "听课")
    office.open(qtbot)
    office.page.shared.watch(office.stick)
    qtbot.waitUntil(lambda: office.page.shared.visits >= 1)
    away = office.stick.with_name("away")
    office.stick.rename(away)
    qtbot.waitUntil(lambda: office.page.shared.tone == "soon")
    assert "找不到此文件夹" in office.page.shared.words
    away.rename(office.stick)
    qtbot.waitUntil(lambda: office.page.shared.tone == "done")
