"""What stands on the pages: names as typed, page numbers, signatures, headings, closing of rows, paper."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import segno

from desktop.forms.catalogue import FORMS, render
from desktop.forms.data import LegalBasis, MeasureDecision, PropertyList, RegisterPerson, SiteRecord
from desktop.forms.page import Box
from desktop.forms.recovery_sheet import key_groups, recovery_sheet_pages
from tests.forms.samples import (
    CASH,
    DECISION,
    FILLED,
    LIST,
    PHONE,
    RARE_NAMES,
    RECOVERY,
    SITE,
    UYGHUR_NAME,
    fonts_of,
    page_sizes,
    page_texts,
    register,
    squeezed,
)

_PORTRAIT, _LANDSCAPE = (595, 842), (842, 595)
_BLANKS = [form_id for form_id in FORMS if FORMS[form_id].blank]


def _pages(form_id: str, data: msgspec.Struct | None) -> list[str]:
    return [squeezed(page) for page in page_texts(render(form_id, data))]


@pytest.mark.parametrize("form_id", FORMS)
def test_rare_names_are_found_by_search_in_every_form(form_id: str) -> None:
    field = "office"
    for name in (*RARE_NAMES, UYGHUR_NAME):
        data = msgspec.structs.replace(FILLED[form_id], **{field: name})
        if form_id == "people_register":
            data = msgspec.structs.replace(data, people=(), sheets=False)
        assert name in "".join(_pages(form_id, data))


def test_all_names_of_a_register_come_out_verbatim_on_their_sheets() -> None:
    data = register(9)
    text = "".join(_pages("people_register", data))
    for person in data.people:
        assert squeezed(person.name) in text


@pytest.mark.parametrize("form_id", FORMS)
def test_every_page_is_a4_and_says_which_of_how_many_it_is(form_id: str) -> None:
    pdf = render(form_id, FILLED[form_id])
    texts = page_texts(pdf)
    assert set(page_sizes(pdf)) <= {_PORTRAIT, _LANDSCAPE}
    for number, text in enumerate(texts, 1):
        assert f"第{number}页共{len(texts)}页" in squeezed(text)


@pytest.mark.parametrize("form_id", FORMS)
def test_every_font_is_embedded_and_no_standard_font_is_named(form_id: str) -> None:
    pdf = render(form_id, FILLED[form_id])
    fonts = fonts_of(pdf)
    assert fonts
    assert all(embedded and "Noto" in name for name, embedded in fonts.items())
    assert b"Helvetica" not in pdf


@pytest.mark.parametrize("form_id", FORMS)
def test_the_same_data_give_the_same_bytes(form_id: str) -> None:
    assert render(form_id, FILLED[form_id]) == render(form_id, FILLED[form_id])


@pytest.mark.parametrize("form_id", _BLANKS)
def test_a_blank_form_has_its_title_and_no_data(form_id: str) -> None:
    text = "".join(_pages(form_id, None))
    assert FORMS[form_id].title_zh in text
    assert "None" not in text
    assert "以下空白" not in text


def test_the_blank_site_record_has_the_three_pages_of_the_edition_and_all_signature_lines() -> None:
    pages = _pages("site_record", None)
    assert len(pages) == 3
    for page in pages:
        assert "当事人（签名）：" in page
        assert "见证人（签名）：" in page
        assert "检查人员（签名）：、年月日" in page


@pytest.mark.parametrize("form_id", ["site_record", "property_list", "people_register"])
def test_signature_lines_stand_on_every_page(form_id: str) -> None:
    long = {
        "site_record": msgspec.structs.replace(SITE, findings="现场情况。" * 400),
        "property_list": msgspec.structs.replace(LIST, items=(PHONE,) * 60),
        "people_register": register(30, sheets=False),
    }[form_id]
    pages = _pages(form_id, long)
    assert len(pages) >= 3
    signers = {
        "property_list": ("当事人", "见证人", "执法人员"),
        "site_record": ("当事人", "见证人", "检查人员"),
    }
    for page in pages:
        for signer in signers.get(form_id, ("办案人员", "见证人")):
            assert re.search(signer + "（签名", page), signer


@pytest.mark.parametrize(("count", "least", "most"), [(0, 1, 1), (1, 1, 1), (93, 7, 10), (300, 22, 31)])
def test_a_register_of_any_size_runs_over_pages_with_its_heading(count: int, least: int, most: int) -> None:
    pdf = render("people_register", register(count, sheets=False))
    pages = [squeezed(page) for page in page_texts(pdf)]
    assert least <= len(pages) <= most
    assert set(page_sizes(pdf)) == {_LANDSCAPE}
    assert all("证件号码" in page and "介绍人（上线）" in page for page in pages)
    assert sum(len(re.findall(r"A\d{3}", page)) for page in pages) == count


def test_each_person_has_a_portrait_sheet_after_the_register() -> None:
    pdf = render("people_register", register(3))
    assert page_sizes(pdf) == [_LANDSCAPE, *[_PORTRAIT] * 3]
    texts = [squeezed(page) for page in page_texts(pdf)]
    assert all("本人（签名、捺指印）" in page and "随身物品清单号" in page for page in texts[1:])
    assert "A003" in texts[3]


def test_a_sheet_prints_every_field_of_a_person() -> None:
    values = {
        field.name: f"值{number}号" for number, field in enumerate(msgspec.structs.fields(RegisterPerson))
    }
    data = msgspec.structs.replace(register(0), people=(RegisterPerson(**values),))
    sheet = _pages("people_register", data)[1]
    assert all(value in sheet for value in values.values())


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (12, 1), (200, 9)])
def test_a_list_of_any_size_numbers_its_rows_and_closes_what_is_left(count: int, pages: int) -> None:
    texts = _pages("property_list", msgspec.structs.replace(LIST, items=(PHONE,) * count))
    assert abs(len(texts) - pages) <= (2 if count == 200 else 0)
    assert all("标称名称/场所" in text and "上述物品品种、数量经核对无误。" in text for text in texts)
    assert sum(text.count("IMEI860000000000001") for text in texts) == count
    assert f"以下空白（共{count}项）" in texts[-1]
    assert all("以下空白" not in text for text in texts[:-1])
    assert all("博市监强制〔2020〕1号-1" in text for text in texts)


def test_cash_is_written_in_capitals_and_its_copies_line_counts() -> None:
    text = "".join(_pages("property_list", msgspec.structs.replace(LIST, items=(CASH,), copies=3, served=2)))
    assert "计人民币壹拾贰万捌仟陆佰元整（¥128,600.00）" in text
    assert "本文书一式3份，2份送达，1份归档。" in text


def test_an_amount_that_is_none_is_printed_as_it_was_typed() -> None:
    item = msgspec.structs.replace(CASH, amount="约三万")
    assert "约三万" in "".join(_pages("property_list", PropertyList(items=(item,))))


def test_a_list_says_why_a_party_did_not_sign() -> None:
    text = "".join(_pages("property_list", msgspec.structs.replace(LIST, refusal_note="当事人拒绝签名。")))
    assert "情况说明：当事人拒绝签名。" in text


def test_a_decision_before_2024_offers_both_bodies_of_reconsideration() -> None:
    text = "".join(_pages("measure_decision", DECISION))
    assert "60日内向博白县人民政府或者玉林市市场监督管理局申请行政复议" in text
    assert "在6个月内依法向博白县人民法院提起行政诉讼" in text


@pytest.mark.parametrize("date", ["2024-01-01", "2026-11", "", "日期不清"])
def test_a_decision_after_2024_offers_only_the_government_of_the_same_level(date: str) -> None:
    text = "".join(_pages("measure_decision", msgspec.structs.replace(DECISION, date=date)))
    assert "向博白县人民政府申请行政复议" in text
    assert "玉林市市场监督管理局" not in text


def test_a_decision_cites_law_article_paragraph_and_item() -> None:
    text = "".join(_pages("measure_decision", DECISION))
    assert "依据《禁止传销条例》第十四条第一款第（四）项、第（五）项的规定" in text
    assert "期限为30日（自2020年6月7日至2020年7月7日）" in text


def test_a_decision_of_another_period_prints_that_number() -> None:
    data = MeasureDecision(period_days=15, bases=(LegalBasis(law="某条例", article="3"),))
    assert "期限为15日。" in "".join(_pages("measure_decision", data))


def test_a_decision_keeps_the_margins_of_the_standard() -> None:
    from tests.forms.samples import rasters

    millimetre = 4 * 72 / 25.4
    page = rasters(render("measure_decision", DECISION), [0], scale=4)[0].point(lambda value: 255 - value)
    left, top, right, _ = page.getbbox()
    assert left >= 27.5 * millimetre
    assert top >= 36 * millimetre
    assert page.width - right >= 25.5 * millimetre


def test_a_document_without_number_leaves_a_ruled_gap_with_its_brackets() -> None:
    assert "〔〕号" in "".join(_pages("measure_decision", MeasureDecision()))


def test_a_site_record_gives_the_span_of_time_and_closes_with_a_blank_mark() -> None:
    pages = _pages("site_record", SITE)
    assert "时间：2020年6月7日9时20分至7日19时5分" in pages[0]
    assert "（以下空白）" in pages[-1]
    assert "王𬍛" in pages[0]


def test_a_record_that_was_read_out_says_so() -> None:
    assert "已向你宣读" in "".join(_pages("site_record", SiteRecord(read_out=True)))
    assert "请核对。" in "".join(_pages("site_record", SiteRecord()))


@pytest.mark.parametrize(
    ("key", "groups"),
    [
        ("ABCDE-FGHIJ K", ["ABCDE-", "FGHIJ", "K"]),
        ("ABCDEFGHIJ", ["ABCD", "EFGH", "IJ"]),
        ("ABCDEFGHIJ-KL", ["ABCD", "EFGH", "IJ-", "KL"]),
        ("", []),
    ],
)
def test_a_recovery_key_is_read_in_groups(key: str, groups: list[str]) -> None:
    assert key_groups(key) == groups


def test_the_recovery_sheet_holds_key_file_and_advice_on_one_page() -> None:
    pages = _pages("recovery_sheet", RECOVERY)
    assert len(pages) == 1
    assert RECOVERY.recovery_key in pages[0]
    assert RECOVERY.file_id in pages[0]
    assert "保险柜" in pages[0]


def test_a_key_too_long_for_a_qr_code_is_printed_all_the_same() -> None:
    assert _pages("recovery_sheet", msgspec.structs.replace(RECOVERY, recovery_key="A" * 5000))


def test_the_qr_code_on_paper_is_that_of_the_key() -> None:
    page = recovery_sheet_pages(RECOVERY)[0]
    boxes = [mark for mark in page.marks if isinstance(mark, Box)]
    wanted = [
        list(row)
        for row in segno.make(RECOVERY.recovery_key, micro=False, error="m", boost_error=False).matrix
    ]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    side = max(box.x + box.width for box in boxes) - left
    module = side / len(wanted)
    drawn = [[0] * len(wanted) for _ in wanted]
    for box in boxes:
        row, start = round((box.y - top) / module), round((box.x - left) / module)
        for column in range(start, start + round(box.width / module)):
            drawn[row][column] = 1
    assert drawn == wanted


def test_several_forms_printed_at_once_do_not_disturb_each_other() -> None:
    alone = render("measure_decision", DECISION)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: render("measure_decision", DECISION), range(12))) == {alone}
