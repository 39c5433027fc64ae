"""A paper beside what it lacks: gaps are filled in, numbers given, disputes told, the very page printed."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.forms.raster import page_sizes
from desktop.ui.act_form import ActForm
from desktop.ui.doorway import Doorway
from desktop.ui.mend_form import MendForm
from desktop.ui.paper_view import PaperView
from tests.casework.raids import Raid, act, contradict
from tests.ui.hands import commit, fill, press
from tests.ui.papers import Window, into_file, saved_as

PEOPLE = [{"name": "甲某", "site_number": "A001"}, {"name": "乙某", "site_number": "A002"}]
POPUP = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""The list of choices below a field, which no screen shows here."""
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk, PEOPLE)


@pytest.fixture
def window(doorway: Doorway) -> Window:
    return Window(doorway)


@pytest.fixture
def view(qtbot: QtBot, window: Window) -> PaperView:
    made = PaperView(window.services())
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(qtbot: QtBot, view: PaperView, form: str, subject: str) -> None:
    """Shows a paper and waits for its page."""
    with qtbot.waitSignal(view.ready, check_params_cb=bool):
        view.show_paper(form, subject)


def form_of(view: PaperView) -> object:
    return view._beside.currentWidget()


def text_of(view: PaperView) -> str:
    assert view._pages is not None
    document = pypdfium2.PdfDocument(view._pages.pdf)
    try:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    finally:
        document.close()


def tops(view: PaperView) -> list[str]:
    tree = view.side.tree
    return [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())]


def test_a_paper_is_shown_with_what_it_lacks_by_name(qtbot: QtBot, view: PaperView, raid: Raid) -> None:
    show(qtbot, view, "people_register", raid.raid)
    assert tops(view) == ["是否未成年（2 处）", "到场时间（2 处）", "处置（2 处）"]
    assert view.side.missing.text() == "缺 6 处"
    show(qtbot, view, "measure_decision", raid.list)
    assert tops(view) == ["文号", "清单文书编号"]
    assert "联系电话" in view.side.by_hand.text()


@POPUP
def test_a_column_of_gaps_is_filled_in_by_keyboard_alone(
    qtbot: QtBot, view: PaperView, raid: Raid, desk: Desk
) -> None:
    show(qtbot, view, "people_register", raid.raid)
    tree = view.side.tree
    tree.setCurrentItem(tree.topLevelItem(2))
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    for person in ("A001 · 甲某", "A002 · 乙某"):
        qtbot.waitUntil(lambda person=person: getattr(form_of(view), "accessibleName", str)() == person)
        commit("教育遣散")
        press(qtbot, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: tops(view) == ["是否未成年（2 处）", "到场时间（2 处）"])
    assert {one["disposition"] for one in desk.show("presence")} == {"教育遣散"}
    qtbot.waitUntil(lambda: "教育遣散" in text_of(view))


def test_esc_leaves_a_gap_as_it_is(qtbot: QtBot, view: PaperView, raid: Raid, desk: Desk) -> None:
    show(qtbot, view, "people_register", raid.raid)
    view.mend(view._seen.paper.gaps[0])
    qtbot.waitUntil(lambda: isinstance(form_of(view), MendForm))
    fill(qtbot, "否")
    press(qtbot, Qt.Key.Key_Escape)
    assert form_of(view) is view.side
    assert {one["minor_claimed"] for one in desk.show("presence")} == {None}


@POPUP
def test_a_value_that_came_meanwhile_is_not_covered(
    qtbot: QtBot, view: PaperView, raid: Raid, desk: Desk
) -> None:
    show(qtbot, view, "people_register", raid.raid)
    gap = next(one for one in view._seen.paper.gaps if one.part_zh == "处置")
    view.mend(gap)
    qtbot.waitUntil(lambda: isinstance(form_of(view), MendForm))
    assert gap.place is not None
    act(desk, "presence.correct", id=gap.place.row, fields={"disposition": "移交公安"})
    commit("教育遣散")
    press(qtbot, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(desk.conflicts()))
    (found,) = desk.conflicts()
    assert {one.value for one in found.values} == {"移交公安", "教育遣散"}


def test_other_gaps_lead_to_the_act_that_fills_them(
    qtbot: QtBot, view: PaperView, window: Window, raid: Raid
) -> None:
    other = act(raid.desk, "raid.record", title="另一行动", place="某地", started_at="2020-06-08T09:00+08:00")
    show(qtbot, view, "people_register", other["raid"])
    view.mend(next(one for one in view._seen.paper.gaps if one.act == "people.add"))
    assert window.acts == [("people.add", {"raid": other["raid"]})]


