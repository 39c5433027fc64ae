"""Forms printed from a real case file: hostile subjects first, then conflicts, then what each form says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from desktop.casework.desk import Desk
from desktop.casework.printing import form_data, render_blank, render_form
from desktop.casework.printing_words import Besides, cash, code_name, days_after, local_day, local_time, yuan
from desktop.errors import UserError
from desktop.forms.catalogue import FORMS
from desktop.forms.data import (
    LegalBasis,
    MeasureDecision,
    PeopleRegister,
    PropertyList,
    Signatory,
    SiteRecord,
)
from tests.casework.raids import OFFICE, STARTED, SUBJECTS, Raid, act, contradict, county_desk, record

TIME_CRITICAL = ("site_record", "property_list", "measure_decision")
HOSTILE = "<b>&\"';--=1+1{reason}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for all tests, each with raids of its own: what others left in conflict must not matter."""
    with county_desk(tmp_path_factory.mktemp("printing")) as made:
        yield made


@pytest.fixture
def raid(desk: Desk) -> Raid:
    """The raid with two people."""
    return Raid(desk, [{"name": "甲某", "site_number": "A001"}, {"name": "乙某", "site_number": "A002"}])


def texts(pdf: bytes) -> str:
    """All text of a PDF, without white space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    return "".join(found.split())


def refused(desk: Desk, form_id: str, subject: str, **more: Any) -> UserError:
    """The error with which printing is refused."""
    with pytest.raises(UserError) as caught:
        render_form(desk, form_id, subject, **more)
    assert caught.value.sentence("zh")
    assert caught.value.sentence("en")
    return caught.value


# -- bad input --


@pytest.mark.parametrize("form_id", ["", "site-record", "../site_record", "单" * 5000])
def test_an_unknown_form_is_refused_in_a_short_sentence(desk: Desk, form_id: str) -> None:
    error = refused(desk, form_id, "x")
    assert error.code == "printing.unknown_form"
    assert len(error.sentence("zh")) < 200
    with pytest.raises(UserError, match=r"printing\.unknown_form"):
        render_blank(form_id)


def test_a_recovery_sheet_is_printed_for_no_record_and_has_no_blank(raid: Raid) -> None:
    assert refused(raid.desk, "recovery_sheet", raid.raid).code == "printing.not_for_records"
    with pytest.raises(UserError, match="no_blank"):
        render_blank("recovery_sheet")


@pytest.mark.parametrize("form_id", SUBJECTS)
def test_a_subject_of_the_wrong_kind_is_refused(raid: Raid, form_id: str) -> None:
    other = raid.list if SUBJECTS[form_id] == "raid" else raid.raid
    for subject in (other, raid.case, "", "1", "' OR 1=1 --", "0190a0b0-0000-7000-8000-000000000000"):
        assert refused(raid.desk, form_id, subject).code == "printing.wrong_subject"


@pytest.mark.parametrize("form_id", SUBJECTS)
def test_a_withdrawn_subject_is_not_printed(raid: Raid, form_id: str) -> None:
    act(raid.desk, "record.withdraw", kind=SUBJECTS[form_id], id=raid.subject(form_id), reason="重复登记")
    assert refused(raid.desk, form_id, raid.subject(form_id)).code == "printing.withdrawn"


def test_lists_that_another_pc_filled_with_anything_print_what_is_usable(desk: Desk) -> None:
    good = record(desk, "officer", name="郭秀", credential="1")
    officers: list[Any] = [3, None, "x", ["y"], {"z": 1}, good, good, "0190a0b0-0000-7000-8000-000000000000"]
    row = record(
        desk,
        "property_list",
        officers=officers,
        purpose="confiscate",
        days=-(2**50),
        started_at="不详",
        measure=99,
    )
    record(
        desk,
        "item",
        list=row,
        line=2**40,
        quantity="NaN",
        unit="元",
        extra=["k", 1, ["a"], [["b"], "c"], ["d", 2]],
    )
    record(
        desk, "item", list=row, name=HOSTILE, extra={"a": 1, "b": HOSTILE, "value": "100", "features": "红"}
    )
    listed = form_data(desk, "property_list", row)
    assert isinstance(listed, PropertyList)
    assert listed.officers == (Signatory(name="郭秀", credential="1"),)
    assert (listed.purpose, listed.date) == (None, "不详")
    assert [item.amount for item in listed.items] == ["", ""]
    assert {item.remark for item in listed.items} == {"", f"红；b：{HOSTILE}"}
    decision = form_data(desk, "measure_decision", row)
    assert isinstance(decision, MeasureDecision)
    assert (decision.measure, decision.bases, decision.period_to) == (None, (), "")
    assert HOSTILE in texts(render_form(desk, "property_list", row)[0])
    render_form(desk, "measure_decision", row)


def test_presences_with_odd_site_numbers_and_no_person_are_rows_all_the_same(desk: Desk) -> None:
    raid = record(desk, "raid", title="行动")
    absent = "0190a0b0-0000-7000-8000-000000000000"
    for values in ({"site_number": "²"}, {"site_number": "9" * 5000}, {"person": absent}, {"paid": -(2**50)}):
        record(desk, "presence", raid=raid, **values)
    printed = form_data(desk, "people_register", raid)
    assert isinstance(printed, PeopleRegister)
    assert len(printed.people) == 4


# -- disagreements --


def _conflicting(raid: Raid) -> dict[str, tuple[str, str, str, tuple[Any, ...]]]:
    """A field of each form's sources in which two values are left standing."""
    person = raid.desk.show("presence", where={"raid": raid.raid})[0]["person"]
    return {
        "site_record": ("raid", raid.raid, "place", ("甲地", "乙地")),
        "people_register": ("person", person, "name", ("甲一", "甲二")),
        "property_list": ("item", raid.items[1], "quantity", ("2", "3")),
        "measure_decision": ("case", raid.case, "cause", ("涉嫌直销违法", "涉嫌传销")),
    }


