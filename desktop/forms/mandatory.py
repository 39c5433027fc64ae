"""Which mandatory parts of a form are empty.

The lists, with their sources, stand in ``resources/forms/*.toml``. Knows no layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from desktop.forms.text import clean
from desktop.forms.wording import Wording

_STEP = re.compile(r"([a-z_]+)(?:\[(\d*)\])?")


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A mandatory field that is empty. ``field`` is its path, rows counted from 1: ``items[3].unit``."""

    field: str
    label_zh: str
    label_en: str


def _is_empty(value: object) -> bool:
    return value is None or value == () or (isinstance(value, str) and not clean(value).strip())


def _places(value: object, path: str, done: str = "") -> Iterator[tuple[str, object, int]]:
    """Where a path leads: its exact path, what stands there, and the row it went through (0 for none)."""
    step, _, rest = path.partition(".")
    found = _STEP.fullmatch(step)
    assert found is not None, path
    name, row = found.groups()
    inside = getattr(value, name)
    if row is None:
        if rest:
            yield from _places(inside, rest, f"{done}{name}.")
        else:
            yield f"{done}{name}", inside, 0
        return
    rows = range(1, len(inside) + 1) if row == "" else [int(row)]
    for number in rows:
        one = inside[number - 1] if number <= len(inside) else None
        for place, leaf, _ in (
            _places(one, rest, f"{done}{name}[{number}].")
            if one is not None
            else [(f"{done}{name}[{number}].{rest}", None, number)]
        ):
            yield place, leaf, number if row == "" else 0


def missing_fields(words: Wording, data: object) -> list[Missing]:
    """The empty mandatory fields of ``data`` in the order of the form's file."""
    found = []
    for rule in words.mandatory:
        if rule.when and all(_is_empty(value) for _, value, _ in _places(data, rule.when)):
            continue
        for place, value, row in _places(data, rule.field):
            if _is_empty(value):
                found.append(
                    Missing(
                        field=place,
                        label_zh=f"第{row}项：{rule.zh}" if row else rule.zh,
                        label_en=f"No. {row}: {rule.en}" if row else rule.en,
                    )
                )
    return found
