"""The printed forms by name: typed data in, PDF bytes out. The doorway of this package; knows no database.

``render`` prints, ``missing`` says which mandatory parts are empty, ``unprintable`` which characters will not
come out as they were typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from desktop.errors import UserError
from desktop.forms.data import (
    HandoverSheet,
    MeasureDecision,
    PeopleRegister,
    PropertyList,
    RecoverySheet,
    SiteRecord,
)
from desktop.forms.fonts import glyph
from desktop.forms.handover_sheet import handover_sheet_pages
from desktop.forms.mandatory import Missing, missing_fields
from desktop.forms.measure_decision import measure_decision_pages
from desktop.forms.page import Page
from desktop.forms.pdf import write_pdf
from desktop.forms.people_register import people_register_pages
from desktop.forms.property_list import property_list_pages
from desktop.forms.recovery_sheet import recovery_sheet_pages
from desktop.forms.site_record import site_record_pages
from desktop.forms.text import removed
from desktop.forms.wording import wording


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form that can be printed: ``number`` in the 2021 edition, ``data`` the type it takes."""

    id: str
    number: int | None
    title_zh: str
    title_en: str
    data: type[msgspec.Struct]
    blank: bool


class Unprintable(msgspec.Struct, frozen=True, kw_only=True):
    """A character that does not come out as typed: 〓 for want of a glyph, or (``removed``) left out."""

    field: str
    code: str
    removed: bool


_PAGES: dict[str, tuple[type[msgspec.Struct], Callable[[Any], list[Page]]]] = {
    "site_record": (SiteRecord, site_record_pages),
    "property_list": (PropertyList, property_list_pages),
    "measure_decision": (MeasureDecision, measure_decision_pages),
    "people_register": (PeopleRegister, people_register_pages),
    "recovery_sheet": (RecoverySheet, recovery_sheet_pages),
    "handover_sheet": (HandoverSheet, handover_sheet_pages),
}


def _form(form_id: str) -> Form:
    words = wording(form_id)
    return Form(
        id=form_id,
        number=words.number,
        title_zh=words.title_zh,
        title_en=words.title_en,
        data=_PAGES[form_id][0],
        blank=words.blank,
    )


FORMS: Mapping[str, Form] = MappingProxyType({form_id: _form(form_id) for form_id in _PAGES})


def _known(form_id: str, data: msgspec.Struct | None) -> Form:
    form = FORMS.get(form_id)
    if form is None:
        raise UserError("forms.unknown_form", form=form_id)
    if data is not None and not isinstance(data, form.data):
        raise UserError("forms.wrong_data", form=form.title_zh)
    return form


def render(form_id: str, data: msgspec.Struct | None) -> bytes:
    """The form as PDF; ``None`` gives the blank version for hand-writing.

    The same data give the same bytes. Raises ``UserError`` for an unknown form, for data of another form, and
    for the blank version of a form that has none.
    """
    form = _known(form_id, data)
    if data is None and not form.blank:
        raise UserError("forms.no_blank", form=form.title_zh)
    pages = _PAGES[form_id][1](data)
    return write_pdf(pages, form.title_zh, practice=bool(getattr(data, "practice", False)))


def missing(form_id: str, data: msgspec.Struct) -> list[Missing]:
    """The empty mandatory fields, in the form's order. Raises ``UserError`` as :func:`render` does."""
    _known(form_id, data)
    return missing_fields(wording(form_id), data)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for number, part in enumerate(value, 1):
            yield from _texts(part, f"{path}[{number}]")
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name), f"{path}.{name}" if path else name)


def unprintable(form_id: str, data: msgspec.Struct) -> list[Unprintable]:
    """The characters that will not come out as typed, once for each field, in the order of the fields.

    Line ends and tabs are not counted. Raises ``UserError`` as :func:`render` does.
    """
    _known(form_id, data)
    found: dict[tuple[str, str], Unprintable] = {}
    for field, text in _texts(data, ""):
        for char in text:
            gone = removed(char) and char not in "\n\r\t\x0b\x0c\x85"
            if gone or (not removed(char) and glyph(char).lost):
                code = f"U+{ord(char):04X}"
                found.setdefault((field, code), Unprintable(field=field, code=code, removed=gone))
    return list(found.values())
