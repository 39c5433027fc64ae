"""Text from outside reaches paper as it is, or is reported: it instructs nothing and crashes nothing."""

from __future__ import annotations

import msgspec
import pytest

from desktop.errors import UserError
from desktop.forms.catalogue import FORMS, missing, render, unprintable
from desktop.forms.data import PropertyList, PropertyListItem, SiteRecord
from tests.forms.samples import HOSTILE, OFFICE, filled_with, fonts_of, page_texts, squeezed

_OFFICE_ONLY = SiteRecord(office=OFFICE)


def _text(form_id: str, data: msgspec.Struct) -> str:
    return squeezed("".join(page_texts(render(form_id, data))))


@pytest.mark.parametrize("form_id", FORMS)
def test_markup_and_formulas_come_out_verbatim_in_every_form(form_id: str) -> None:
    data = filled_with(FORMS[form_id].data, HOSTILE)
    assert squeezed(HOSTILE) in _text(form_id, data)


def test_a_hostile_narrative_is_printed_whole() -> None:
    seed = "<b>&\"';--</b><img src=x>{office}{subject:9}%s\\n=1+1"
    assert squeezed(seed) in _text("site_record", SiteRecord(findings=seed))


@pytest.mark.parametrize("form_id", FORMS)
@pytest.mark.parametrize(
    "text",
    [
        "字" * 2000,
        "W" * 2000,
        "。" * 500,
        "（" * 500,
        "\n" * 300,
        " " * 500,
        "\x00\x1b[31m\u202e\u2066",
        "\ud800",
        "😀👩‍👧",
    ],
    ids=[
        "long",
        "unbroken",
        "full stops",
        "brackets",
        "empty lines",
        "spaces",
        "controls",
        "surrogate",
        "emoji",
    ],
)
def test_no_text_crashes_a_form_or_fills_pages_without_end(form_id: str, text: str) -> None:
    kind = FORMS[form_id].data
    one_field = {"people_register": "raid", "recovery_sheet": "file_id"}.get(form_id, "office")
    data = kind(**{one_field: text, "practice": True})
    assert 1 <= len(page_texts(render(form_id, data))) <= 40


@pytest.mark.parametrize("form_id", FORMS)
def test_a_long_text_in_every_field_still_ends(form_id: str) -> None:
    data = filled_with(FORMS[form_id].data, "很长的W" * 60)
    assert len(page_texts(render(form_id, data))) < 60


def test_a_row_taller_than_a_page_is_split_and_nothing_is_lost() -> None:
    remark = "\n".join(f"第{number}号，" for number in range(600))
    item = PropertyListItem(name="账册", unit="册", quantity="1", remark=remark)
    pages = page_texts(render("property_list", PropertyList(items=(item,))))
    assert len(pages) > 2
    found = "".join(line for page in pages for line in squeezed(page))
    assert all(f"{number}号" in found for number in range(600))


def test_direction_overrides_and_controls_stay_off_paper_and_are_reported() -> None:
    data = SiteRecord(party_notified="张\u202e三\x07\u200b四\ufe0f")
    assert "张三四" in _text("site_record", data)
    assert [(found.field, found.code, found.removed) for found in unprintable("site_record", data)] == [
        ("party_notified", "U+202E", True),
        ("party_notified", "U+0007", True),
        ("party_notified", "U+200B", True),
        ("party_notified", "U+FE0F", True),
    ]


def test_a_character_without_glyph_is_a_visible_mark_and_named_at_the_foot() -> None:
    data = SiteRecord(party_notified="\u0626\u0627b\U000104c0")
    text = _text("site_record", data)
    assert "〓〓b〓" in text
    assert "U+0626、U+0627、U+104C0" in text
    assert [found.code for found in unprintable("site_record", data)] == ["U+0626", "U+0627", "U+104C0"]


def test_what_one_font_lacks_comes_from_the_other() -> None:
    from desktop.forms.fonts import SANS, SERIF, fonts, glyph

    only_serif = next(
        chr(code)
        for code in sorted(fonts()[SERIF].face.charToGlyph)
        if code > 0x3000 and code not in fonts()[SANS].face.charToGlyph
    )
    assert glyph(only_serif, SANS).font == SERIF
    assert not glyph(only_serif, SANS).lost


def test_a_practice_print_says_so_on_every_page() -> None:
    pages = page_texts(render("site_record", SiteRecord(findings="字" * 2000, practice=True)))
    assert all("练习PRACTICE" in squeezed(page) for page in pages)
    assert "PRACTICE" not in _text("site_record", _OFFICE_ONLY)


def test_an_unknown_form_is_refused_by_its_code() -> None:
    with pytest.raises(UserError) as caught:
        render("no_such_form", None)
    assert caught.value.code == "forms.unknown_form"
    with pytest.raises(UserError):
        missing("../site_record", _OFFICE_ONLY)


def test_data_of_another_form_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        render("property_list", _OFFICE_ONLY)
    assert caught.value.code == "forms.wrong_data"


def test_a_form_without_blank_version_says_so() -> None:
    with pytest.raises(UserError) as caught:
        render("recovery_sheet", None)
    assert caught.value.code == "forms.no_blank"


def test_document_properties_name_the_form_and_no_person() -> None:
    pdf = render("site_record", SiteRecord(office="某局", party_notified="梁某军"))
    assert b"Helvetica" not in pdf
    assert "梁某军".encode("utf-16-be") not in pdf
    assert all(fonts_of(pdf).values())
