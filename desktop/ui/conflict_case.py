"""What the panel of disagreements shows: one of them, several equal ones as one, or an earlier decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QCoreApplication

from desktop.casework.conflict_rules import RULES, ruled
from desktop.casework.conflict_words import Choice, Described
from desktop.casework.conflicts import WITHDRAWN
from desktop.casework.decisions import Past
from desktop.casework.settling import Decision, needs_reason
from desktop.ui.correct_form import correctable


class Case(NamedTuple):
    """Record, field, what can be chosen; the disagreements it stands for, or the decision to take again.

    With ``device`` (this PC) the choices are rules.
    """

    kind: str
    row: str
    field: str
    title: str
    label: str
    choices: Sequence[Choice]
    personal: bool
    blocked: str
    conflicts: Sequence[Described] = ()
    again: str = ""
    device: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether another value than those shown can be typed."""
        return not self.device and self.field in {field.word for field in correctable(self.kind)}

    @property
    def is_reasoned(self) -> bool:
        """Whether a reason must be given: always for a rule."""
        return bool(self.device) or needs_reason(self.kind, self.field)

    def orders(self, value: Any) -> list[Decision]:
        """The decisions for a chosen value, or a chosen rule."""
        if self.device:
            return ruled(self.conflicts, value, self.device).decisions
        if self.again:
            return [Decision(self.again, value, again=True)]
        return [Decision(one.conflict.id, value, one.conflict.seen) for one in self.conflicts]


def case_of(found: Sequence[Described]) -> Case:
    """One disagreement, or several equal ones."""
    one = found[0]
    title = one.title
    if len(found) > 1:
        many = QCoreApplication.translate("conflicts", "{} and {} more alike")
        title = many.format(one.title, len(found) - 1)
    conflict = one.conflict
    return Case(
        conflict.kind,
        conflict.row,
        conflict.field,
        title,
        one.label,
        one.choices,
        one.personal,
        one.blocked,
        found,
    )


def case_of_rules(found: Sequence[Described], device: str) -> Case:
    """Different minor disagreements, with the rules that may decide them and how many each decides."""
    translate = QCoreApplication.translate
    names = {
        "later": translate("conflicts", "Always the later"),
        "ours": translate("conflicts", "Always what was written on this PC"),
        "theirs": translate("conflicts", "Always what was written on another PC"),
    }
    told = translate("conflicts", "{}: decides {}, leaves {}")
    choices = []
    for rule in RULES:
        decided = ruled(found, rule, device)
        words = told.format(names[rule], len(decided.decisions), decided.left)
        choices.append(Choice(rule, words, words, []))
    one = found[0].conflict
    title = translate("conflicts", "{} minor disagreements").format(len(found))
    label = translate("conflicts", "Fields that no paper and no time limit rests on")
    return Case(one.kind, one.row, one.field, title, label, choices, False, "", found, device=device)


def case_of_past(past: Past) -> Case:
    """A decision that can be taken again with another value."""
    told = QCoreApplication.translate("conflicts", "decided so")
    decided = msgspec.structs.replace(past.writer, words=told)
    chosen = [msgspec.structs.replace(past.chosen, writers=[decided])] if past.chosen else []
    field = "" if past.field == WITHDRAWN else past.field
    return Case(
        past.kind,
        past.row,
        past.field,
        past.title,
        past.label,
        [*chosen, *past.others],
        past.personal,
        past.blocked,
        again=f"{past.kind}:{past.row}:{field}",
    )
