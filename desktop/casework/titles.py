"""What a record is called where one line must tell it from the others. Knows records as views, no screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.casework.fields import choice_label
from desktop.casework.law import measures
from desktop.casework.typed import shown_moment
from desktop.forms.catalogue import FORMS

_LONGEST = 40


def masked(number: str | None) -> str:
    """A personal number with its first six and last four characters: ``450923********0019``."""
    if not number:
        return ""
    if len(number) <= 10:
        return number[:2] + "*" * max(0, len(number) - 2)
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def title_of(kind: str, view: Mapping[str, Any], language: str = "zh") -> str:
    """One line for a record as ``show`` gives it; never empty."""
    parts = [str(part).strip() for part in _PARTS.get(kind, _plain)(view, language) if part]
    text = " · ".join(part for part in parts if part)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…" or view["id"]


def _plain(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view.get("title") or view.get("name") or view.get("number") or view["id"][-8:]]


def _officer(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["name"] or "—", view["position"] or view["branch"], view["credential"]]


def _lead(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["summary"] or "—", shown_moment(view["received_at"])[:10]]


def _case(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["title"] or "—", view["case_no"]]


def _raid(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["title"] or view["place"] or "—", shown_moment(view["started_at"])[:10]]


def _person(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["name"] or "—", masked(view["id_number"] or view["id_number_claimed"])]


def _presence(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["site_number"] or "—"]


def _approval(view: Mapping[str, Any], language: str) -> list[Any]:
    found = measures().item(view["measure"] or 0)
    name = "" if found is None else (found.zh if language == "zh" else found.en)
    return [shown_moment(view["approved_at"]), choice_label(view["form"] or "", language), name]


def _property_list(view: Mapping[str, Any], language: str) -> list[Any]:
    purpose = choice_label(view["purpose"] or "", language)
    return [purpose, view["party"] or view["place"], shown_moment(view["started_at"])[:10]]


def _item(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["line"], view["name"] or "—", view["spec"]]


def _document(view: Mapping[str, Any], language: str) -> list[Any]:
    form = FORMS.get(view["form"] or "")
    name = "" if form is None else (form.title_zh if language == "zh" else form.title_en)
    return [view["number"] or "—", name]


def _of_city(view: Mapping[str, Any], language: str) -> list[Any]:
    return [choice_label(view["nature"] or "", language), view["content"] or "—"]


def _reply(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["content"] or "—"]


def _bulletin(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["title"] or "—", view["number"]]


def _receipt(view: Mapping[str, Any], _: str) -> list[Any]:
    return [view["signatory"] or "—", shown_moment(view["made_at"])]


_PARTS = {
    "officer": _officer,
    "lead": _lead,
    "case": _case,
    "raid": _raid,
    "person": _person,
    "presence": _presence,
    "approval": _approval,
    "property_list": _property_list,
    "item": _item,
    "document": _document,
    "comment": _of_city,
    "directive": _of_city,
    "reply": _reply,
    "bulletin": _bulletin,
    "bulletin_receipt": _receipt,
}
