"""The wording files: readable, complete, sourced, and refused when misspelt."""

from __future__ import annotations

import msgspec
import pytest

from desktop.errors import RESOURCES
from desktop.forms.catalogue import FORMS
from desktop.forms.data import RegisterPerson
from desktop.forms.text import Span
from desktop.forms.wording import Wording, fill, wording


@pytest.mark.parametrize("form_id", FORMS)
def test_every_phrase_has_a_source(form_id: str) -> None:
    words = wording(form_id)
    assert words.id == form_id
    assert words.source
    for phrase in (*words.text.values(), *words.remedies, *words.numbers.values()):
        assert phrase.source
        assert phrase.certainty


def test_every_file_of_the_folder_is_a_form() -> None:
    assert {path.stem for path in (RESOURCES / "forms").glob("*.toml")} == set(FORMS)


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": "x", "titel": "y"}, Wording)


def test_holes_take_text_and_never_wording() -> None:
    assert fill("甲{a:3}乙{b:4}", {"a": "{b}", "b": ""}) == [
        Span("甲"), Span("{b}"), Span("乙"), Span("", gap=4), Span(""),
    ]  # fmt: skip


def test_the_register_has_twelve_to_fourteen_columns_on_two_lines() -> None:
    columns = wording("people_register").columns
    assert 12 <= len(columns) <= 14
    assert all(column.second and column.second_zh for column in columns)


def test_register_and_sheet_name_fields_of_a_person_and_the_sheet_has_them_all() -> None:
    words = wording("people_register")
    fields = {field.name for field in msgspec.structs.fields(RegisterPerson)}
    assert {name for column in words.columns for name in (column.field, column.second)} <= fields
    assert {name for row in words.sheet_rows for name in row} == fields
    assert fields <= set(words.names)


def test_the_columns_of_the_list_are_those_of_form_24() -> None:
    headings = [column.zh.replace("\n", "") for column in wording("property_list").columns]
    assert headings == ["序号", "标称名称/场所", "规格（型号）/场所地址", "单位", "数量", "备注"]


def test_margins_of_the_decision_are_those_of_the_standard() -> None:
    paper = wording("measure_decision").paper
    assert (paper.top, paper.left, paper.bottom, paper.right) == (37, 28, 35, 26)