@pytest.mark.parametrize("form_id", SUBJECTS)
def test_a_printed_field_in_conflict_stops_the_form_until_it_is_settled(raid: Raid, form_id: str) -> None:
    kind, row, field, values = _conflicting(raid)[form_id]
    contradict(raid.desk, kind, row, field, *values)
    error = refused(raid.desk, form_id, raid.subject(form_id))
    assert error.code == "printing.in_conflict"
    assert error.params["fields"] == f"{kind}.{field}"
    raid.desk.decide(f"{kind}:{row}:{field}", values[0], "核对原始登记")
    render_form(raid.desk, form_id, raid.subject(form_id))


@pytest.mark.parametrize("form_id", TIME_CRITICAL)
def test_a_time_critical_paper_in_conflict_prints_with_its_reason(raid: Raid, form_id: str) -> None:
    kind, row, field, values = _conflicting(raid)[form_id]
    contradict(raid.desk, kind, row, field, *values)
    assert (
        refused(raid.desk, form_id, raid.subject(form_id), disputed_reason="  ").code
        == "printing.in_conflict"
    )
    pdf, _ = render_form(raid.desk, form_id, raid.subject(form_id), disputed_reason=HOSTILE)
    assert f"【有争议】{HOSTILE}" in texts(pdf)


def test_the_register_is_never_printed_in_conflict(raid: Raid) -> None:
    kind, row, field, values = _conflicting(raid)["people_register"]
    contradict(raid.desk, kind, row, field, *values)
    assert (
        refused(raid.desk, "people_register", raid.raid, disputed_reason="急").code == "printing.in_conflict"
    )


def test_the_note_of_dispute_stands_with_the_item_in_dispute_alone(raid: Raid) -> None:
    contradict(raid.desk, "item", raid.items[1], "quantity", "2", "3")
    printed = raid.data("property_list", disputed_reason="数量不一")
    assert [item.remark for item in printed.items] == [
        "",
        "【有争议】数量不一；屏幕裂；IMEI：860000000000001",
        "",
    ]
    assert printed.storage == "本局物证室"
    contradict(raid.desk, "property_list", raid.list, "party", "甲", "乙")
    assert raid.data("property_list", disputed_reason="急").storage == "本局物证室；【有争议】急"


