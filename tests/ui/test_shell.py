"""The window as a whole: navigation, search, forms beside the page, what it says of itself, lock and end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.casework import importing
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.entering import read_typed
from desktop.ui.indexing import Indexing
from desktop.ui.link_label import LinkLabel
from desktop.ui.page import Services
from desktop.ui.pages.home import HomePage
from desktop.ui.pages.raids import RaidsPage
from desktop.ui.pages.records import About, RecordsPage
from desktop.ui.shell import Shell
from tests.ui.hands import commit, press
from tests.ui.test_entry_grid import DAY, GOOD, raid

__all__ = ["raid"]


def _leads(services: Services) -> RecordsPage:
    return RecordsPage(services, About("leads", "radar", "leads", "lead", "lead.open"))


def _people(services: Services) -> RecordsPage:
    return RecordsPage(services, About("people", "users", "people", "person", None))


@pytest.fixture
def shell(qtbot: QtBot, desk: Desk, raid: str) -> Iterator[Shell]:
    """The window on a desk with one raid and two people."""
    rows = [{"site_number": "A001", "name": "曾乐", "id_number": GOOD}, {"site_number": "A002", "name": "甲"}]
    importing.import_ledger(desk, read_typed(rows, DAY), raid)
    made = Shell(desk, [HomePage, _leads, RaidsPage, _people])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.shut()


def test_the_window_tells_office_and_officer(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: "练习局" in shell.windowTitle())
    assert shell._officer.text() == "陈珍"


def test_a_lead_is_recorded_beside_its_page_and_told(qtbot: QtBot, shell: Shell, desk: Desk) -> None:
    shell.turn_to("leads")
    page = shell.page()
    assert page is not None
    next(action for action in page.actions() if action.shortcut().toString() == "Ctrl+N").trigger()
    form = shell.side.form
    assert form is not None
    for word, value in {
        "source": "举报",
        "received_at": "2020-06-07T06:30+08:00",
        "summary": "集中听课",
    }.items():
        form.editors[word].put(value)
    with qtbot.waitSignal(shell.side.performed):
        form.perform()
    assert shell.side.form is None
    assert shell._notice.text() == "已登记。"
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)


def test_red_gaps_of_an_act_are_said_in_words(qtbot: QtBot, shell: Shell) -> None:
    shell.services.act("case.file", {"title": "案", "filed_at": "2020-06-07T08:00+08:00"})
    form = shell.side.form
    assert form is not None
    with qtbot.waitSignal(shell.side.performed):
        form.perform()
    assert "两名以上办案人员" in shell._notice.text()
    assert shell._notice.property("look") == "law"


def test_a_name_with_an_ampersand_is_shown_verbatim(qtbot: QtBot, shell: Shell, desk: Desk) -> None:
    values = {"title": "<b>&\"';--", "place": "=1+1", "started_at": "2020-06-07T09:20+08:00"}
    (made,) = desk.do([("raid.record", parse_act("raid.record", values))])
    people = importing.import_ledger(desk, read_typed([{"name": "甲"}], DAY), made.ids["raid"])
    raids = next(page for page in shell.pages if isinstance(page, RaidsPage))
    shell.turn_to("raids")
    (presence,) = [view for view in desk.show("presence") if view["person"] in people["people"]]
    raids.register.presence.show_record("presence", presence["id"])
    panel = raids.register.presence
    qtbot.waitUntil(lambda: any("<b>&\"';--" in one.text() for one in panel.findChildren(LinkLabel)))


def test_a_form_left_half_done_is_resumed_from_the_first_page(
    qtbot: QtBot, shell: Shell, desk: Desk, raid: str
) -> None:
    shell.turn_to("leads")
    (view,) = desk.show("raid", raid)
    given = {"kind": "raid", "id": raid, "seen": view["seen"]}
    shell.services.act("record.withdraw", given)
    form = shell.side.form
    assert form is not None
    form.editors["reason"].put("抄错")
    form.editors["reason"].changed.emit()
    shell.side.close_form()
    home = shell.pages[0]
    assert isinstance(home, HomePage)
    shell.turn_to("home")
    qtbot.waitUntil(lambda: home.begun.count() == 1)
    home.begun.itemActivated.emit(home.begun.item(0))
    qtbot.waitUntil(lambda: shell.side.form is not None)
    again = shell.side.form
    assert again is not None
    assert list(again.editors) == ["reason"]
    qtbot.waitUntil(lambda: again.editors["reason"].typed() == "抄错")
    with qtbot.waitSignal(shell.side.performed):
        again.perform()
    assert desk.show("raid", raid)[0]["withdrawn"]


@pytest.mark.parametrize("typed", ["曾乐", "zengle", "zl", GOOD, GOOD[-4:]])
def test_the_box_finds_a_person_and_leads_there(qtbot: QtBot, shell: Shell, typed: str) -> None:
    press_key = Qt.KeyboardModifier.ControlModifier
    shell.activateWindow()
    shell.setFocus()
    press(qtbot, Qt.Key.Key_K, press_key)
    qtbot.waitUntil(shell.search.hasFocus)
    commit(typed)
    qtbot.waitUntil(
        lambda: shell.search.results.isVisible() and "曾乐" in shell.search.results.item(0).text()
    )
    assert GOOD not in shell.search.results.item(0).text()
    press(qtbot, Qt.Key.Key_Return)
    page = shell.page()
    assert isinstance(page, RecordsPage)
    qtbot.waitUntil(lambda: "曾乐" in page.panel._title.text())


def test_the_box_runs_acts_by_name_and_by_pinyin_initials(qtbot: QtBot, shell: Shell) -> None:
    shell.turn_to("raids")
    shell.search.setFocus()
    commit("djxd")
    qtbot.waitUntil(lambda: shell.search.results.isVisible())
    press(qtbot, Qt.Key.Key_Return)
    assert shell.side.form is not None
    assert shell.side.form.place == "act:raid.record"


def test_people_are_triaged_by_number_keys_and_it_is_undone(
    qtbot: QtBot, shell: Shell, desk: Desk, raid: str
) -> None:
    shell.turn_to("raids")
    page = shell.page()
    assert isinstance(page, RaidsPage)
    page.choose(raid)
    table = page.register.list.table
    qtbot.waitUntil(lambda: page.register.list.model.rowCount() == 2)
    table.selectAll()
    table.setFocus()
    with qtbot.waitSignal(page.register.triaged) as done:
        press(qtbot, Qt.Key.Key_1)
    assert done.args == [2]
    assert {view["disposition"] for view in desk.show("presence")} == {"教育遣散"}
    with qtbot.waitSignal(shell.doorway.changed):
        press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: {view["disposition"] for view in desk.show("presence")} == {None})


def test_a_number_is_shown_in_full_only_when_asked_and_noted(qtbot: QtBot, shell: Shell, desk: Desk) -> None:
    (person,) = desk.show("person", where={"name": "曾乐"})
    shell.go_to("person", person["id"])
    page = shell.page()
    assert isinstance(page, RecordsPage)
    qtbot.waitUntil(lambda: "曾乐" in page.panel._title.text())
    texts = lambda: [label.text() for label in page.panel.findChildren(QLabel)]  # noqa: E731
    assert GOOD not in texts()
    show = next(
        b for b in page.panel.findChildren(QAbstractButton) if b.accessibleName().endswith("证件号码")
    )
    show.click()
    qtbot.waitUntil(lambda: GOOD in texts())
    qtbot.waitUntil(lambda: any(note.action == "reveal" for note in desk.audit.list()))


def test_a_correction_writes_only_what_changed(qtbot: QtBot, shell: Shell, desk: Desk) -> None:
    (person,) = desk.show("person", where={"name": "甲"})
    shell.services.correct(person)
    form = shell.side.form
    assert form is not None
    form.editors["address"].put("<b>&\"';--")
    assert [values["fields"] for _, values in form.inputs()] == [{"address": "<b>&\"';--"}]
    with qtbot.waitSignal(shell.side.performed):
        form.perform()
    assert desk.show("person", person["id"])[0]["address"] == "<b>&\"';--"


def test_what_was_in_view_is_found_again(qtbot: QtBot, shell: Shell, desk: Desk, raid: str) -> None:
    shell.turn_to("raids")
    page = shell.page()
    assert isinstance(page, RaidsPage)
    page.choose(raid)
    shell.services.act("lead.open", {})
    where = shell.where()
    again = Shell(desk, [HomePage, _leads, RaidsPage, _people])
    qtbot.addWidget(again)
    again.return_to(where)
    found = again.page()
    assert isinstance(found, RaidsPage)
    assert found.raid == raid
    assert again.side.form is not None
    again.shut()


def test_the_index_catches_up_beside_the_work(qtbot: QtBot, shell: Shell, desk: Desk) -> None:
    indexing = Indexing(shell.doorway, shell)
    indexing.slice()

    def indexed() -> int:
        with desk.casefile.reader.connect() as conn:
            return int(conn.exec_driver_sql("SELECT count(*) FROM search_doc").scalar_one())

    qtbot.waitUntil(lambda: indexed() >= 3)


def test_every_control_that_takes_the_keyboard_has_a_name(qtbot: QtBot, shell: Shell) -> None:
    nameless = [
        type(widget).__name__
        for widget in shell.findChildren(QWidget)
        if isinstance(widget, QLineEdit | QAbstractButton)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_no_two_acts_in_view_have_the_same_key(shell: Shell) -> None:
    for page in shell.pages:
        shell.turn_to(page.objectName())
        keys = [
            action.shortcut().toString() for action in shell.actions_now() if not action.shortcut().isEmpty()
        ]
        assert len(keys) == len(set(keys)), page.objectName()


def test_pages_are_asked_to_stop_before_the_threads_end(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    for page in shell.pages:
        monkeypatch.setattr(page, "stop", lambda page=page: order.append(page.objectName()))
    close = shell.doorway.close
    monkeypatch.setattr(shell.doorway, "close", lambda: (order.append("threads"), close()))
    shell.shut()
    assert order == ["home", "leads", "raids", "people", "threads"]
