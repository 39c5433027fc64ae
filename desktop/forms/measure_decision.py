"""实施行政强制措施决定书 (form 21): the pages of a decision.

Wording, remedies and the period: ``resources/forms/measure_decision.toml``.
"""

from __future__ import annotations

from desktop.forms.chinese import chinese_date, citations, is_before
from desktop.forms.data import MeasureDecision
from desktop.forms.flow import Field, Flow, baseline, number_pages
from desktop.forms.page import Page, one_line, width_of
from desktop.forms.text import Span, atoms, wrap
from desktop.forms.wording import Remedy, Values, Wording, fill, wording


def remedy_for(words: Wording, date: str) -> Remedy:
    """The remedies in force on the decision's date; without a usable date, the newest.

    For acts after 2024-01-01 reconsideration lies only with the people's government of the same level
    (行政复议法 2023, 第二十四条).
    """
    ordered = sorted(words.remedies, key=lambda remedy: remedy.valid_from)
    return next(
        (remedy for remedy in reversed(ordered) if not is_before(date, remedy.valid_from)), ordered[0]
    )


def measure_decision_pages(data: MeasureDecision | None) -> list[Page]:
    """The pages of a decision; None gives the blank version."""
    words = wording("measure_decision")
    shown = data or MeasureDecision()
    flow = Flow(words.paper)
    flow.office(shown.office, 22, 32)
    flow.title(words.title_zh, 22, 40)
    blank_number = words.say("number", {"prefix": "", "year": "", "serial": ""})
    number = [Span(shown.document_no)] if shown.document_no else blank_number
    flow.lines(wrap(atoms(number), flow.measure / flow.size), align="centre")
    flow.skip(8)
    _party(flow, words, shown)
    _body(flow, words, shown)
    _seal(flow, words, shown)
    pages = flow.finish()
    number_pages(pages, words.paper.bottom - 12)
    return pages


def _party(flow: Flow, words: Wording, data: MeasureDecision) -> None:
    names, party = words.names, data.party
    for name in ("name", "licence_name", "credit_code", "address", "representative", "id_number"):
        flow.fields([Field(names["party" if name == "name" else name], getattr(party, name))])
    flow.fields([Field(names["phone"], party.phone), Field(names["other_contact"], party.other_contact, 1.2)])
    flow.skip(4)


def _values(words: Wording, data: MeasureDecision) -> dict[str, str]:
    names = words.names
    targets = "、".join(names[target] for target in data.targets)
    days = words.numbers["period_days"].value if data.period_days is None else data.period_days
    return {
        "allegation": data.allegation.rstrip("。"),
        "basis": citations(data.bases),
        "targets": targets or names["any_target"],
        "measure": names[data.measure] if data.measure else "",
        "measured": names[data.measure] if data.measure else names["any_measure"],
        "list_no": data.list_no,
        "place": data.place.rstrip("。"),
        "days": str(days),
        "storage": data.storage.rstrip("。"),
    }


def _range(words: Wording, data: MeasureDecision) -> list[Span]:
    if not (data.period_from or data.period_to):
        return []
    return words.say("range", {"from": chinese_date(data.period_from), "to": chinese_date(data.period_to)})


def _body(flow: Flow, words: Wording, data: MeasureDecision) -> None:
    values: Values = {**_values(words, data), "range": _range(words, data)}
    for phrase in ("allegation", "decision", "place", "period", "storage"):
        flow.paragraph(words.say(phrase, values))
    remedy = remedy_for(words, data.date)
    bodies = {"government": data.government, "superior": data.superior_office, "court": data.court}
    flow.paragraph(fill(remedy.zh, {"days": str(remedy.days), "months": str(remedy.months), **bodies}))


def _seal(flow: Flow, words: Wording, data: MeasureDecision) -> None:
    """Contacts, the attachment, the office with the place of its seal and the date; the copies line."""
    names = words.names
    small = 12.0
    flow.keep(8 * flow.leading)
    flow.fields(
        [Field(names["contact"], data.contact, 1), Field(names["contact_phone"], data.contact_phone, 1.2)]
    )
    flow.paragraph(words.say("attachment", {"list_no": data.list_no}), indent=0)
    flow.skip(1.5 * flow.leading)
    date = chinese_date(data.date) or names["blank_date"]
    office = wrap(atoms([Span(data.office)]), (flow.measure - 4 * flow.size) / flow.size)
    wide = max(width_of(date, flow.size), *(line.width * flow.size for line in office))
    middle = flow.right - 4 * flow.size - wide / 2
    for row in (*(line.atoms for line in office), one_line(names["seal_mark"]), one_line(date)):
        flow.page.centre(row, middle, middle, baseline(flow.y, flow.leading, flow.size), flow.size)
        flow.y += flow.leading
    copies = {
        "copies": str(data.copies),
        "served": str(data.served),
        "filed": str(data.copies - data.served),
        "note": "",
    }
    flow.y = max(flow.y, flow.bottom - flow.leading)
    flow.paragraph(words.say("copies", copies), indent=0, size=small, leading=flow.leading)
