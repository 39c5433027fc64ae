"""Many minor disagreements decided by one rule: always the later, always this PC's, always the other's.

Only fields that no paper and no clock of the law rests on; what a rule says nothing certain about is left.
Reads only what was shown; the decisions themselves are written elsewhere. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from desktop.casework.conflict_words import Choice, Described
from desktop.casework.conflicts import Version
from desktop.casework.settling import Decision, needs_reason
from desktop.wire.canonical import encode

Rule = Literal["later", "ours", "theirs"]
LONG = 40
"""Texts longer than this are compared side by side."""

RULES: tuple[Rule, ...] = ("later", "ours", "theirs")


class Ruled(NamedTuple):
    """What a rule decides, and how many it leaves."""

    decisions: list[Decision]
    left: int


def may_be_ruled(found: Sequence[Described]) -> bool:
    """Whether a rule may decide all of these: minor fields of this office's own records, no long texts."""
    return bool(found) and all(
        not one.blocked
        and not needs_reason(one.conflict.kind, one.conflict.field)
        and not is_narrative(one.choices)
        for one in found
    )


def is_narrative(choices: Sequence[Choice]) -> bool:
    """Whether these values are long texts: compared side by side, and merged by a person."""
    texts = [choice.value for choice in choices if isinstance(choice.value, str)]
    return len(texts) >= 2 and len(texts) == len(choices) and any(len(text) > LONG for text in texts)


def ruled(found: Sequence[Described], rule: Rule, device: str) -> Ruled:
    """The decisions of a rule; ``device`` is this PC. Each names what was shown."""
    decisions = []
    for one in found:
        version = _chosen(one.conflict.values, rule, device)
        if version is not None:
            decisions.append(Decision(one.conflict.id, version.value, one.conflict.seen))
    return Ruled(decisions, len(found) - len(decisions))


def _chosen(versions: Sequence[Version], rule: Rule, device: str) -> Version | None:
    """The write that a rule means; ``None`` when it means none, or several that differ.

    What a clock says that its PC declared wrong is later than nothing.
    """
    if rule == "later":
        return max(versions, key=lambda one: (not one.clock_off, one.at, one.dot), default=None)
    some = [one for one in versions if (one.device == device) == (rule == "ours")]
    return some[0] if some and len({encode(one.value) for one in some}) == 1 else None
