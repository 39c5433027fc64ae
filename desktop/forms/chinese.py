"""Dates, times and article numbers as Chinese documents print them. Knows nothing of forms.

Dates follow GB/T 9704-2012: Arabic numerals without leading zeros, 2020年6月7日.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.forms.data import LegalBasis

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?)?)?)?", re.ASCII)
_NUMERALS = "零一二三四五六七八九"


def chinese_date(text: str) -> str:
    """``2020-06-07T09:20`` → 2020年6月7日9时20分, ``2020-06`` → 2020年6月; any other text unchanged."""
    found = _ISO.fullmatch(text.strip())
    if not found:
        return text
    return "".join(
        f"{int(part)}{unit}"
        for part, unit in zip(found.groups(), "年月日时分", strict=True)
        if part is not None
    )


def chinese_span(start: str, end: str) -> str:
    """From … to …, the year and month said once: 2020年6月7日9时20分至7日19时5分."""
    first, second = chinese_date(start), chinese_date(end)
    if not first or not second:
        return ""
    same_month = start[:7] == end[:7] and _ISO.fullmatch(start) and _ISO.fullmatch(end)
    return f"{first}至{second.partition('月')[2] or second if same_month else second}"


def is_before(text: str, day: str) -> bool:
    """Whether the (perhaps partial) date ``text`` lies before the ISO day; False for text that is no date."""
    return bool(_ISO.fullmatch(text)) and text[:10] < day[: len(text[:10])]


def chinese_number(text: str) -> str:
    """``14`` → 十四, up to 999; any other text unchanged."""
    if not re.fullmatch(r"[1-9]\d{0,2}", text, re.ASCII):
        return text
    hundreds, rest = divmod(int(text), 100)
    tens, ones = divmod(rest, 10)
    words = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _NUMERALS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_NUMERALS[ones] if ones else "")


def _part(before: str, text: str, after: str) -> str:
    """One part of a citation; text that already carries its words (第十四条之一) is left alone."""
    return "" if not text else text if text.startswith("第") else f"{before}{chinese_number(text)}{after}"


def citation(basis: LegalBasis, before: LegalBasis | None = None) -> str:
    """《禁止传销条例》第十四条第一款第（五）项, of the parts that are there.

    After ``before``, what both have in common from the left is not said again: 、第（六）项.
    """
    law = basis.law.strip()
    words = [
        law if not law or law.startswith("《") else f"《{law}》",
        _part("第", basis.article.strip(), "条"),
        _part("第", basis.paragraph.strip(), "款"),
        _part("第（", basis.item.strip(), "）项"),
    ]
    earlier = (before.law, before.article, before.paragraph) if before else ()
    same = 0
    for old, new in zip(earlier, (basis.law, basis.article, basis.paragraph), strict=False):
        if old != new or not any(words[same + 1 :]):
            break
        same += 1
    return "".join(words[same:])


def citations(bases: Sequence[LegalBasis]) -> str:
    """All legal bases of a decision in one enumeration."""
    return "、".join(citation(basis, bases[n - 1] if n else None) for n, basis in enumerate(bases))
