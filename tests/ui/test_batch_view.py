"""All papers of a raid at once: what they lack is said first, then they leave as one job or one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.casework.paper_sets import Checked, checked
from desktop.casework.printing import render_form
from desktop.forms.raster import page_sizes
from desktop.ui.batch_view import BatchView
from desktop.ui.doorway import Doorway
from tests.casework.raids import Raid, act, contradict
from tests.forms.samples import page_texts
from tests.ui.papers import Window, into_file, saved_as

PEOPLE = [{"name": "甲某", "site_number": "A001"}]


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk, PEOPLE)


@pytest.fixture
def window(doorway: Doorway) -> Window:
    return Window(doorway)


@pytest.fixture
def view(qtbot: QtBot, window: Window) -> BatchView:
    made = BatchView(window.services())
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(qtbot: QtBot, view: BatchView, papers: list[Checked]) -> None:
    view.show_papers(papers)
    qtbot.waitUntil(view.print_button.isEnabled)


def count(desk: Desk, *forms: tuple[str, str]) -> int:
    """How many pages papers have by themselves."""
    return sum(len(page_sizes(render_form(desk, form, row)[0])) for form, row in forms)


def test_first_it_is_said_how_many_papers_lack_what(qtbot: QtBot, view: BatchView, raid: Raid) -> None:
    show(qtbot, view, checked(raid.desk, "raid", raid.raid))
    assert view.summary.text().startswith("4 份中有 3 份缺内容：")
    assert "文号（1 处）" in view.summary.text()
    assert view.list.count() == 4
    assert "缺：是否未成年" in view.list.item(1).text()
    assert view.print_button.text() == "打印 4 份"


def test_all_papers_leave_as_one_pdf_in_the_order_of_the_file(
    qtbot: QtBot,
    view: BatchView,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    names = saved_as(monkeypatch, tmp_path / "all.pdf")
    show(qtbot, view, checked(raid.desk, "raid", raid.raid))
    view.save_button.click()
    qtbot.waitUntil(lambda: bool(window.told))
    order = [one.wanted.form for one in checked(raid.desk, "raid", raid.raid)]
    alone = [render_form(raid.desk, form, raid.subject(form))[0] for form in order]
    assert page_texts((tmp_path / "all.pdf").read_bytes()) == [
        text for pdf in alone for text in page_texts(pdf)
    ]
    assert names == ["行动文书"]
    assert [(note.action, note.what.form) for note in reversed(raid.desk.audit.list())] == [
        ("export", "site_record"),
        ("export", "people_register"),
        ("export", "measure_decision"),
        ("export", "property_list"),
    ]


def test_a_paper_that_is_not_ticked_stays_out_and_stays_so(
    qtbot: QtBot,
    view: BatchView,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    into_file(monkeypatch, tmp_path / "printed.pdf")
    show(qtbot, view, checked(raid.desk, "raid", raid.raid))
    view.list.setFocus()
    view.list.setCurrentRow(1)
    qtbot.keyClick(view.list, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.print_button.text() == "打印 3 份" and view.print_button.isEnabled())
    show(qtbot, view, checked(raid.desk, "raid", raid.raid))
    assert view.print_button.text() == "打印 3 份"
    view.print_button.click()
    qtbot.waitUntil(lambda: bool(window.told))
    forms = ("site_record", raid.raid), ("measure_decision", raid.list), ("property_list", raid.list)
    assert len(page_sizes((tmp_path / "printed.pdf").read_bytes())) == count(raid.desk, *forms)
    assert len(raid.desk.audit.list()) == 3


def test_a_paper_in_dispute_cannot_be_ticked(qtbot: QtBot, view: BatchView, raid: Raid) -> None:
    contradict(raid.desk, "raid", raid.raid, "situation", "甲说", "乙说")
    show(qtbot, view, checked(raid.desk, "raid", raid.raid))
    item = view.list.item(0)
    assert not item.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert "分歧" in item.toolTip()
    assert view.print_button.text() == "打印 3 份"


def test_nothing_ticked_is_nothing_to_print(qtbot: QtBot, view: BatchView, raid: Raid) -> None:
    papers = checked(raid.desk, "property_list", raid.list)
    show(qtbot, view, papers)
    for row in range(view.list.count()):
        view.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not view.print_button.isEnabled())
    assert view.print_button.toolTip() == "页面尚未排好"


def test_papers_that_lack_nothing_say_so(qtbot: QtBot, view: BatchView, raid: Raid) -> None:
    values = {"form": "property_list", "subject_kind": "property_list", "subject": raid.list}
    act(raid.desk, "document.issue", **values, issued_at="2020-06-07T10:00+08:00")
    whole = [
        one for one in checked(raid.desk, "property_list", raid.list) if one.wanted.form == "property_list"
    ]
    show(qtbot, view, whole)
    assert view.summary.text() == "共 1 份，应填内容齐全。"


def test_esc_goes_back(qtbot: QtBot, view: BatchView) -> None:
    with qtbot.waitSignal(view.closed):
        qtbot.keyClick(view.list, Qt.Key.Key_Escape)
