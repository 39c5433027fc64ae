"""恢复密钥页: the recovery key of a case file on paper. Wording: ``resources/forms/recovery_sheet.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.forms.chinese import chinese_date
from desktop.forms.data import RecoverySheet
from desktop.forms.flow import Field, Flow, baseline, number_pages
from desktop.forms.fonts import SANS
from desktop.forms.page import MM, Page, width_of
from desktop.forms.qr import draw_qr, qr
from desktop.forms.table import Cell, Table
from desktop.forms.text import clean
from desktop.forms.wording import wording

_GROUP = 4
_LONGEST_GROUP = 8
_KEY_SIZE = 17.0
_KEY_LEADING = 27.0
_KEY_GAP = 7.0
_QR_SIDE = 46 * MM


def key_groups(key: str) -> list[str]:
    """The groups to read the key by: its own, where it has hyphens or spaces, else of four characters.

    Hyphens stay, at the end of their groups: what is read from paper is what was given.
    """
    own = re.findall(r"[^-\s]+-*|-+", clean(key))
    if max(map(len, own), default=0) <= _LONGEST_GROUP:
        return own
    return [group[start : start + _GROUP] for group in own for start in range(0, len(group), _GROUP)]


def recovery_sheet_pages(data: RecoverySheet) -> list[Page]:
    """The sheet. The QR code holds the key's text exactly as it is given."""
    words = wording("recovery_sheet")
    names = words.names
    flow = Flow(words.paper)
    flow.title(words.title_zh, 24, 44)
    flow.fields([Field(names["office"], data.office)])
    flow.fields([Field(names["file_id"], data.file_id, 3), Field(names["date"], chinese_date(data.date), 2)])
    flow.skip(8)
    flow.paragraph(words.say("what", {}))
    flow.skip(8)
    _key(flow, words.plain("key_heading"), data.recovery_key)
    for phrase in ("keep_heading", "keep_1", "keep_2", "keep_3", "use_heading", "use_1"):
        if phrase.endswith("heading"):
            flow.skip(4)
            flow.heading(words.plain(phrase))
        else:
            flow.paragraph(words.say(phrase, {}))
    flow.skip(10)
    flow.fields([Field(names["keeper"], "", 1), Field(names["sealed"], names["blank_date"], 1)])
    flow.skip(6)
    headings = [Cell((names[name],)) for name in ("used_date", "used_reason", "used_by", "approved_by")]
    table = Table(flow, [30, 55, 36, 36], headings, 10.5, 15, 9)
    table.begin()
    for _ in range(3):
        table.add([Cell(("",))] * 4)
    pages = flow.finish()
    number_pages(pages, words.paper.bottom)
    return pages


def _key(flow: Flow, heading: str, key: str) -> None:
    groups = key_groups(key)
    code = qr(key)
    text_width = flow.measure - (_QR_SIDE + 8 * MM if code else 0) - 10 * MM
    rows = list(_rows(groups, text_width))
    height = max(len(rows) * _KEY_LEADING, _QR_SIDE if code else 0) + 16 * MM
    flow.keep(height)
    top = flow.y
    flow.page.frame(flow.left, top, flow.measure, height, 1.2)
    flow.page.write(heading, flow.left + 5 * MM, baseline(top + 3 * MM, 16, 12), 12, SANS)
    y = top + 11 * MM + max(0, (height - 16 * MM - len(rows) * _KEY_LEADING) / 2)
    for row in rows:
        x = flow.left + 5 * MM
        for group in row:
            x = flow.page.write(group, x, baseline(y, _KEY_LEADING, _KEY_SIZE), _KEY_SIZE, SANS) + _KEY_GAP
        y += _KEY_LEADING
    if code:
        draw_qr(flow.page, code, flow.right - _QR_SIDE - 6 * MM, top + (height - _QR_SIDE) / 2, _QR_SIDE)
    flow.y = top + height
    flow.skip(6)


def _rows(groups: list[str], width: float) -> Iterator[list[str]]:
    row: list[str] = []
    used = 0.0
    for group in groups:
        wide = width_of(group, _KEY_SIZE, SANS) + _KEY_GAP
        if row and used + wide - _KEY_GAP > width:
            yield row
            row, used = [], 0.0
        row.append(group)
        used += wide
    if row:
        yield row
