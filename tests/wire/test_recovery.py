"""Whom a city has named: the statement with the greatest number that is lawful and signed by enough."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.casefile.keepers import new_share
from desktop.wire.recovery import keepers_of
from desktop.wire.roster import Roster
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose, parse_statement

KEYS = [SigningKey.generate() for _ in range(3)]
ROOT = compose({"kind": "keys", "keys": [key.public for key in KEYS], "k": 2, "city": "450900"}, KEYS[:2])
OTHER = compose({"kind": "keys", "keys": [KEYS[2].public], "k": 1, "city": "450800", "by": ROOT.id}, KEYS[:2])
RECIPIENTS = [new_share()[1] for _ in range(8)]


def _named(number: Any = 1, keys: Any = None, k: Any = 1, signers: int = 2, **more: Any) -> Statement:
    value = {"kind": "recovery", "by": ROOT.id, "keys": RECIPIENTS[:2] if keys is None else keys, "k": k}
    return compose({**value, "number": number, **more}, KEYS[:signers])


def _found(*statements: Statement, city: str = "450900") -> str | None:
    everything = [ROOT, OTHER, *statements]
    roster = Roster(ROOT.id, everything, None)
    answers = [keepers_of(roster, some, city) for some in (everything, everything[::-1])]
    assert answers[0] == answers[1]
    return None if answers[0] is None else answers[0].statement


def test_the_greatest_number_counts_then_the_greater_id() -> None:
    one, two, again = _named(1), _named(2), _named(2, k=2)
    assert _found() is None
    assert _found(one) == one.id
    assert _found(two, one) == two.id
    assert _found(two, again, one) == max(two.id, again.id)


def test_another_city_names_its_own() -> None:
    value = {"kind": "recovery", "by": OTHER.id, "keys": RECIPIENTS[:1], "k": 1, "number": 9}
    theirs, ours = compose(value, [KEYS[2]]), _named(1)
    assert _found(theirs, ours) == ours.id
    assert _found(theirs, ours, city="450800") == theirs.id
    assert _found(theirs, city="450900") is None


@pytest.mark.parametrize(
    "bad",
    [
        {"signers": 1},
        {"number": 0},
        {"number": "3"},
        {"number": True},
        {"number": None},
        {"k": 0},
        {"k": 3},
        {"k": "1"},
        {"keys": []},
        {"keys": RECIPIENTS},
        {"keys": [RECIPIENTS[0], RECIPIENTS[0]]},
        {"keys": ["age1x"]},
        {"keys": [RECIPIENTS[0] + "\n"]},
        {"keys": [1]},
        {"keys": "x"},
    ],
)
def test_what_is_not_lawful_is_passed_on_and_names_nobody(bad: dict[str, Any]) -> None:
    made = _named(**{"number": 5, **bad})
    assert parse_statement(made.text()[:-1]) == made
    good = _named(1)
    assert _found(made) is None
    assert _found(made, good) == good.id


def test_further_fields_do_not_harm() -> None:
    made = _named(1, note="later")
    assert _found(made) == made.id