def test_a_note_of_dispute_does_not_hide_that_a_field_is_missing(raid: Raid) -> None:
    act_ids = act(
        raid.desk,
        "property.list",
        raid=raid.raid,
        purpose="seize",
        measure=5,
        started_at=STARTED,
        officers=raid.officers,
        place="讲台",
        approval=raid.approval,
    )
    row = act_ids["property_list"]
    contradict(raid.desk, "property_list", row, "place", "会场", "后台")
    marked = form_data(raid.desk, "measure_decision", row, disputed_reason="急")
    assert isinstance(marked, MeasureDecision)
    assert marked.storage == "【有争议】急"
    _, gaps = render_form(raid.desk, "measure_decision", row, disputed_reason="急")
    assert "storage" in {gap.field for gap in gaps}


def test_fields_that_a_form_does_not_print_may_be_in_conflict(raid: Raid) -> None:
    contradict(raid.desk, "raid", raid.raid, "region", "450923", "450922")
    contradict(raid.desk, "officer", raid.head, "name", "潘文", "潘某文")
    contradict(raid.desk, "item", raid.items[0], "name", "现金", "现钞")
    render_form(raid.desk, "site_record", raid.raid)
    render_form(raid.desk, "people_register", raid.raid)


def test_a_reason_without_a_conflict_leaves_no_mark(raid: Raid) -> None:
    for form_id in TIME_CRITICAL:
        assert raid.data(form_id, disputed_reason="急") == raid.data(form_id)


def test_a_person_of_whom_it_is_disputed_at_which_raid_they_were_stops_both_registers(raid: Raid) -> None:
    other = act(raid.desk, "raid.record", title="另一行动", place="某地", started_at=STARTED)["raid"]
    presence = raid.desk.show("presence", where={"raid": raid.raid})[0]["id"]
    contradict(raid.desk, "presence", presence, "raid", other, raid.raid)
    for subject in (raid.raid, other):
        assert refused(raid.desk, "people_register", subject).code == "printing.in_conflict"


def test_a_disputed_withdrawal_stops_the_register(raid: Raid) -> None:
    presence = raid.desk.show("presence", where={"raid": raid.raid})[0]
    act(raid.desk, "presence.correct", id=presence["id"], fields={"health": "良好"})
    act(
        raid.desk, "record.withdraw", kind="presence", id=presence["id"], reason="重复", seen=presence["seen"]
    )
    error = refused(raid.desk, "people_register", raid.raid)
    assert (error.code, error.params["fields"]) == ("printing.in_conflict", "presence.withdrawn")


# -- what the forms say --


def test_the_site_record_says_where_when_and_who_with_credentials(raid: Raid) -> None:
    printed = raid.data("site_record")
    assert isinstance(printed, SiteRecord)
    assert (printed.start, printed.end) == ("2020-06-07T09:20", "2020-06-07T19:05")
    assert (printed.office, printed.place) == (OFFICE, "博白县百业中心二楼")
    # Police officers and those without a credential do not inspect.
    assert [officer.credential for officer in printed.officers] == ["45092301014", "45092301022"]
    assert (printed.party.name, printed.subject, printed.findings) == ("梁浩军", "涉嫌传销", "现场有人授课。")
    pdf, gaps = render_form(raid.desk, "site_record", raid.raid)
    assert "2020年6月7日9时20分至7日19时5分" in texts(pdf)
    assert {gap.field for gap in gaps} == {"party_notified", "party_statement"}


def test_the_property_list_has_its_lines_cash_officers_and_numbers(raid: Raid) -> None:
    desk = raid.desk
    act(desk, "record.withdraw", kind="item", id=raid.items[2], reason="误登")
    for form_id in ("property_list", "measure_decision"):
        act(
            desk,
            "document.issue",
            form=form_id,
            subject_kind="property_list",
            subject=raid.list,
            issued_at=STARTED,
            number=f"{form_id}〔2020〕1号",
        )
    printed = raid.data("property_list")
    assert [(item.no, item.name, item.quantity) for item in printed.items] == [
        ("1", "涉传资金（现金）", "128600"),
        ("2", "手机", "1"),
    ]
    assert [item.amount for item in printed.items] == ["128600", ""]
    assert printed.items[1].remark == "屏幕裂；IMEI：860000000000001"
    assert printed.officers == (
        Signatory(name="郭秀", credential="45092301014"),
        Signatory(name="董静松", credential="45092301022"),
    )
    assert (printed.document_no, printed.decision_no) == (
        "property_list〔2020〕1号",
        "measure_decision〔2020〕1号",
    )
    assert (printed.purpose, printed.date, printed.witness.name) == ("seize", "2020-06-07", "王某")
    pdf, gaps = render_form(desk, "property_list", raid.list)
    assert "壹拾贰万捌仟陆佰元整" in texts(pdf)
    assert gaps == []


