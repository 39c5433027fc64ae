"""场所/设施/财物清单 (form 24): pages of a property list. Wording: ``resources/forms/property_list.toml``."""

from __future__ import annotations

from desktop.forms.cash import capital_amount, plain_amount
from desktop.forms.chinese import chinese_date
from desktop.forms.data import PropertyList, PropertyListItem, Signatory
from desktop.forms.flow import Field, Flow, baseline, number_pages
from desktop.forms.fonts import SANS
from desktop.forms.page import Page
from desktop.forms.table import Cell, Table
from desktop.forms.text import Span, atoms, wrap
from desktop.forms.wording import Wording, wording

_ROW = 8.2  # mm
_FOOT = 2 * 17.0  # the checked line and the copies line above the signatures, in points


def property_list_pages(data: PropertyList | None) -> list[Page]:
    """The pages of a property list; None gives the blank version."""
    words = wording("property_list")
    shown = data or PropertyList()

    def head(flow: Flow) -> None:
        flow.running(f"{words.title_zh}{words.names['continued']}")
        _number(flow, words, shown)
        flow.skip(3)

    flow = Flow(words.paper, words.signatures, _FOOT, head)
    _first_head(flow, words, shown, blank=data is None)
    table = Table(
        flow,
        [column.width for column in words.columns],
        [Cell((column.zh,)) for column in words.columns],
        words.paper.size,
        14.5,
        _ROW,
    )
    table.begin()
    for position, item in enumerate(shown.items, 1):
        row = _row(words, item, position)
        table.add([Cell((row[column.field],), column.align) for column in words.columns])
    table.finish("" if data is None else _closing(words, shown))
    if shown.refusal_note:
        flow.keep(2 * flow.leading)
        flow.paragraph(words.say("refusal", {"note": shown.refusal_note}), indent=0)
    _foot(flow, words, shown)
    pages = flow.finish()
    number_pages(pages, words.paper.bottom)
    return pages


def _first_head(flow: Flow, words: Wording, data: PropertyList, blank: bool) -> None:
    flow.office(data.office, 16, 25)
    flow.title(words.title_zh, 20, 30)
    _number(flow, words, data)
    names = words.names
    purposes = "　".join(
        ("☑" if data.purpose == purpose else "□") + names[purpose]
        for purpose in ("seal", "seize", "register", "transfer", "return")
    )
    flow.page.write(
        words.plain("purpose") + purposes, flow.left, baseline(flow.y, flow.leading, flow.size), flow.size
    )
    flow.y += flow.leading + 2
    flow.fields([Field(names["party"], data.party, 3), Field(names["decision_no"], data.decision_no, 2)])
    date = chinese_date(data.date) or names["blank_date"]
    flow.fields([Field(names["place"], data.place, 3), Field(names["date"], date, 2)])
    officers = [*data.officers, *[Signatory()] * (2 - len(data.officers))]
    for officer in officers:
        flow.fields(
            [Field(names["officer"], officer.name, 3), Field(names["credential"], officer.credential, 2)]
        )
    if data.storage or blank:
        flow.paragraph(words.say("storage", {"storage": data.storage}), indent=0)
    flow.skip(4)


def _number(flow: Flow, words: Wording, data: PropertyList) -> None:
    """文书编号 at the right, with a ruled gap while there is none."""
    row = atoms(
        [Span(words.names["document_no"]), Span(data.document_no) if data.document_no else Span("", gap=14)]
    )
    flow.lines(wrap(row, flow.measure / flow.size)[:2], align="right")


def _remark(words: Wording, item: PropertyListItem) -> str:
    parts = [f"{words.names['source']}{item.source}"] if item.source else []
    if item.amount:
        try:
            parts.append(f"{words.names['cash']}{capital_amount(item.amount)}（{plain_amount(item.amount)}）")
        except ValueError:
            parts.append(item.amount)
    return "；".join([*parts, item.remark] if item.remark else parts)


def _row(words: Wording, item: PropertyListItem, position: int) -> dict[str, str]:
    return {
        "no": item.no or str(position),
        "name": item.name,
        "specification": item.specification,
        "unit": item.unit,
        "quantity": item.quantity,
        "remark": _remark(words, item),
    }


def _closing(words: Wording, data: PropertyList) -> str:
    names = words.names
    return f"{words.plain('closing')}（{names['count']}{len(data.items)}{names['count_unit']}）"


def _foot(flow: Flow, words: Wording, data: PropertyList) -> None:
    """The checked line and the copies line on every sheet, because every sheet is signed."""
    copies = {"copies": str(data.copies), "served": str(data.served), "filed": str(data.copies - data.served)}
    for page in flow.pages:
        page.write(
            words.plain("checked"), flow.left, baseline(flow.bottom + 2, 17, flow.size), flow.size, SANS
        )
        row = atoms(words.say("copies", copies))
        page.line(row, flow.left, baseline(flow.bottom + 19, 17, flow.size), flow.size)