def test_the_number_of_another_paper_leads_to_that_paper(qtbot: QtBot, view: PaperView, raid: Raid) -> None:
    show(qtbot, view, "measure_decision", raid.list)
    gap = next(one for one in view._seen.paper.gaps if one.part_zh == "清单文书编号")
    with qtbot.waitSignal(view.wanted) as wanted:
        view.mend(gap)
    assert wanted.args == ["property_list", raid.list]


@pytest.mark.parametrize(("typed", "number"), [("", "强制〔2020〕1号"), ("博市监强制〔2020〕77号", None)])
def test_a_number_is_given_by_lease_or_by_hand_and_stands_on_the_page(
    qtbot: QtBot, view: PaperView, raid: Raid, desk: Desk, typed: str, number: str | None
) -> None:
    show(qtbot, view, "measure_decision", raid.list)
    view.side.issue_button.click()
    qtbot.waitUntil(lambda: isinstance(form_of(view), ActForm))
    form = form_of(view)
    assert isinstance(form, ActForm)
    form.editors["issued_at"].put("2020-06-07T10:00+08:00")
    form.editors["number"].put(typed)
    press(qtbot, Qt.Key.Key_S, CTRL)
    wanted = number or typed
    qtbot.waitUntil(lambda: view.side.number.text() == wanted)
    qtbot.waitUntil(lambda: wanted in text_of(view))
    (document,) = desk.show("document")
    assert document["number"] == wanted
    assert document["dots"] == view._seen.paper.printed
    assert not view.side.changed.isVisible()


def test_a_document_that_differs_from_the_records_says_so(
    qtbot: QtBot, view: PaperView, raid: Raid, desk: Desk
) -> None:
    show(qtbot, view, "property_list", raid.list)
    printed = view._seen.paper.printed
    values = {"form": "property_list", "subject_kind": "property_list", "subject": raid.list}
    act(desk, "document.issue", **values, issued_at="2020-06-07T10:00+08:00", printed=printed)
    act(desk, "property.add", property_list=raid.list, items=[{"name": "账本", "unit": "本"}])
    qtbot.waitUntil(view.side.changed.isVisible)
    assert view.side.changed.text() == "与文书不一致：制发后新增 1 条。"


# -- disputes --


def test_a_paper_in_dispute_shows_no_page_until_a_reason_is_typed(
    qtbot: QtBot, view: PaperView, window: Window, raid: Raid
) -> None:
    contradict(raid.desk, "raid", raid.raid, "place", "甲地", "乙地")
    view.show_paper("site_record", raid.raid)
    qtbot.waitUntil(view.side.dispute.isVisible)
    assert "地点" in view.side.dispute.text()
    assert not view.preview.canvas.isVisible()
    view.side.dispute.step.click()
    assert window.gone == [("conflict", f"raid:{raid.raid}:place")]
    view.side.reason_line.setFocus()
    commit("羁押时限将满")
    with qtbot.waitSignal(view.ready, check_params_cb=bool):
        press(qtbot, Qt.Key.Key_Return)
    assert "【有争议】羁押时限将满" in text_of(view)


def test_what_changes_elsewhere_lays_no_page_out_anew(
    qtbot: QtBot, view: PaperView, raid: Raid, desk: Desk
) -> None:
    show(qtbot, view, "site_record", raid.raid)
    shown, seen = view._pages, view._seen
    act(desk, "officer.add", name="某人")
    qtbot.waitUntil(lambda: view._seen is not seen)
    with qtbot.waitCallback() as drawn:
        view.doorway.press(view, lambda: None, drawn)
    assert view._pages is shown


def test_a_page_that_was_laid_out_before_a_dispute_came_is_not_shown(
    qtbot: QtBot, view: PaperView, raid: Raid
) -> None:
    go = Event()
    show(qtbot, view, "site_record", raid.raid)
    view.doorway.press(view, lambda: go.wait(5), lambda _: None)
    act(raid.desk, "record.correct", kind="raid", id=raid.raid, fields={"place": "别处"})
    asked = view._asked
    qtbot.waitUntil(lambda: view._asked > asked)
    contradict(raid.desk, "raid", raid.raid, "place", "甲地", "乙地")
    view.read()
    qtbot.waitUntil(view.side.dispute.isVisible)
    go.set()
    with qtbot.waitCallback() as drawn:
        view.doorway.press(view, lambda: None, drawn)
    assert view._pages is None