def test_lines_with_the_same_number_are_numbered_by_their_place(raid: Raid) -> None:
    record(raid.desk, "item", list=raid.list, line=2, name="账本", unit="本", quantity="1")
    assert [item.no for item in raid.data("property_list").items] == ["", "", "", ""]


def test_the_decision_states_basis_period_and_the_list(raid: Raid) -> None:
    listed = act(
        raid.desk,
        "document.issue",
        form="property_list",
        subject_kind="property_list",
        subject=raid.list,
        issued_at=STARTED,
    )
    printed = raid.data("measure_decision")
    assert printed.bases == (
        LegalBasis(law="禁止传销条例", article="第十四条", paragraph="第一款", item="5"),
    )
    assert (printed.period_days, printed.period_from, printed.period_to) == (30, "2020-06-07", "2020-07-06")
    assert (printed.measure, printed.targets, printed.allegation) == ("seize", ("property",), "传销")
    assert (printed.list_no, printed.document_no) == (listed["number"], "")
    assert printed.date == "2020-06-07"
    text = texts(render_form(raid.desk, "measure_decision", raid.list)[0])
    assert "《禁止传销条例》第十四条第一款第（五）项" in text
    assert "涉嫌传销。" in text


def test_a_decision_made_up_after_a_measure_on_the_spot_is_dated_when_it_is_issued(raid: Raid) -> None:
    row = act(
        raid.desk,
        "property.list",
        raid=raid.raid,
        purpose="seal",
        measure=6,
        started_at=STARTED,
        officers=raid.officers,
        place="百业中心二楼",
        on_the_spot="正在转移",
    )["property_list"]
    before = form_data(raid.desk, "measure_decision", row)
    assert isinstance(before, MeasureDecision)
    assert (before.date, before.measure, before.targets) == ("", "seal", ("place",))
    # 17:30 in UTC is the next day in Beijing.
    act(
        raid.desk,
        "document.issue",
        form="measure_decision",
        subject_kind="property_list",
        subject=row,
        issued_at="2020-06-07T17:30+00:00",
    )
    after = form_data(raid.desk, "measure_decision", row)
    assert isinstance(after, MeasureDecision)
    assert after.date == "2020-06-08"


def test_the_newest_document_that_stands_gives_the_number(raid: Raid) -> None:
    def issue(number: str, at: str) -> str:
        made = act(
            raid.desk,
            "document.issue",
            form="property_list",
            subject_kind="property_list",
            subject=raid.list,
            issued_at=at,
            number=number,
        )
        return str(made["document"])

    # The second was issued first: 10:00 in Beijing is before 03:00 in London.
    newest = issue("清单〔2020〕2号", "2020-06-08T03:00+00:00")
    issue("清单〔2020〕1号", "2020-06-08T10:00+08:00")
    assert raid.data("property_list").document_no == "清单〔2020〕2号"
    act(raid.desk, "record.withdraw", kind="document", id=newest, reason="作废")
    assert raid.data("property_list").document_no == "清单〔2020〕1号"


def test_the_register_stands_in_the_order_of_site_numbers_then_of_the_ledger(desk: Desk) -> None:
    people: list[dict[str, Any]] = [
        {"name": "己", "ledger_row": 10},
        {"name": "戊", "ledger_row": 9},
        {"name": "丁", "site_number": "B1"},
        {"name": "丙", "site_number": "A10"},
        {"name": "乙", "site_number": "A2"},
        {"name": "撤", "site_number": "A1"},
        {"name": "没", "site_number": "A0"},
    ]
    raid = Raid(desk, people)
    presence = desk.show("presence", where={"site_number": "A1", "raid": raid.raid})[0]
    act(desk, "record.withdraw", kind="presence", id=presence["id"], reason="重复")
    person = desk.show("person", where={"name": "没"})[0]
    act(desk, "record.withdraw", kind="person", id=person["id"], reason="重复")
    assert [person.name for person in raid.data("people_register").people] == ["乙", "丙", "丁", "戊", "己"]


