"""The city comments and directs in the window, the county answers; each sees what stands beside a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.casework.drafts import DraftStore
from desktop.ui.correct_form import CorrectForm
from desktop.ui.link_label import LinkLabel
from desktop.ui.page import Services
from desktop.ui.pages.home import HomePage
from desktop.ui.pages.oversight import OversightPage
from desktop.ui.pages.records import About, RecordsPage
from desktop.ui.record_panel import RecordPanel
from desktop.ui.shell import Shell
from tests.ui.desks import CITY, COUNTY, HOSTILE, act, desks, enrol, lead, read, write


def _leads(services: Services) -> RecordsPage:
    return RecordsPage(services, About("leads", "radar", "leads", "lead", "lead.open"))


@pytest.fixture
def pair(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Desk, Desk, Callable[[Desk, Desk], None]]]:
    """A city and a county that have exchanged once, and how one's records come to the other."""
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)

        def carry(one: Desk, other: Desk) -> None:
            folder = tmp_path / f"stick{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            write(one, folder)
            read(other, folder)

        yield city, county, carry


@contextmanager
def window(qtbot: QtBot, desk: Desk) -> Iterator[Shell]:
    """The window on a desk."""
    made = Shell(desk, [HomePage, _leads, OversightPage])
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.shut()
    made.close()
    made.deleteLater()
    desk._listeners.clear()  # a window ends with its desk; here the desk goes on


def _panel(shell: Shell) -> RecordPanel:
    page = shell.page()
    assert page is not None
    return next(panel for panel in page.findChildren(RecordPanel) if panel.isVisible())


def _offers(qtbot: QtBot, shell: Shell, *wanted: str) -> RecordPanel:
    qtbot.waitUntil(lambda: [one.text() for one in _panel(shell).offered] == list(wanted))
    return _panel(shell)


def _texts(shell: Shell) -> str:
    return "\n".join(label.text() for label in _panel(shell).findChildren(QLabel))


def test_the_city_comments_and_directs_from_the_record_and_the_county_answers(
    qtbot: QtBot, pair: tuple[Desk, Desk, Callable[[Desk, Desk], None]]
) -> None:
    city, county, carry = pair
    found = lead(county, "集中听课" + HOSTILE)
    carry(county, city)
    with window(qtbot, city) as shell:
        shell.go_to("lead", found)
        panel = _offers(qtbot, shell, "批示、意见", "督办、交办")
        assert not panel.edit.isEnabled()
        assert not panel.withdraw.isEnabled()
        assert [one.text() for one in shell.actions_now()][-2:] == ["批示、意见", "督办、交办"]
        panel.offered[1].click()
        form = shell.side.form
        assert form is not None
        assert "subject" not in form.editors
        form.editors["nature"].put("supervise")
        form.editors["content"].put("核查<b>")
        qtbot.waitUntil(lambda: form.editors["office"].typed().endswith(f"{COUNTY}局"))
        with qtbot.waitSignal(shell.doorway.changed):
            form.perform()
        qtbot.waitUntil(lambda: "核查<b>" in _texts(shell))
        assert all(
            label.textFormat() == Qt.TextFormat.PlainText
            for label in panel.findChildren(QLabel)
            if "<b>" in label.text()
        )
    directive = city.show("directive")[0]
    assert (directive["subject"], directive["group"]) == (found, f"office:{COUNTY}")
    carry(city, county)
    with window(qtbot, county) as shell:
        home = shell.page()
        assert isinstance(home, HomePage)
        qtbot.waitUntil(lambda: home.directives.count() == 1)
        assert "核查<b>" in home.directives.item(0).text()
        assert "还剩" in home.directives.item(0).text()
        home.directives.setCurrentRow(0)
        home.directives.itemActivated.emit(home.directives.item(0))
        panel = _offers(qtbot, shell, "反馈督办")
        assert not panel.edit.isEnabled()
        panel.offered[0].click()
        form = shell.side.form
        assert form is not None
        assert set(form.editors) == {"content", "final", "signatory", "made_at"}
        form.editors["content"].put("已办结")
        form.editors["final"].put(True)
        with qtbot.waitSignal(shell.doorway.changed):
            form.perform()
        qtbot.waitUntil(lambda: "办结反馈" in _texts(shell))
    carry(county, city)
    with window(qtbot, city) as shell:
        home = shell.page()
        assert isinstance(home, HomePage)
        qtbot.waitUntil(lambda: home.directives.count() == 1)
        assert "已反馈，待办结" in home.directives.item(0).text()
        shell.go_to("directive", directive["id"])
        panel = _offers(qtbot, shell, "办结督办", "批示、意见")
        panel.offered[0].click()
        form = shell.side.form
        assert form is not None
        form.editors["closing"].put("同意")
        with qtbot.waitSignal(shell.doorway.changed):
            form.perform()
        _offers(qtbot, shell)
    assert city.show("directive")[0]["closing"] == "同意"


