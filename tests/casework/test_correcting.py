"""Records are corrected field by field; what is only ever appended is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.errors import UserError
from tests.desks import new_desk

LEAD = {"source": "网格员摸排", "received_at": "2020-06-07T06:30+08:00", "summary": "有人集中听课"}


def _do(desk: Desk, act: str, **value: object) -> dict[str, object]:
    (outcome,) = desk.do([(act, parse_act(act, value))])
    return outcome.ids


def test_a_lead_is_corrected_over_what_was_seen(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        lead = str(_do(desk, "lead.open", **LEAD)["lead"])
        (before,) = desk.show("lead", lead)
        _do(
            desk,
            "record.correct",
            kind="lead",
            id=lead,
            fields={"place": "百业中心", "source": None},
            seen=before["seen"],
        )
        (after,) = desk.show("lead", lead)
        assert (after["place"], after["source"], after["summary"]) == ("百业中心", None, LEAD["summary"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "acts.unknown_field"),
        ({"place": 7}, "acts.value"),
        ({"summary": LEAD["summary"]}, "acts.nothing_to_change"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    with new_desk(tmp_path) as desk:
        lead = str(_do(desk, "lead.open", **LEAD)["lead"])
        before = json.dumps(desk.show("lead"), ensure_ascii=False)
        with pytest.raises(UserError) as refused:
            _do(desk, "record.correct", kind="lead", id=lead, fields=change)
        assert refused.value.code == code
        assert json.dumps(desk.show("lead"), ensure_ascii=False) == before


def test_a_movement_is_never_corrected(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk, pytest.raises(UserError) as refused:
        _do(desk, "record.correct", kind="movement", id="x", fields={"place": "别处"})
    assert refused.value.code == "acts.append_only"
