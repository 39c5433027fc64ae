"""What a person should look at in the records: found, named by stable ids, worded, and nothing more."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from desktop.casework.checks.records import legal_fields, target_of
from desktop.casework.findings import Finding, findings, void_numbers
from desktop.changes.pen import new_incarnation
from desktop.models.base import RowId
from desktop.models.schema import by_kind
from desktop.wire.ids import new_row_id, row_bytes
from tests.changes.worlds import GROUP, PC, City

STARTED = "2020-06-07T10:00+08:00"
BEFORE, AFTER = (datetime.fromisoformat(f"2020-06-08T{at}+08:00") for at in ("10:00", "10:01"))
NOWHERE = new_row_id(GROUP, "person.ar", "450923")


class Records:
    """Rows written straight into the log of one PC."""

    def __init__(self, office: str = "450923") -> None:
        self.pc = PC(office)

    @property
    def conn(self) -> Connection:
        """The connection."""
        return self.pc.conn

    def add(self, kind: str, /, **values: Any) -> str:
        """A new row."""
        act = self.pc.act()
        row = act.create(kind, values)
        act.close("test")
        act.finish()
        return row

    def withdraw(self, kind: str, row: str) -> None:
        """Withdraws a row."""
        act = self.pc.act()
        act.withdraw(kind, row, "登记有误")
        act.close("test")
        act.finish()

    def found(self, now: datetime = AFTER) -> list[Finding]:
        """The findings."""
        return findings(self.conn, now)

    def codes(self, now: datetime = AFTER) -> list[str]:
        """Their codes, without the area."""
        return sorted(one.code.partition(".")[2] for one in self.found(now))

    def officers(self) -> list[str]:
        """Two officers with credentials."""
        return [self.add("officer", name=f"陈{n}", credential=f"4509230100{n}") for n in (1, 2)]

    def property_list(self, **change: Any) -> str:
        """A list that the law is satisfied with, unless changed."""
        values = {"measure": 5, "started_at": STARTED, "officers": self.officers(), **change}
        if "approval" not in change:
            values["approval"] = self.add("approval", measure=5, form="written", approved_at=STARTED)
        return self.add("property_list", **values)


@pytest.fixture
def records() -> Records:
    return Records()


def test_records_that_are_in_order_give_no_finding(records: Records) -> None:
    listed = records.property_list()
    for line in (1, 2):
        item = records.add("item", list=listed, line=line, name="手机")
        records.add("movement", item=item, kind="store")
    person = records.add("person", name="甲", id_number="1")
    records.add("person", name="乙", id_number="2")
    records.add("presence", person=person)
    records.add("attachment", subject=listed, subject_kind="property_list")
    assert records.found() == []


# links


def test_every_link_has_a_target_or_says_it_itself() -> None:
    for kind, shared in by_kind().items():
        for word, column in shared.columns.items():
            if isinstance(column.type, RowId):
                assert target_of(kind, word) in by_kind() or word == "subject", (kind, word)


def test_a_link_to_nowhere_is_found_in_every_link_there_is(records: Records) -> None:
    wanted = set()
    for kind, shared in by_kind().items():
        for word, column in shared.columns.items() if ".c" not in shared.wire else ():
            target = target_of(kind, word)
            if word == "subject":
                row = records.add(kind, subject=NOWHERE, subject_kind="raid")
            elif isinstance(column.type, RowId):
                row = records.add(kind, **{word: NOWHERE})
            elif target is not None:
                row = records.add(kind, **{word: [NOWHERE]})
            else:
                continue
            wanted.add(f"dangling:{kind}:{row}:{word}")
    found = {one.id for one in records.found() if one.code == "findings.dangling"}
    assert found == wanted
    assert {one.weight for one in records.found() if one.code == "findings.dangling"} == {"hint"}


def test_a_link_is_no_finding_once_its_end_arrives_or_its_start_is_withdrawn(records: Records) -> None:
    elsewhere = new_row_id(GROUP, "raid.ar", "450923")
    presence = records.add("presence", raid=elsewhere, person=NOWHERE)
    assert records.codes() == ["dangling", "dangling"]
    act = records.pc.act()
    act.create("raid", {"title": "练习"}, row=elsewhere)
    act.close("raid.record")
    act.finish()
    assert [one.field for one in records.found()] == ["person"]
    records.withdraw("presence", presence)
    assert records.found() == []


def test_whatever_stands_in_a_list_of_officers_harms_nothing(records: Records) -> None:
    officers = records.officers()
    for odd in ({"a": 1}, [1, None, ["x"]], [*officers, 7]):
        records.property_list(officers=odd)
    codes = records.codes()
    assert codes.count("too_few_officers") == 2
    assert "dangling" not in codes


# doubles


def test_people_with_one_identity_number_are_hinted_at_and_never_merged(records: Records) -> None:
    same = [records.add("person", name=name, id_number="450923199001010012") for name in "甲乙丙"]
    records.add("person", name="丁", id_number="")
    records.add("person", name="戊")
    found = records.found()
    assert [(one.record, one.weight, one.code) for one in found] == [
        (row, "hint", "findings.same_identity") for row in sorted(same)
    ]
    assert set(found[0].others) == set(same) - {found[0].record}
    assert "450923199001010012" not in repr(found)
    records.withdraw("person", same[0])
    records.withdraw("person", same[1])
    assert records.found() == []


def test_lines_of_one_list_with_one_number_are_found(records: Records) -> None:
    one, other = records.property_list(), records.property_list()
    doubled = [records.add("item", list=one, line=3, name=name) for name in ("手机", "账本")]
    records.add("item", list=other, line=3, name="现金")
    assert [one.record for one in records.found()] == sorted(doubled)
    assert records.codes() == ["same_line", "same_line"]


def test_a_finding_keeps_its_id_when_another_double_arrives(records: Records) -> None:
    for _ in range(2):
        records.add("person", id_number="1")
    before = {one.id for one in records.found()}
    records.add("person", id_number="1")
    assert before < {one.id for one in records.found()}


# disagreements


def _disagree(records: Records, field: str) -> str:
    row = records.add("person", name="甲", note="a")
    (before,) = ({dot.hex()[:12] for dot in records.pc.journal.store.state(row)[0].values(field)},)  # type: ignore[index]
    for value in ("一", "二"):
        act = records.pc.act()
        act.change("person", row, {field: value}, seen=".".join(before))
        act.close("person.correct")
        act.finish()
    return row


def test_a_disputed_field_of_law_is_found_and_a_note_is_not(records: Records) -> None:
    _disagree(records, "note")
    row = _disagree(records, "name")
    assert [(one.record, one.field, one.code) for one in records.found()] == [
        (row, "name", "findings.disputed")
    ]


def test_a_disputed_withdrawal_is_found(records: Records) -> None:
    row = records.add("person", name="甲")
    act = records.pc.act()
    act.withdraw("person", row, "重复登记", seen="0")
    act.close("record.withdraw")
    act.finish()
    assert [(one.record, one.field) for one in records.found()] == [(row, "withdrawn")]


def test_the_fields_of_law_are_fields_there_are() -> None:
    for kind, words in legal_fields().items():
        assert words <= set(by_kind()[kind].columns), kind


# measures


def test_a_list_needs_an_approval_that_stands_and_came_before(records: Records) -> None:
    records.property_list(approval=None)
    assert records.codes() == ["no_approval"]
    late = records.add("approval", measure=5, approved_at="2020-06-07T10:01+08:00")
    records.property_list(approval=late)
    assert records.codes() == ["approved_afterwards", "no_approval"]
    records.withdraw("approval", late)
    assert records.codes() == ["no_approval", "no_approval"]
    assert {one.weight for one in records.found()} == {"red"}


def test_the_clock_of_an_exception_runs_24_hours_and_turns_red(records: Records) -> None:
    exception = records.add("approval", measure=5, on_the_spot=True, approved_at=STARTED)
    assert records.found() == []
    listed = records.property_list(approval=exception)
    (due,) = records.found(BEFORE)
    assert (due.code, due.weight, due.record) == ("findings.make_up_due", "amber", exception)
    assert due.where == {"due": "2020-06-08T10:00+08:00"}
    (over,) = records.found(AFTER)
    assert (over.code, over.weight) == ("findings.make_up_overdue", "red")
    made_up = records.add("approval", measure=5, makes_up=exception, approved_at="2020-06-07T18:00+08:00")
    assert records.found(AFTER) == []
    records.withdraw("approval", made_up)
    records.add("approval", measure=5, makes_up=exception, approved_at="2020-06-09T18:00+08:00")
    assert [(one.code, one.weight) for one in records.found(BEFORE)] == [("findings.made_up_late", "red")]
    records.withdraw("property_list", listed)
    assert records.found(AFTER) == []


def test_a_time_that_is_none_is_no_reason_to_fail(records: Records) -> None:
    for odd in ("", "yesterday", "2020-06-07", None):
        exception = records.add("approval", measure=5, on_the_spot=True, approved_at=odd)
        records.property_list(approval=exception, started_at=odd)
    assert records.codes() == ["make_up_overdue"] * 4
    assert {one.where["due"] for one in records.found()} == {"—"}


def test_two_officers_need_credentials_and_one_not_arrived_is_not_held_against_the_list(
    records: Records,
) -> None:
    first, _ = records.officers()
    without = records.add("officer", name="无证")
    records.property_list(officers=[first, without])
    records.property_list(officers=[first, first])
    records.property_list(officers=None)
    records.property_list(officers=[first, NOWHERE])
    assert records.codes() == ["dangling", *["too_few_officers"] * 3]


# numbers


def _lease(
    records: Records, first: int, last: int, *, series: str = "强制", year: int = 2020, **more: Any
) -> str:
    pen = records.pc.journal.pen()
    values = {"device": pen.device, "incarnation": pen.incarnation, **more}
    return records.add("number_lease", series=series, year=year, first=first, last=last, **values)


def _issue(records: Records, number: str) -> str:
    return records.add("document", form="measure_decision", number=number)


def test_numbers_of_a_lease_are_in_order(records: Records) -> None:
    _lease(records, 1, 10)
    _lease(records, 1, 10, series="延强制")
    _issue(records, "博市监强制〔2020〕1号")
    _issue(records, "博市监延强制〔2020〕10号")
    assert records.found() == []


@pytest.mark.parametrize(
    "number",
    [
        "博市监强制〔2020〕11号",
        "博市监强制〔2021〕1号",
        "博市监清单〔2020〕1号",
        "1",
        "强制[2020]1号",
        "〔2020〕1号",
    ],
)
def test_a_number_outside_every_lease_is_found(records: Records, number: str) -> None:
    _lease(records, 1, 10)
    document = _issue(records, number)
    assert [(one.code, one.record) for one in records.found()] == [
        ("findings.number_outside_lease", document)
    ]


def test_a_lease_of_another_pc_or_of_the_incarnation_before_covers_nothing(records: Records) -> None:
    _lease(records, 1, 10, device="0" * 32, incarnation=None)
    _issue(records, "强制〔2020〕1号")
    _lease(records, 11, 20)
    new_incarnation(records.conn)
    _issue(records, "强制〔2020〕11号")
    assert records.codes() == ["number_outside_lease", "number_outside_lease"]
    _lease(records, 21, 30, incarnation=None)
    _issue(records, "强制〔2020〕21号")
    assert records.codes() == ["number_outside_lease", "number_outside_lease"]


def test_doubled_numbers_and_overlapping_leases_are_found(records: Records) -> None:
    wide = _lease(records, 1, 100)
    inside = [_lease(records, first, first + 9) for first in (10, 50)]
    _lease(records, 101, 110)
    _lease(records, 1, 100, year=2021)
    doubled = [_issue(records, "强制〔2020〕7号") for _ in range(2)]
    found = records.found()
    overlapping = {one.record: set(one.others) for one in found if one.code == "findings.overlapping_leases"}
    assert overlapping == {wide: set(inside), inside[0]: {wide}, inside[1]: {wide}}
    assert [one.record for one in found if one.code == "findings.same_number"] == sorted(doubled)


def _void(records: Records, year: int = 2020) -> list[tuple[str, int, int, bool]]:
    return [(one.series, one.first, one.last, one.burnt) for one in void_numbers(records.conn, year)]


def test_unused_numbers_are_void_and_those_of_a_restored_pc_are_burnt(records: Records) -> None:
    _lease(records, 1, 10)
    for serial in (1, 4, 5, 10):
        document = _issue(records, f"强制〔2020〕{serial}号")
    records.withdraw("document", document)
    assert _void(records) == [("强制", 2, 3, False), ("强制", 6, 9, False)]
    new_incarnation(records.conn)
    _lease(records, 11, 20)
    _issue(records, "强制〔2020〕20号")
    assert _void(records) == [("强制", 2, 3, True), ("强制", 6, 9, True), ("强制", 11, 19, False)]
    assert _void(records, 2021) == []


def test_numbers_of_another_pc_are_burnt_once_it_was_restored_or_cut() -> None:
    city, one, two = City(), Records(), Records()
    desk = Records("450900")
    grants = [city.grant(one.pc, "450923"), city.grant(two.pc, "450923", 1), city.grant(desk.pc, "450900")]
    for records in (one, two, desk):
        records.pc.enrol(city, grants)
    _lease(one, 1, 10)
    _lease(two, 11, 20)

    def arrive(*froms: Records) -> list[tuple[str, int, int, bool]]:
        for records in froms:
            for piece in records.pc.pieces():
                desk.pc.journal.receive(piece)
        return _void(desk)

    assert arrive(one, two) == [("强制", 1, 10, False), ("强制", 11, 20, False)]
    new_incarnation(one.conn)
    one.add("person", name="恢复之后")
    assert arrive(one) == [("强制", 1, 10, True), ("强制", 11, 20, False)]
    (log,) = two.conn.exec_driver_sql("SELECT e.id FROM entry e ORDER BY e.n DESC LIMIT 1").scalars()
    desk.pc.journal.add_statements([city.cut(two.pc, [log.hex()])])
    assert _void(desk) == [("强制", 1, 10, True), ("强制", 11, 20, True)]


# in all


def test_red_comes_first_and_every_finding_has_its_sentences(records: Records) -> None:
    exception = records.add("approval", measure=5, on_the_spot=True, approved_at=STARTED)
    records.property_list(approval=exception, officers=[NOWHERE])
    _issue(records, "1")
    found = records.found()
    assert [one.weight for one in found] == ["red", "red", "amber", "hint"]
    for one in found:
        assert one.sentence("zh")
        assert one.sentence("en")
        assert "{" not in one.sentence("zh")


def test_100_000_people_are_looked_through_in_no_time(records: Records) -> None:
    records.conn.info["projecting"] = True
    raid = row_bytes(records.add("raid", title="练习"))
    records.conn.info["projecting"] = True
    rows = [(number.to_bytes(16, "big"), GROUP, f"{number:018d}") for number in range(100_000)]
    records.conn.exec_driver_sql(
        "INSERT INTO person (id, grp, id_number, withdrawn, conflicts) VALUES (?, ?, ?, 0, 0)", rows
    )
    records.conn.exec_driver_sql(
        "INSERT INTO presence (id, grp, person, raid, withdrawn, conflicts) VALUES (?, ?, ?, ?, 0, 0)",
        [(row, GROUP, row, raid) for row, _, _ in rows],
    )
    records.conn.exec_driver_sql("UPDATE person SET id_number = '0' WHERE rowid IN (500, 900)")
    start = time.perf_counter()
    assert records.codes() == ["same_identity", "same_identity"]
    assert time.perf_counter() - start < 5


def test_the_period_of_a_measure_is_called_to_mind_and_turns_red_while_things_are_held(
    records: Records,
) -> None:
    listed = records.property_list(days=30)
    item = records.add("item", list=listed, line=1, name="手机")
    records.add("movement", item=item, kind="store")

    def at(day: str) -> list[tuple[str, str]]:
        found = records.found(datetime.fromisoformat(f"{day}T12:00+08:00"))
        return [(one.code.partition(".")[2], one.weight) for one in found]

    assert at("2020-07-01") == [("period_ends", "amber")]
    assert at("2020-07-06") == [("period_ends", "amber")]
    assert at("2020-06-30") == []
    assert at("2020-07-07") == [("period_over", "red")]
    records.add("movement", item=item, kind="give_back")
    assert at("2020-07-07") == []