def test_a_person_of_the_register_is_printed_as_claimed(desk: Desk) -> None:
    people: list[dict[str, Any]] = [
        {
            "name": "陆某",
            "sex": "2",
            "birth": "1985-04",
            "id_type": "居民身份证",
            "id_number_claimed": "45092319850412",
            "ethnic_group": "11",
            "household": "广西博白县",
            "arrived_at": STARTED,
            "left_at": "2020-06-08T00:30+08:00",
            "joined_on": "2019-05",
            "paid": 6980050,
            "disposition": "educate_and_send_home",
            "minor_claimed": "否",
            "upline_row": 2,
            "ledger_row": 1,
            "note": "左手有疤",
            "presence_note": "配合",
            "extra": [
                ["shares", "21份"],
                ["origin", "贵州"],
                ["QQ", "10001"],
                ["downline_count", "3"],
                ["id_place", "博白"],
            ],
        },
        {"name": "上线某", "ledger_row": 2, "upline_claimed": "老总"},
    ]
    first, second = Raid(desk, people).data("people_register").people
    assert (first.sex, first.birth_date, first.id_type) == ("女性", "1985-04", "居民身份证")
    assert (first.id_number, first.registered_address) == ("45092319850412", "广西博白县")
    assert (first.arrived, first.left, first.joined) == ("09:20", "2020-06-08T00:30", "2019-05")
    assert first.amount_paid == "69800.50元（21份）"
    assert (first.disposal, first.minor, first.upline) == ("教育遣散", "否", "上线某")
    assert (first.origin, first.downlines) == ("贵州", "3")
    assert first.remark == "配合；左手有疤；QQ：10001"
    assert second.upline == "老总"


def test_ninety_three_people_in_are_ninety_three_names_on_paper(desk: Desk) -> None:
    family, given = "赵钱孙李周吴郑王冯陈", "梅兰竹菊松柏桃杏荷莲"
    names = [f"{family[n // 10]}{given[n % 10]}{'甲乙丙'[n % 3]}" for n in range(93)]
    people = [{"name": name, "site_number": f"A{n:03d}"} for n, name in enumerate(names, 1)]
    raid = Raid(desk, people)
    assert len(set(names)) == 93
    pdf, gaps = render_form(desk, "people_register", raid.raid)
    text = texts(pdf)
    assert [name for name in names if name not in text] == []
    assert "共93人" in text
    assert "people[93].arrived" in {gap.field for gap in gaps}


def test_the_office_of_this_pc_heads_every_paper_and_practice_marks_it(tmp_path: Path) -> None:
    with county_desk(tmp_path) as desk:
        raid = Raid(desk)
        act(desk, "office.record", code="450922", name="陆川县市场监督管理局", practice=True)
        for form_id in SUBJECTS:
            assert (raid.data(form_id).office, raid.data(form_id).practice) == (OFFICE, False)
        act(desk, "office.record", code="450923", name="演练局", practice=True)
        for form_id in SUBJECTS:
            assert (raid.data(form_id).office, raid.data(form_id).practice) == ("演练局", True)


@pytest.mark.parametrize("kind", ["raid", "case"])
def test_practice_of_raid_or_case_marks_every_paper(raid: Raid, kind: str) -> None:
    assert not any(raid.data(form_id).practice for form_id in SUBJECTS)
    contradict(raid.desk, kind, raid.raid if kind == "raid" else raid.case, "practice", True)
    assert all(raid.data(form_id).practice for form_id in SUBJECTS)


def test_inspecting_officers_stand_in_the_order_of_their_credentials(raid: Raid) -> None:
    members = [{"name": f"官{n}", "credential": f"4509230199{n}"} for n in (5, 3, 8, 1, 9, 2, 7)]
    act(raid.desk, "raid.assign", raid=raid.raid, groups=[{"name": "第二组", "officers": members}])
    credentials = [officer.credential for officer in raid.data("site_record").officers]
    assert len(credentials) == 9
    assert credentials == sorted(credentials)


