"""现场笔录 (form 9): pages of an on-site record. Wording: ``resources/forms/site_record.toml``."""

from __future__ import annotations

from desktop.forms.chinese import chinese_span
from desktop.forms.data import Signatory, SiteRecord
from desktop.forms.flow import Field, Flow, number_pages
from desktop.forms.fonts import SANS
from desktop.forms.page import Page
from desktop.forms.text import Span
from desktop.forms.wording import Wording, wording


def site_record_pages(data: SiteRecord | None) -> list[Page]:
    """The pages of an on-site record; None gives the blank version."""
    words = wording("site_record")
    shown = data or SiteRecord()

    def head(flow: Flow) -> None:
        flow.running(f"{words.title_zh}{words.names['continued']}")
        flow.skip(4)

    flow = Flow(words.paper, words.signatures, head=head)
    flow.office(shown.office, 18, 28)
    flow.title("　".join(words.title_zh), 22, 40)
    _facts(flow, words, shown)
    _opening(flow, words, shown)
    if data is None:
        _blank_body(flow, words)
    else:
        _body(flow, words, shown)
    pages = flow.finish()
    number_pages(pages, words.paper.bottom)
    return pages


def _facts(flow: Flow, words: Wording, data: SiteRecord) -> None:
    names, party = words.names, data.party
    time = chinese_span(data.start, data.end) or names["blank_time"]
    flow.fields([Field(names["time"], time)])
    flow.fields([Field(names["place"], data.place)])
    for officer in [*data.officers, *[Signatory()] * (2 - len(data.officers))]:
        flow.fields([Field(names["officer"], officer.name), Field(names["credential"], officer.credential)])
    flow.fields([Field(names["party"], party.name)])
    flow.fields([Field(names["licence_name"], party.licence_name)])
    flow.fields([Field(names["credit_code"], party.credit_code)])
    flow.fields([Field(names["address"], party.address)])
    flow.fields([Field(names["representative"], party.representative)])
    flow.fields([Field(names["id_number"], party.id_number)])
    flow.fields([Field(names["phone"], party.phone), Field(names["other_contact"], party.other_contact)])
    flow.fields([Field(names["contact_address"], party.contact_address)])
    flow.fields([Field(names["party_notified"], data.party_notified)])
    witness = data.witness
    flow.fields([
        Field(names["witness"], witness.name, 3),
        Field(names["witness_id"], witness.id_number, 5),
    ])  # fmt: skip
    flow.fields([Field(names["witness_unit"], witness.unit)])
    flow.skip(6)


def _opening(flow: Flow, words: Wording, data: SiteRecord) -> None:
    flow.paragraph(words.say("opening", {"office": data.office, "subject": data.subject}))
    flow.paragraph(words.say("answer", {"answer": data.credentials_answer}))
    flow.paragraph(words.say("rights", {}))
    flow.paragraph(words.say("answer", {"answer": data.recusal_answer}))


def _section(flow: Flow, words: Wording, phrase: str, text: str) -> None:
    """A heading and its narrative; two ruled lines where there is none."""
    flow.keep(2 * flow.leading)
    flow.paragraph(words.say(phrase, {}), indent=0, face=SANS)
    if text:
        flow.paragraph([Span(text)])
    else:
        flow.ruled(2)


def _body(flow: Flow, words: Wording, data: SiteRecord) -> None:
    _section(flow, words, "findings", data.findings)
    if data.measure_notice:
        _section(flow, words, "measure_notice", data.measure_notice)
    _section(flow, words, "party_statement", data.party_statement)
    if data.refusal_note:
        flow.paragraph(words.say("refusal", {"note": data.refusal_note}), indent=0)
    flow.keep(4 * flow.leading)
    flow.skip(4)
    flow.paragraph(words.say("closing_read" if data.read_out else "closing_checked", {}))
    flow.paragraph(words.say("answer", {"answer": data.closing_answer}))
    flow.paragraph(words.say("end", {}), indent=0, align="centre")


def _blank_body(flow: Flow, words: Wording) -> None:
    """Three pages for hand-writing, as the edition has them."""
    flow.paragraph(words.say("findings", {}), indent=0, face=SANS)
    flow.ruled_to_bottom()
    flow.turn()
    flow.ruled_to_bottom()
    flow.turn()
    closing = 5 * flow.leading
    flow.paragraph(words.say("measure_notice", {}), indent=0, face=SANS)
    flow.ruled(int((flow.room - closing) / flow.leading / 2) - 1)
    flow.paragraph(words.say("party_statement", {}), indent=0, face=SANS)
    flow.ruled_to_bottom(closing)
    flow.paragraph(words.say("refusal", {"note": ""}), indent=0)
    flow.skip(4)
    flow.paragraph(words.say("closing_blank", {}))
    flow.paragraph(words.say("answer", {"answer": ""}))
