"""交接单: which files change hands on a stick. Wording: ``resources/forms/handover_sheet.toml``.

Says nothing of what is in the files: names, sizes, digests, and who gave and took them.
"""

from __future__ import annotations

from desktop.forms.chinese import chinese_date
from desktop.forms.data import HandoverFile, HandoverSheet
from desktop.forms.flow import Field, Flow, baseline, number_pages
from desktop.forms.fonts import SANS
from desktop.forms.page import MM, Page
from desktop.forms.qr import draw_qr, qr
from desktop.forms.table import Cell, Table
from desktop.forms.wording import Wording, wording

_QR_SIDE = 34 * MM
_DIGITS = 15.0
_LEADING = 22.0


def digest_groups(digest: str) -> str:
    """The first sixteen digits as they are read out: ``3F9A 02C7 51BE 88D0``."""
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4)).upper()


def handover_sheet_pages(data: HandoverSheet) -> list[Page]:
    """The sheet. The QR code holds the text to check the files against (``code``)."""
    words = wording("handover_sheet")
    names = words.names
    flow = Flow(words.paper)
    flow.title(words.title_zh, 24, 44)
    flow.fields([Field(names["office"], data.office)])
    flow.fields([Field(names["date"], chinese_date(data.date)), Field(names["stick"], data.stick)])
    flow.fields([Field(names["count"], str(len(data.files))), Field(names["bytes"], f"{data.bytes:,}")])
    flow.skip(6)
    flow.paragraph(words.say("what", {}))
    flow.skip(6)
    _digest(flow, words, data)
    headings = [Cell((names[name],)) for name in ("number", "file", "size", "state")]
    table = Table(flow, [10, 112, 26, 20], headings, 9, 12.5, 8)
    table.begin()
    for number, file in enumerate(data.files, 1):
        table.add(_row(number, file, names))
    flow.skip(8)
    for phrase in ("check", "next"):
        flow.paragraph(words.say(phrase, {}))
    flow.keep(4 * flow.leading)
    flow.skip(8)
    for person in ("giver", "taker"):
        flow.fields([Field(names[person], "", 3), Field(names["at"], names["blank_date"], 2)])
        flow.skip(4)
    pages = flow.finish()
    number_pages(pages, words.paper.bottom)
    return pages


def _row(number: int, file: HandoverFile, names: dict[str, str]) -> list[Cell]:
    state = names["whole"] if file.whole else names["damaged"]
    return [Cell((str(number),)), Cell((file.name,), "left"), Cell((f"{file.size:,}",)), Cell((state,))]


def _digest(flow: Flow, words: Wording, data: HandoverSheet) -> None:
    height = _QR_SIDE + 4 * MM
    flow.keep(height)
    top = flow.y
    flow.page.frame(flow.left, top, flow.measure, height, 1.0)
    x = flow.left + 5 * MM
    flow.page.write(words.plain("digest_heading"), x, baseline(top + 4 * MM, 16, 12), 12, SANS)
    shown = digest_groups(data.digest)
    flow.page.write(shown, x, baseline(top + 4 * MM + 20, _LEADING, _DIGITS), _DIGITS, SANS)
    code = qr(data.code)
    if code:
        draw_qr(flow.page, code, flow.right - _QR_SIDE - 3 * MM, top + 2 * MM, _QR_SIDE)
    flow.y = top + height
    flow.skip(8)