def test_officers_come_from_the_list_or_the_case_where_none_is_assigned(raid: Raid) -> None:
    desk = raid.desk
    for assigned in desk.show("raid_officer", where={"raid": raid.raid}):
        act(desk, "record.withdraw", kind="raid_officer", id=assigned["id"], reason="改派")
    assert [officer.name for officer in raid.data("site_record").officers] == ["郭秀", "董静松"]
    act(desk, "record.withdraw", kind="property_list", id=raid.list, reason="重开")
    assert [officer.name for officer in raid.data("site_record").officers] == ["郭秀", "董静松"]
    act(desk, "record.withdraw", kind="case", id=raid.case, reason="误立")
    assert raid.data("site_record").officers == ()


@pytest.mark.parametrize("form_id", sorted(SUBJECTS))
def test_every_form_has_a_blank_that_names_it(form_id: str) -> None:
    assert FORMS[form_id].title_zh in texts(render_blank(form_id))


def test_the_same_records_print_the_same_bytes(raid: Raid) -> None:
    first, second = (render_form(raid.desk, "property_list", raid.list)[0] for _ in range(2))
    assert first == second


# -- words --


@pytest.mark.parametrize(
    ("text", "time", "day"),
    [
        ("2020-06-07T09:20+08:00", "2020-06-07T09:20", "2020-06-07"),
        ("2020-06-07T20:30:59+00:00", "2020-06-08T04:30", "2020-06-08"),
        ("2020-06-07T09:20", "2020-06-07T09:20", "2020-06-07"),
        ("2020-06", "2020-06", "2020-06"),
        ("0001-01-01T00:00+14:00", "0001-01-01T00:00+14:00", "0001-01-01"),
        ("The 7th", "The 7th", "The 7th"),
        ("", "", ""),
    ],
)
def test_times_come_out_in_beijing_time_and_other_text_as_it_is(text: str, time: str, day: str) -> None:
    assert (local_time(text), local_day(text)) == (time, day)


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        ("2020-06-07", 30, "2020-07-06"),
        ("2020-06-07", 1, "2020-06-07"),
        ("2020-06-07", 0, ""),
        ("2020-06", 30, ""),
        ("2020-06-07", 2**62, ""),
    ],
)
def test_a_period_counts_its_first_day(day: str, days: int, last: str) -> None:
    assert days_after(day, days) == last


def test_money_is_told_in_yuan_to_the_cent() -> None:
    assert [yuan(cents) for cents in (6980000, 50, 0, -105, None)] == [
        "69800元",
        "0.50元",
        "0元",
        "-1.05元",
        "",
    ]


def test_only_lines_counted_in_yuan_are_cash() -> None:
    found = [
        cash(unit, quantity) for unit, quantity in (("元", "1E+3"), ("部", "1"), ("元", "一"), ("元", "sNaN"))
    ]
    assert found == ["1000", "", "", ""]


def test_a_code_is_named_and_other_text_stays() -> None:
    assert [code_name("document_types", text) for text in ("111", "居住证明", "")] == [
        "居民身份证",
        "居住证明",
        "",
    ]


def test_what_a_ledger_said_besides_is_taken_by_word_heading_or_verbatim_and_said_once() -> None:
    besides = Besides(
        "people", {"来源地": "贵州", "joined_on（原文）": "前年", "paid（原文）": "三万", "衣着": "红"}
    )
    assert (besides.take("origin"), besides.take("joined_on"), besides.take("joined_on")) == (
        "贵州",
        "前年",
        "",
    )
    assert besides.rest() == ["交纳金额：三万", "衣着：红"]
    assert besides.unknown() == ["衣着：红"]


def test_headings_in_chinese_are_read_from_pairs(desk: Desk) -> None:
    raid = record(desk, "raid", title="行动")
    person = record(desk, "person", name="甲", extra=[["来源地", "贵州"], ["衣着", "红"]])
    record(desk, "presence", raid=raid, person=person)
    printed = form_data(desk, "people_register", raid)
    assert isinstance(printed, PeopleRegister)
    assert (printed.people[0].origin, printed.people[0].remark) == ("贵州", "衣着：红")
