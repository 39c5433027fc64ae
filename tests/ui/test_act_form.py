"""The form of an act, used by keyboard as an officer would."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.casework.acts.catalogue import ACTS, parse_act
from desktop.casework.desk import Desk, Outcome
from desktop.casework.fields import Field, act_fields
from desktop.ui.act_form import ActForm
from desktop.ui.choices import ChoiceEditor, make_editor
from desktop.ui.doorway import Doorway
from desktop.ui.editors import DayEditor, MomentEditor, MoneyEditor, TextEditor
from desktop.ui.form_panel import gap_sentences
from desktop.ui.small_grid import GroupsEditor, SmallGrid, ThingsEditor
from tests.ui.hands import at, fill, press

LEAD = {"source": "网格员摸排", "received_at": "2020-06-07T06:30+08:00", "summary": "有人集中听课"}
HOSTILE = "<b>&\"';-- =1+1"


@pytest.fixture
def form(qtbot: QtBot, doorway: Doorway) -> ActForm:
    made = ActForm(doorway, "lead.open")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.begin()
    return made


def test_a_lead_is_recorded_by_keyboard_alone(qtbot: QtBot, form: ActForm, desk: Desk) -> None:
    for text in ("网格员摸排", "20200607 0630", HOSTILE, "网格员甲", "百业中心二楼"):
        fill(qtbot, text)
    with qtbot.waitSignal(form.performed):
        press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (lead,) = desk.show("lead")
    assert lead["summary"] == HOSTILE
    assert lead["received_at"] == "2020-06-07T06:30+08:00"
    assert lead["reporter_alias"] == "网格员甲"


def test_what_is_needed_and_missing_is_said_in_place_and_nothing_is_written(
    qtbot: QtBot, form: ActForm, desk: Desk
) -> None:
    form.perform()
    remarks = {word: editor.remark.text() for word, editor in form.editors.items() if editor.remark.text()}
    assert remarks == {"source": "必填", "received_at": "必填", "summary": "必填"}
    assert at() is form.editors["source"].widget
    assert desk.show("lead") == []


def test_a_refusal_is_one_sentence_and_what_was_typed_stays(
    qtbot: QtBot, doorway: Doorway, desk: Desk
) -> None:
    (approver,) = desk.show("officer")
    form = ActForm(doorway, "measure.approve", fixed={"raid": "0" * 36, "approver": approver["id"]})
    qtbot.addWidget(form)
    for word, value in {"measure": 5, "form": "written", "approved_at": "2020-06-06T20:30+08:00"}.items():
        form.editors[word].put(value)
    form.perform()
    qtbot.waitUntil(lambda: bool(form._notice.text()))
    assert "acts.not_principal_head" in form._notice.text()
    assert form.editors["measure"].value() == 5
    assert form.save.isEnabled()


def test_what_is_typed_is_handed_over_as_a_draft_and_comes_back(
    qtbot: QtBot, form: ActForm, doorway: Doorway
) -> None:
    fill(qtbot, "网格员摸排")
    fill(qtbot, "半个时间 25:")
    with qtbot.waitSignal(form.draft) as kept:
        press(qtbot, Qt.Key.Key_Escape)
    place, values = kept.args or []
    assert place == "act:lead.open"
    again = ActForm(doorway, "lead.open")
    qtbot.addWidget(again)
    again.take_draft(values)
    assert again.editors["source"].value() == "网格员摸排"
    assert again.editors["received_at"].typed() == "半个时间 25:"


def test_an_act_that_was_performed_leaves_no_draft(qtbot: QtBot, form: ActForm) -> None:
    for word, value in LEAD.items():
        form.editors[word].put(value)
    drafts: list[tuple[str, Any]] = []
    form.draft.connect(lambda place, values: drafts.append((place, values)))
    with qtbot.waitSignal(form.performed):
        form.perform()
    assert drafts == [("act:lead.open", None)]


@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"people.add", "person.correct", "presence.correct"}))
def test_every_act_has_a_form_and_every_field_a_name(qtbot: QtBot, doorway: Doorway, act: str) -> None:
    hidden = {field.word: {} for field in act_fields(act) if field.word == "fields"}
    form = ActForm(doorway, act, fixed=hidden)
    qtbot.addWidget(form)
    assert all(editor.widget.accessibleName() for editor in form.editors.values())


def test_a_choice_is_found_by_code_pinyin_initials_or_text(qtbot: QtBot, doorway: Doorway) -> None:
    editor = make_editor(Field("region", "行政区划", "Region", "code:regions"), doorway)
    qtbot.addWidget(editor)
    assert isinstance(editor, ChoiceEditor)
    completer = editor.combo.completer()
    for typed in ("450923", "博白", "bobai", "bbx"):
        completer.setCompletionPrefix(typed)
        found = [
            completer.pathFromIndex(completer.completionModel().index(row, 0))
            for row in range(completer.completionCount())
        ]
        assert any("博白" in text for text in found), typed
    editor.combo.setEditText("450923")
    assert editor.value() == "450923"
    editor.combo.setEditText("没有这个地方")
    assert editor.value() is None
    assert not editor.check()


def test_records_are_chosen_by_their_titles(qtbot: QtBot, doorway: Doorway, desk: Desk) -> None:
    (outcome,) = desk.do([("lead.open", parse_act("lead.open", LEAD))])
    editor = make_editor(Field("lead", "线索", "Lead", "record:lead"), doorway)
    qtbot.addWidget(editor)
    editor.put(outcome.ids["lead"])
    assert editor.value() == outcome.ids["lead"]
    assert isinstance(editor, ChoiceEditor)
    qtbot.waitUntil(lambda: editor.combo.currentText().startswith("有人集中听课"))
    assert editor.value() == outcome.ids["lead"]


def test_several_officers_are_chosen_and_taken_off(qtbot: QtBot, doorway: Doorway, desk: Desk) -> None:
    desk.do([("officer.add", parse_act("officer.add", {"name": "郭秀", "credential": "45092301014"}))])
    editor = make_editor(Field("officers", "执法人员", "Officers", "records:officer"), doorway)
    qtbot.addWidget(editor)
    rows = [view["id"] for view in desk.show("officer")]
    qtbot.waitUntil(lambda: editor.one.combo.count() == 2)
    for row in rows:
        editor.one.put(row)
        editor.one.line.returnPressed.emit()
    assert editor.value() == rows
    editor._take_off(rows[0])
    assert editor.value() == rows[1:]


def test_times_days_and_amounts_are_shown_as_they_were_understood(qtbot: QtBot) -> None:
    moment, day, money = (made(Field("x", "甲", "X")) for made in (MomentEditor, DayEditor, MoneyEditor))
    for editor, typed, value in (
        (moment, "20200607 2330", "2020-06-07T23:30+08:00"),
        (day, "2019-05", "2019-05"),
        (money, "1,234.50", 123450),
    ):
        assert isinstance(editor, TextEditor)
        qtbot.addWidget(editor)
        editor.line.setText(typed)
        assert (editor.value(), editor.check()) == (value, True)
    for editor, typed in ((moment, "25:00"), (day, "20201399"), (money, "1.234")):
        editor.line.setText(typed)
        assert not editor.check()


def test_lines_are_pasted_from_excel_and_grow_the_table(qtbot: QtBot) -> None:
    editor = ThingsEditor(Field("items", "物品", "Items", "things"))
    qtbot.addWidget(editor)
    editor.grid.setCurrentCell(0, 0)
    editor.grid.paste("手机\t甲型\t部\t2\t讲台\t=1+1\n资料\t\t册\t15\n")
    assert editor.value() == [
        {"name": "手机", "spec": "甲型", "unit": "部", "quantity": "2", "source": "讲台", "note": "=1+1"},
        {"name": "资料", "unit": "册", "quantity": "15"},
    ]
    assert editor.grid.rowCount() == 3
    editor.grid.paste("\t乙型")
    assert not ThingsEditor(Field("items", "物品", "Items", "things", required=True)).check()


def test_officers_are_gathered_by_group(qtbot: QtBot) -> None:
    editor = GroupsEditor(Field("groups", "编组", "Groups", "groups"))
    qtbot.addWidget(editor)
    assert isinstance(editor.grid, SmallGrid)
    editor.grid.paste("第一组\t警甲\t45000001\n\t警乙\t45000002\n第二组\t警丙")
    groups = [
        {
            "name": "第一组",
            "officers": [
                {"name": "警甲", "credential": "45000001"},
                {"name": "警乙", "credential": "45000002"},
            ],
        },
        {"name": "第二组", "officers": [{"name": "警丙"}]},
    ]
    assert editor.value() == groups
    again = GroupsEditor(Field("groups", "编组", "Groups", "groups"))
    qtbot.addWidget(again)
    again.put(groups)
    assert again.value() == groups


def test_what_an_act_left_to_mend_is_said_in_words() -> None:
    outcome = Outcome(
        "property.list", {}, [{"code": "acts.gap_make_up_approval", "due": "2020-06-08T10:00+08:00"}]
    )
    (sentence,) = gap_sentences([outcome])
    assert "2020-06-08" in sentence
