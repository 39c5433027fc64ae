"""Days and times as people type them."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop.casework.ledgers.cells import BEIJING
from desktop.casework.typed import shown_moment, typed_day, typed_moment

NOW = datetime(2020, 6, 7, 12, 0, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0315", "2020-03-15"),
        ("20260315", "2026-03-15"),
        ("+7", "2020-06-14"),
        ("-1", "2020-06-06"),
        ("t", "2020-06-07"),
        ("今天", "2020-06-07"),
        ("２０２００６０７", "2020-06-07"),
        ("2019-05", "2019-05"),
        ("x", None),
        ("0230", None),
    ],
)
def test_a_day_is_read_as_typed(text: str, day: str | None) -> None:
    assert typed_day(text, NOW.date()) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2330", "2020-06-07T23:30+08:00"),
        ("9:20", "2020-06-07T09:20+08:00"),
        ("t 0800", "2020-06-07T08:00+08:00"),
        ("昨天 23:10", "2020-06-06T23:10+08:00"),
        ("0606 2030", "2020-06-06T20:30+08:00"),
        ("2020-06-06 20:30", "2020-06-06T20:30+08:00"),
        ("2020-06-07T09:20+08:00", "2020-06-07T09:20+08:00"),
        ("n", "2020-06-07T12:00+08:00"),
        ("2560", None),
        ("abc", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_typed(text: str, moment: str | None) -> None:
    assert typed_moment(text, NOW) == moment


def test_a_time_is_shown_in_beijing_whatever_its_offset() -> None:
    assert shown_moment("2020-06-07T01:20+00:00") == "2020-06-07 09:20"
    assert shown_moment("about noon") == "about noon"
    assert shown_moment(None) == ""
