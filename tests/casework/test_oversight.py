"""The city comments and directs with its own rows in the county's group; the county answers with its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from desktop.casework.directives import addressees, standing
from desktop.casework.findings import findings
from desktop.casework.listing import Query, first_page, told
from desktop.casework.search import find
from desktop.casework.search_index import catch_up_after_writing
from desktop.casework.working_days import is_working, working_days_after
from desktop.changes.outline import dump
from desktop.changes.recorder import Recorder
from desktop.changes.rights import CITY_ONLY
from desktop.errors import UserError
from desktop.wire.ids import new_row_id
from tests.ui.desks import CITY, COUNTY, act, desks, enrol, lead, read, write

GROUP = f"office:{COUNTY}"


class Two(NamedTuple):
    """A city, a county of it, and the folder that travels between them."""

    city: Any
    county: Any
    base: Path

    def to_city(self) -> list[Any]:
        """The county writes, the city reads."""
        return self._carry(self.county, self.city)

    def to_county(self) -> list[Any]:
        """The city writes, the county reads."""
        return self._carry(self.city, self.county)

    def _carry(self, one: Any, other: Any) -> list[Any]:
        folder = self.base / f"stick{len(list(self.base.iterdir()))}"
        folder.mkdir()
        write(one, folder)
        return read(other, folder)

    def dumps(self) -> list[list[str]]:
        """What both say of the county's group."""
        found = []
        for desk in (self.city, self.county):
            with desk.casefile.reader.connect() as conn:
                found.append(list(dump(conn, GROUP)))
        return found


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)
        yield Two(city, county, tmp_path)


def states(desk: Any) -> list[tuple[str, bool]]:
    """State of each open directive, and whether this desk issued it."""
    with desk.casefile.reader.connect() as conn:
        return [(one.state, one.own) for one in standing(conn)]


def refused(desk: Any, name: str, **values: Any) -> str:
    """The code with which an act is refused."""
    with pytest.raises(UserError) as caught:
        act(desk, name, **values)
    return caught.value.code


def test_a_directive_goes_out_is_answered_sent_back_answered_and_closed(two: Two) -> None:
    found = lead(two.county, "集中听课")
    two.to_city()
    made = act(
        two.city, "directive.issue", nature="supervise", content="核查并反馈", subject_kind="lead",
        subject=found, due="2099-01-05", signatory="练习局长",
    )  # fmt: skip
    act(
        two.city,
        "comment.write",
        subject_kind="lead",
        subject=found,
        nature="instruction",
        content="从速办理",
    )
    directive = made["directive"]
    two.to_county()
    assert states(two.county) == [("directive_open", False)]
    assert states(two.city) == [("directive_open", True)]
    act(two.county, "directive.answer", directive=directive, content="正在核查")
    assert states(two.county) == [("directive_interim", False)]
    reply = act(two.county, "directive.answer", directive=directive, content="已核查完毕", final=True)[
        "reply"
    ]
    two.to_city()
    assert states(two.city) == [("directive_answered", True)]
    act(two.city, "directive.return", reply=reply, content="缺少笔录")
    assert states(two.city) == [("directive_interim", True)]
    two.to_county()
    assert states(two.county) == [("directive_interim", False)]
    act(two.county, "directive.answer", directive=directive, content="已补笔录", final=True)
    two.to_city()
    act(two.city, "directive.close", directive=directive, closing="属实，同意办结")
    two.to_county()
    assert states(two.city) == states(two.county) == []
    assert (
        refused(two.county, "directive.answer", directive=directive, content="再报")
        == "acts.directive_closed"
    )
    assert (
        refused(two.city, "directive.close", directive=directive, closing="再办结") == "acts.directive_closed"
    )
    one, other = two.dumps()
    assert one == other
    with two.county.casefile.reader.connect() as conn:
        (line,) = told(Query("directives"), first_page(conn, Query("directives")), "zh")
    assert "已办结" in str(line)
    assert "集中听课" in str(line)


def test_a_county_can_neither_comment_nor_direct_nor_close(two: Two) -> None:
    found = lead(two.county, "集中听课")
    two.to_city()
    directive = act(
        two.city, "directive.issue", nature="assign", content="报送", subject_kind="lead", subject=found
    )["directive"]
    two.to_county()
    about = {"subject_kind": "lead", "subject": found}
    assert (
        refused(two.county, "comment.write", nature="opinion", content="甲", **about) == "changes.city_only"
    )
    assert (
        refused(two.county, "directive.issue", nature="assign", content="甲", **about) == "changes.city_only"
    )
    assert refused(two.county, "directive.close", directive=directive, closing="甲") == "changes.city_only"
    correction = {"kind": "directive", "id": directive, "fields": {"due": "2099-01-01"}}
    assert refused(two.county, "record.correct", **correction) == "changes.not_own_row"
    assert refused(two.city, "directive.answer", directive=directive, content="甲") == "acts.own_directive"