def test_a_county_cannot_issue_and_is_told_why(
    qtbot: QtBot, pair: tuple[Desk, Desk, Callable[[Desk, Desk], None]]
) -> None:
    city, county, _ = pair
    with window(qtbot, county) as shell:
        shell.turn_to("oversight")
        page = shell.page()
        assert isinstance(page, OversightPage)
        assert not page.issue.isEnabled()
        assert page.issue.toolTip().startswith("批示和督办只能由市局作出")
    with window(qtbot, city) as shell:
        shell.turn_to("oversight")
        page = shell.page()
        assert isinstance(page, OversightPage)
        qtbot.waitUntil(page.issue.isEnabled)
        page.issue.trigger()
        form = shell.side.form
        assert form is not None
        qtbot.waitUntil(lambda: form.editors["office"].combo.count() == 1)  # type: ignore[attr-defined]


def test_a_correction_that_was_begun_opens_its_form_again_and_the_list_of_drafts_follows(
    qtbot: QtBot, pair: tuple[Desk, Desk, Callable[[Desk, Desk], None]]
) -> None:
    _, county, _ = pair
    found = lead(county, "集中听课")
    with window(qtbot, county) as shell:
        home = shell.page()
        assert isinstance(home, HomePage)
        shell.services.correct(county.show("lead", found)[0])
        form = shell.side.form
        assert form is not None
        qtbot.keyClicks(form.editors["place"].line, "2F")  # type: ignore[attr-defined]
        form.keep_draft()
        qtbot.waitUntil(lambda: home.begun.count() == 1)
        form.leave()
        home.begun.itemActivated.emit(home.begun.item(0))
        qtbot.waitUntil(lambda: isinstance(shell.side.form, CorrectForm))
        again = shell.side.form
        assert again is not None
        qtbot.waitUntil(lambda: again.editors["place"].value() == "2F")
        shell.turn_to("home")
        with qtbot.waitSignal(shell.doorway.changed):
            again.perform()
        qtbot.waitUntil(lambda: home.begun.count() == 0)
    assert list(DraftStore(county.casefile).list()) == []
    assert county.show("lead", found)[0]["place"] == "2F"


def test_a_number_that_two_documents_bear_stands_once_on_the_first_page(
    qtbot: QtBot, pair: tuple[Desk, Desk, Callable[[Desk, Desk], None]]
) -> None:
    _, county, _ = pair
    found = lead(county, "集中听课")
    for _ in range(2):
        act(
            county, "document.issue", form="site_record", subject_kind="lead", subject=found,
            issued_at="2020-06-07T10:00+08:00", number="博市监笔录〔2020〕1号",
        )  # fmt: skip
    with window(qtbot, county) as shell:
        home = shell.page()
        assert isinstance(home, HomePage)
        qtbot.waitUntil(lambda: home.due.count() > 0)
        texts = [home.due.item(row).text() for row in range(home.due.count())]
        assert sum("文书文号相同" in text for text in texts) == 1


def test_a_long_link_wraps_and_is_followed_by_key(qtbot: QtBot) -> None:
    link = LinkLabel("很长的名称" * 20)
    qtbot.addWidget(link)
    link.resize(120, 200)
    link.show()
    assert link.heightForWidth(120) > 2 * link.fontMetrics().height()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(link.clicked):
            qtbot.keyClick(link, key)
    with qtbot.waitSignal(link.clicked):
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
