"""All acts by name, and their JSON Schemas. Adding an act is adding a line to one of the lists it joins."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.casework.acts.base import Act, ActKind
from desktop.casework.acts.bulletins import BULLETINS
from desktop.casework.acts.faults import problem_words
from desktop.casework.acts.opening import OPENING
from desktop.casework.acts.oversight import OVERSIGHT
from desktop.casework.acts.papers import PAPERS
from desktop.casework.acts.people import PEOPLE
from desktop.casework.acts.property import PROPERTY
from desktop.errors import UserError, session_language

ACTS: dict[str, ActKind] = {
    kind.name: kind for kind in (*OPENING, *PEOPLE, *PROPERTY, *PAPERS, *OVERSIGHT, *BULLETINS)
}


def act_kind(name: str) -> ActKind:
    """The act of this name. Raises ``UserError``."""
    try:
        return ACTS[name]
    except KeyError:
        raise UserError("acts.no_such_act", name=name[:40]) from None


def parse_act(name: str, value_untrusted: Any) -> Act:
    """The typed input of an act from plain values. Raises ``UserError`` naming the field, not its value."""
    kind = act_kind(name)
    try:
        return msgspec.convert(value_untrusted, kind.input)
    except msgspec.ValidationError as error:
        problem = problem_words(error, session_language())
        raise UserError("acts.input", act=name, problem=problem) from None


def schemas() -> dict[str, Any]:
    """Name, titles and JSON Schema of each act."""
    return {
        name: {
            "title_zh": kind.title_zh,
            "title_en": kind.title_en,
            "schema": msgspec.json.schema(kind.input),
        }
        for name, kind in sorted(ACTS.items())
    }