@pytest.mark.tampers
def test_a_county_that_forges_a_directive_is_put_in_quarantine(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.changes.recorder.is_city", lambda office: True)
    row = new_row_id(GROUP, "directive.cr", COUNTY)
    with two.county.casefile.engine.begin() as conn:
        recorder = Recorder(two.county.journal(conn), "")
        recorder.create("directive", {"content": "伪造"}, row=row)
        recorder.close("directive.issue")
        recorder.finish()
    (bundle,) = two.to_city()
    assert bundle.quarantined == 1
    assert two.city.show("directive") == []
    with two.city.casefile.reader.connect() as conn:
        verdicts = conn.exec_driver_sql("SELECT DISTINCT verdict FROM entry").scalars().all()
    assert CITY_ONLY in verdicts


def test_a_directive_without_a_record_names_an_office_below_the_city(two: Two) -> None:
    with two.city.casefile.reader.connect() as conn:
        assert [code for code, _ in addressees(conn, "zh")] == [COUNTY]
    with two.county.casefile.reader.connect() as conn:
        assert addressees(conn, "zh") == []
    base = {"nature": "assign", "content": "报送上半年情况"}
    assert refused(two.city, "directive.issue", **base) == "acts.missing"
    for office in ("", "451000", "450900", "不是", "451023"):
        assert refused(two.city, "directive.issue", office=office, **base) == "acts.no_such_office", office
    act(two.city, "directive.issue", office=COUNTY, **base)
    two.to_county()
    assert states(two.county) == [("directive_open", False)]


def test_nobody_is_directed_about_a_record_of_the_city_itself(two: Two) -> None:
    own = lead(two.city, "本级")
    about = {"subject_kind": "lead", "subject": own}
    assert (
        refused(two.city, "directive.issue", nature="assign", content="甲", **about)
        == "acts.nobody_to_direct"
    )
    act(two.city, "comment.write", nature="opinion", content="本级意见", **about)
    assert [one["group"] for one in two.city.show("comment")] == [f"office:{CITY}"]


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"due": "2026-10-12"}, "2026-10-12"),
        ({"working_days": 1}, "2026-10-08"),
        ({"working_days": 3}, "2026-10-10"),
        ({"urgency": "extra_urgent"}, "2026-10-08"),
        ({"urgency": "urgent"}, "2026-10-13"),
    ],
)
def test_the_day_is_named_or_counted_over_holidays_and_days_worked_instead(
    two: Two, values: dict[str, Any], due: str
) -> None:
    made = act(
        two.city, "directive.issue", nature="assign", content="甲", office=COUNTY,
        issued_at="2026-09-30T17:00+08:00", **values,
    )  # fmt: skip
    assert made["due"] == due


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"due": "2026-09-29"}, "acts.due_before_issued"),
        ({"due": "10月1日"}, "acts.day"),
        ({"working_days": 0}, "acts.working_days"),
        ({"working_days": 10**9}, "acts.working_days"),
        ({"content": " "}, "acts.missing"),
    ],
)
def test_a_term_that_is_none_is_refused(two: Two, values: dict[str, Any], code: str) -> None:
    base = {"nature": "assign", "content": "甲", "office": COUNTY, "issued_at": "2026-09-30T17:00+08:00"}
    assert refused(two.city, "directive.issue", **{**base, **values}) == code
    assert two.city.show("directive") == []


def test_working_days_of_a_year_without_a_notice_are_told_as_guessed() -> None:
    assert is_working(date(2026, 10, 10))
    assert not is_working(date(2026, 10, 7))
    assert working_days_after(date(2026, 12, 31), 1) == (date(2027, 1, 1), False)
    assert working_days_after(date(2026, 9, 30), 1) == (date(2026, 10, 8), True)
    for count in (0, -1, 10**6):
        with pytest.raises(ValueError, match="no term"):
            working_days_after(date(2026, 1, 1), count)


def test_what_is_late_or_due_soon_is_found_on_both_sides_until_it_is_answered(two: Two) -> None:
    made = act(
        two.city, "directive.issue", nature="assign", content="甲", office=COUNTY, due="2026-10-12",
        issued_at="2026-09-30T17:00+08:00",
    )  # fmt: skip
    two.to_county()

    def codes(desk: Any, day: str) -> list[str]:
        with desk.casefile.reader.connect() as conn:
            found = findings(conn, datetime.fromisoformat(f"{day}T12:00+08:00"))
        return [one.code for one in found if one.kind == "directive"]

    for desk in (two.city, two.county):
        assert codes(desk, "2026-10-01") == []
        assert codes(desk, "2026-10-12") == ["findings.directive_due"]
        assert codes(desk, "2026-10-13") == ["findings.directive_overdue"]
    act(two.county, "directive.answer", directive=made["directive"], content="办结", final=True)
    assert codes(two.county, "2026-10-13") == []


def test_what_another_program_wrote_as_a_day_stops_nobody(two: Two) -> None:
    row = act(two.city, "directive.issue", nature="assign", content="甲", office=COUNTY)["directive"]
    act(two.city, "record.correct", kind="directive", id=row, fields={"due": "now", "nature": "<b>"})
    with two.city.casefile.reader.connect() as conn:
        (found,) = standing(conn)
        assert (found.left, found.nature) == (None, "<b>")
        assert [one.code for one in findings(conn) if one.kind == "directive"] == []


def test_comments_directives_and_replies_are_found_by_their_words(two: Two) -> None:
    made = act(two.city, "directive.issue", nature="assign", content="东望集团专案核查", office=COUNTY)
    two.to_county()
    act(two.county, "directive.answer", directive=made["directive"], content="已走访百业中心")
    catch_up_after_writing(two.county.casefile.engine)
    with two.county.casefile.reader.connect() as conn:
        assert [hit.kind for hit in find(conn, "专案核查")] == ["directive"]
        assert [hit.kind for hit in find(conn, "走访")] == ["reply"]
