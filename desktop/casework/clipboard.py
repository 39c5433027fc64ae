"""The table that Excel or WPS puts on the clipboard: tab separated, cells with line breaks in quotes.

Forgiving where a CSV reader is strict: a quote that closes nothing is a quote. Knows no ledger.
"""

from __future__ import annotations

import re

from desktop.casework.ledgers.limits import check_cell, check_extent

_END = re.compile(r"[\t\n]")


def pasted_cells(text_untrusted: str) -> list[list[str]]:
    """The rows of cells, without blank lines at the end. Raises ``UserError`` beyond a ledger's limits."""
    text = text_untrusted.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n\0")
    rows: list[list[str]] = [[]] if text else []
    at = 0
    while at <= len(text) and rows:
        cell, at = _cell(text, at)
        rows[-1].append(cell)
        check_cell(cell, len(rows))
        check_extent(len(rows), len(rows[-1]))
        if text[at : at + 1] == "\n":
            rows.append([])
        at += 1
    return rows


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins here and where it ends: at a tab, a line end or the end of the text."""
    if text.startswith('"', at):
        end = at + 1
        while (end := text.find('"', end)) >= 0:
            if text.startswith('""', end):
                end += 2
            elif end + 1 == len(text) or text[end + 1] in "\t\n":
                return text[at + 1 : end].replace('""', '"'), end + 1
            else:
                break
    found = _END.search(text, at)
    end = len(text) if found is None else found.start()
    return text[at:end], end
