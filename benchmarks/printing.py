"""Printed forms in pages per second, against plain pages that hold the same text in the same fonts."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.measure import Target, in_turns, seconds
from benchmarks.people import people
from desktop.errors import RESOURCES
from desktop.forms.catalogue import render
from desktop.forms.data import PeopleRegister, PropertyList, PropertyListItem, RegisterPerson, Signatory

_FONT = "Plain-Serif"
_OFFICERS = (
    Signatory(name="郭一秀", credential="45092300001"),
    Signatory(name="董二松", credential="45092300002"),
)


def _register(count: int) -> PeopleRegister:
    return PeopleRegister(
        office="博白县市场监督管理局",
        document_no="DJ-2020-001",
        raid="东望集团涉嫌传销联合行动",
        place="博白县百业中心二楼",
        date="2020-06-07",
        people=tuple(_registered(number, fields) for number, fields in enumerate(people(count), 1)),
        officers=_OFFICERS,
    )


def _registered(number: int, fields: dict[str, str]) -> RegisterPerson:
    return RegisterPerson(
        site_no=f"A{number:03d}",
        name=fields["name"],
        sex=fields["sex"],
        birth_date=fields["birth"],
        id_type=fields["id_type"],
        id_number=fields["id_number"],
        ethnicity=fields["ethnic_group"],
        registered_address=fields["household"],
        current_address=fields["address"],
        phone=fields["phone"],
        education=fields["education"],
        arrived="09:20",
        left="17:21",
        upline="梁某军",
        joined="2019-05",
        amount_paid="69800",
        role="参与人员",
        disposal="教育遣散",
    )


def _property_list(count: int) -> PropertyList:
    item = PropertyListItem(
        name="手机", specification="某牌 X1", unit="部", quantity="1", remark="IMEI 860000000000001"
    )
    return PropertyList(
        document_no="博市监强制〔2020〕1号-1",
        purpose="seize",
        office="博白县市场监督管理局",
        decision_no="博市监强制〔2020〕1号",
        party="梁某军",
        place="博白县百业中心二楼",
        date="2020-06-07",
        items=count * (item,),
        officers=_OFFICERS,
    )


def _pages(form: str, data: msgspec.Struct, what: str, scale: Scale) -> Outcome:
    texts = _texts(render(form, data))
    _plain(texts)
    compared = in_turns(
        lambda: len(texts) / seconds(lambda: render(form, data)),
        lambda: len(texts) / seconds(lambda: _plain(texts)),
        scale.repeat,
    )
    characters = sum(map(len, texts))
    return Outcome(compared, f"{what}: {len(texts)} pages, {characters:,} characters, embedded subsets")


def _texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def _plain(texts: list[str]) -> bytes:
    """As many pages with the same lines, one under the other."""
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_FONT, str(RESOURCES / "fonts" / "NotoSerifSC-Regular.ttf")))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for text in texts:
        canvas.setFont(_FONT, 9)
        lines = canvas.beginText(40, A4[1] - 40)
        lines.textLines(text)
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _people(scale: Scale, folder: Path) -> Outcome:
    count = min(93, scale.of(93, 93))
    return _pages("people_register", _register(count), f"{count} people, a sheet each", scale)


def _items(scale: Scale, folder: Path) -> Outcome:
    count = min(200, scale.of(200, 200))
    return _pages("property_list", _property_list(count), f"{count} items", scale)


_PLAIN = "plain ReportLab pages with the same text and font"

BENCHES = (
    Bench("register", "register of people found", _PLAIN, "pages/s", Target(), _people),
    Bench("list", "property list", _PLAIN, "pages/s", Target(), _items),
)
