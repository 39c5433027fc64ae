"""文书: choosing a raid's papers by keyboard, following what changes, and all documents issued so far."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.casework.papers import paper
from desktop.forms.raster import page_sizes
from desktop.ui.act_form import ActForm
from desktop.ui.doorway import Doorway
from desktop.ui.pages.documents import DocumentsPage
from desktop.ui.paper_tree import Choice
from tests.casework.raids import Raid, act, contradict
from tests.ui.hands import fill
from tests.ui.papers import Window, into_file

PEOPLE = [{"name": "甲某", "site_number": "A001"}]


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk, PEOPLE)


@pytest.fixture
def window(doorway: Doorway) -> Window:
    return Window(doorway)


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> DocumentsPage:
    made = DocumentsPage(window.services())
    qtbot.addWidget(made)
    made.resize(1234, 640)
    made.show()
    qtbot.waitExposed(made)
    return made


def open_page(qtbot: QtBot, page: DocumentsPage) -> None:
    page.opened()
    qtbot.waitUntil(page.print_act.isEnabled)


def lines(page: DocumentsPage) -> list[tuple[str, str]]:
    """The papers that are offered, with their states; the blank forms apart."""
    tree, found = page.printing.tree, []
    for row in range(tree.topLevelItemCount() - 1):
        top = tree.topLevelItem(row)
        found.append((top.text(0), top.text(1)))
        found += [(top.child(n).text(0), top.child(n).text(1)) for n in range(top.childCount())]
    return found


def issue(raid: Raid, form: str) -> str:
    shown = paper(raid.desk, form, raid.subject(form))
    values = {"form": form, "subject_kind": shown.kind, "subject": shown.subject, "printed": shown.printed}
    return str(act(raid.desk, "document.issue", **values, issued_at="2020-06-07T10:00+08:00")["document"])


def test_the_newest_raid_is_offered_with_the_state_of_each_paper(
    qtbot: QtBot, page: DocumentsPage, raid: Raid
) -> None:
    issue(raid, "property_list")
    open_page(qtbot, page)
    assert lines(page) == [
        ("现场笔录", "齐全"),
        ("查获人员登记表", "缺 3 处"),
        ("扣押 · 梁浩军 · 2020-06-07", ""),
        ("实施行政强制措施决定书", "缺 1 处"),
        ("场所/设施/财物清单", "已编号"),
    ]
    assert page.printing.paper.form == "site_record"
    assert page.printing.raid.value() == raid.raid


def test_papers_are_chosen_by_keyboard(qtbot: QtBot, page: DocumentsPage, raid: Raid) -> None:
    open_page(qtbot, page)
    tree = page.printing.tree
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.printing.paper.form == "people_register")
    qtbot.keyClick(tree, Qt.Key.Key_End)
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.printing.paper.subject == "" and page.print_act.isEnabled())
    assert not page.issue_act.isEnabled()


def test_what_changes_elsewhere_shows_in_the_list_and_the_cursor_stays(
    qtbot: QtBot, page: DocumentsPage, raid: Raid
) -> None:
    issue(raid, "site_record")
    open_page(qtbot, page)
    choice = Choice("property_list", raid.list)
    page.printing.tree.choose(choice)
    act(raid.desk, "record.correct", kind="raid", id=raid.raid, fields={"place": "别处"})
    qtbot.waitUntil(lambda: lines(page)[0] == ("现场笔录", "不一致"))
    assert page.printing.tree.choice() == choice
    contradict(raid.desk, "raid", raid.raid, "place", "甲地", "乙地")
    act(raid.desk, "property.add", property_list=raid.list, items=[{"name": "账本", "unit": "本"}])
    qtbot.waitUntil(lambda: lines(page)[0] == ("现场笔录", "有分歧"))


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_another_raid_is_found_by_typing(qtbot: QtBot, page: DocumentsPage, raid: Raid) -> None:
    other = act(raid.desk, "raid.record", title="乙行动", place="某地", started_at="2020-06-08T09:00+08:00")
    open_page(qtbot, page)
    qtbot.waitUntil(lambda: page.printing.raid.value() == other["raid"])
    assert len(lines(page)) == 2
    page.printing.raid.line.setFocus()
    page.printing.raid.line.selectAll()
    fill(qtbot, "百业中心行动 · 2020-06-07")
    qtbot.waitUntil(lambda: len(lines(page)) == 5)


def test_a_form_of_a_list_opens_among_the_papers_of_its_raid(
    qtbot: QtBot, page: DocumentsPage, raid: Raid
) -> None:
    page.show_form("measure_decision", raid.list)
    qtbot.waitUntil(lambda: page.printing.paper.form == "measure_decision")
    assert len(lines(page)) == 5
    assert page.where() == {"form": "measure_decision", "subject": raid.list, "tab": 0}


def test_the_number_of_another_paper_leads_to_it(qtbot: QtBot, page: DocumentsPage, raid: Raid) -> None:
    page.show_form("measure_decision", raid.list)
    view = page.printing.paper
    qtbot.waitUntil(lambda: view.has_record)
    view.mend(next(gap for gap in view._seen.paper.gaps if gap.part_zh == "清单文书编号"))
    qtbot.waitUntil(lambda: view.form == "property_list" and view.has_record)
    page.issue_act.trigger()
    assert isinstance(view._beside.currentWidget(), ActForm)


def test_without_a_raid_blank_forms_are_printed(qtbot: QtBot, page: DocumentsPage) -> None:
    page.opened()
    qtbot.waitUntil(page.printing.notice.isVisible)
    assert not page.batch_act.isEnabled()
    assert page.batch_act.toolTip() == "请先在“打印”页选择现场行动"
    tree = page.printing.tree
    tree.setFocus()
    tree.setCurrentItem(tree.topLevelItem(0).child(1))
    qtbot.waitUntil(page.print_act.isEnabled)


def test_all_papers_are_printed_from_the_same_key(
    qtbot: QtBot,
    page: DocumentsPage,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    into_file(monkeypatch, tmp_path / "all.pdf")
    open_page(qtbot, page)
    page.batch_act.trigger()
    batch = page.printing.batch
    qtbot.waitUntil(batch.print_button.isEnabled)
    shown = len(batch._pages.sizes)
    page.print_act.trigger()
    qtbot.waitUntil(lambda: bool(window.told))
    assert len(page_sizes((tmp_path / "all.pdf").read_bytes())) == shown > 4
    qtbot.keyClick(batch, Qt.Key.Key_Escape)
    assert page.printing.paper.isVisible()


# -- what was issued --


def test_documents_are_listed_with_how_they_compare(
    qtbot: QtBot, page: DocumentsPage, window: Window, raid: Raid
) -> None:
    document = issue(raid, "property_list")
    page.show_record("document", document)
    tab = page.issued
    qtbot.waitUntil(lambda: tab.state.text() == "与现有记录一致。")
    act(raid.desk, "property.add", property_list=raid.list, items=[{"name": "账本", "unit": "本"}])
    tab.choose(document)
    qtbot.waitUntil(lambda: tab.state.text() == "与文书不一致：制发后新增 1 条。")
    qtbot.waitUntil(lambda: tab.list.model.rowCount() == 1)
    tab.page_button.click()
    assert window.previewed == [("property_list", raid.list)]
    act(raid.desk, "record.withdraw", kind="document", id=document, reason="作废")
    tab.choose(document)
    qtbot.waitUntil(lambda: "作废" in tab.state.text())
    assert not tab.page_button.isEnabled()


def test_an_empty_list_of_documents_says_how_to_begin(qtbot: QtBot, page: DocumentsPage) -> None:
    page.tabs.setCurrentWidget(page.issued)
    qtbot.waitUntil(lambda: page.issued.list._stack.currentIndex() == 1)
    assert not page.print_act.isEnabled()