def test_the_register_in_dispute_asks_for_no_reason(qtbot: QtBot, view: PaperView, raid: Raid) -> None:
    (person, *_) = raid.desk.show("presence", where={"raid": raid.raid})
    contradict(raid.desk, "presence", person["id"], "disposition", "移交公安", "教育遣散")
    view.show_paper("people_register", raid.raid)
    qtbot.waitUntil(view.side.dispute.isVisible)
    assert not view.side.reason_line.isVisible()
    assert "不能打印" in view.side.dispute.text()


def test_characters_that_do_not_print_are_told(qtbot: QtBot, view: PaperView, raid: Raid) -> None:
    act(
        raid.desk,
        "record.correct",
        kind="raid",
        id=raid.raid,
        fields={"situation": "看\U000e0001见\U0002ffff"},
    )
    show(qtbot, view, "site_record", raid.raid)
    assert "控制字符" in view.side.lost.text()


def test_a_record_that_was_withdrawn_is_told_in_one_sentence(
    qtbot: QtBot, view: PaperView, raid: Raid
) -> None:
    act(raid.desk, "record.withdraw", kind="property_list", id=raid.list, reason="重复")
    view.show_paper("property_list", raid.list)
    qtbot.waitUntil(lambda: "printing.withdrawn" in view.preview._words.text())
    assert not view.side.isVisible()


# -- leaving --


def test_printing_prints_the_page_that_is_shown_and_is_noted_before(
    qtbot: QtBot,
    view: PaperView,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    into_file(monkeypatch, tmp_path / "printed.pdf")
    show(qtbot, view, "site_record", raid.raid)
    view.print_paper()
    qtbot.waitUntil(lambda: bool(window.told))
    assert window.told[0][1] == "done"
    assert len(page_sizes((tmp_path / "printed.pdf").read_bytes())) == len(view._pages.sizes)
    (note,) = raid.desk.audit.list()
    assert (note.action, note.record, note.what.form) == ("print", raid.raid, "site_record")
    assert not view.out.isVisible()


def test_a_saved_pdf_is_the_page_byte_for_byte_and_its_name_holds_the_number_alone(
    qtbot: QtBot,
    view: PaperView,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    values = {"form": "property_list", "subject_kind": "property_list", "subject": raid.list}
    act(raid.desk, "document.issue", **values, issued_at="2020-06-07T10:00+08:00", number="清单〔2020〕3号")
    names = saved_as(monkeypatch, tmp_path / "清单.pdf")
    show(qtbot, view, "property_list", raid.list)
    view.save_pdf()
    qtbot.waitUntil(lambda: bool(window.told))
    assert (tmp_path / "清单.pdf").read_bytes() == view._pages.pdf
    assert names == ["场所设施财物清单清单〔2020〕3号"]
    assert [note.action for note in raid.desk.audit.list()] == ["export"]


def test_a_folder_that_is_gone_is_one_sentence(
    qtbot: QtBot,
    view: PaperView,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    saved_as(monkeypatch, tmp_path / "没有" / "清单.pdf")
    show(qtbot, view, "property_list", raid.list)
    view.save_pdf()
    qtbot.waitUntil(lambda: bool(window.told))
    assert window.told[0][1] == "law"


def test_a_changed_mind_prints_and_writes_nothing(
    qtbot: QtBot, view: PaperView, raid: Raid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.paper_out.ask_printer", lambda *_: None)
    saved_as(monkeypatch, None)
    show(qtbot, view, "property_list", raid.list)
    view.print_paper()
    view.save_pdf()
    assert list(raid.desk.audit.list()) == []


def test_the_blank_form_is_shown_and_printed_for_no_record(
    qtbot: QtBot,
    view: PaperView,
    window: Window,
    raid: Raid,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    into_file(monkeypatch, tmp_path / "blank.pdf")
    with qtbot.waitSignal(view.ready, check_params_cb=bool):
        view.show_blank("property_list")
    assert not view.side.isVisible()
    assert "梁浩军" not in text_of(view)
    view.print_paper()
    qtbot.waitUntil(lambda: bool(window.told))
    assert list(raid.desk.audit.list()) == []


def test_looking_leaves_no_file_behind(
    qtbot: QtBot, view: PaperView, raid: Raid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(tmp_path.rglob("*.*"))
    show(qtbot, view, "people_register", raid.raid)
    qtbot.waitUntil(lambda: bool(view.preview.canvas._images))
    assert sorted(tmp_path.rglob("*.*")) == before
