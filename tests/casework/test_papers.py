"""A paper before it is printed: where what it lacks is filled in, disputes, what changed since its issue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.casework.desk import Desk
from desktop.casework.fields import record_field
from desktop.casework.gaps import _ACTS, _FIELDS, _NUMBERS
from desktop.casework.paper_sets import checked, papers_of
from desktop.casework.papers import Issued, Since, issued, paper
from desktop.errors import UserError
from desktop.forms.wording import wording
from tests.casework.raids import STARTED, SUBJECTS, Raid, act, contradict, county_desk, record

PEOPLE = [{"name": "甲某", "site_number": "A001"}, {"name": "乙某", "site_number": "A002"}]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with county_desk(tmp_path_factory.mktemp("papers")) as made:
        yield made


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk, PEOPLE)


def issue(raid: Raid, form: str) -> Issued:
    """Issues a form as a screen does, with what the paper shows."""
    subject = raid.subject(form)
    shown = paper(raid.desk, form, subject)
    values = {"form": form, "subject_kind": SUBJECTS[form], "subject": subject, "issued_at": STARTED}
    act(raid.desk, "document.issue", **values, printed=shown.printed)
    return latest(raid, form)


def latest(raid: Raid, form: str) -> Issued:
    return next(one for one in issued(raid.desk, raid.subject(form)) if one.form == form)


# -- gaps --


def test_a_gap_names_the_record_and_the_field_that_are_empty(raid: Raid) -> None:
    (first,) = raid.desk.show("presence", where={"raid": raid.raid, "site_number": "A001"})
    found = {gap.label_zh: gap for gap in paper(raid.desk, "people_register", raid.raid).gaps}
    gap = found["第1项：是否未成年"]
    assert gap.place is not None
    assert (gap.place.kind, gap.place.row, gap.place.field) == ("presence", first["id"], "minor_claimed")
    assert (gap.part_zh, gap.part_en, gap.act) == ("是否未成年", "Minor or not", "record.correct")


def test_a_gap_in_an_item_leads_to_that_item(raid: Raid) -> None:
    act(raid.desk, "record.correct", kind="item", id=raid.items[2], fields={"unit": None})
    gaps = paper(raid.desk, "property_list", raid.list).gaps
    places = [gap.place for gap in gaps if gap.part_zh == "单位"]
    assert [(place.row, place.field) for place in places if place] == [(raid.items[2], "unit")]


def test_a_missing_number_leads_to_issuing_that_very_paper(raid: Raid) -> None:
    gaps = {gap.label_zh: gap for gap in paper(raid.desk, "measure_decision", raid.list).gaps}
    assert gaps["文号"].values == {
        "form": "measure_decision",
        "subject_kind": "property_list",
        "subject": raid.list,
    }
    assert gaps["清单文书编号"].values["form"] == "property_list"
    assert (gaps["联系电话"].act, gaps["联系电话"].place) == ("", None)


def test_without_a_case_the_missing_party_leads_to_the_raid_s_case(desk: Desk) -> None:
    row = act(desk, "raid.record", title="行动", place="某地", started_at=STARTED)["raid"]
    gaps = {gap.label_zh: gap for gap in paper(desk, "site_record", row).gaps}
    place = gaps["当事人"].place
    assert place is not None
    assert (place.kind, place.row, place.field) == ("raid", row, "case")
    assert (gaps["检查人员一"].act, gaps["检查人员一"].values) == ("raid.assign", {"raid": row})


def test_every_place_is_a_mandatory_part_and_a_field_with_a_name() -> None:
    for form, fields in _FIELDS.items():
        mandatory = {rule.field.replace("[1]", "[]").replace("[2]", "[]") for rule in wording(form).mandatory}
        assert fields.keys() <= mandatory
        for kind, word in fields.values():
            assert record_field(kind, word).zh
        assert {path for of, path in (*_ACTS, *_NUMBERS) if of == form} <= mandatory


# -- disputes --


def test_a_paper_in_dispute_has_no_page_until_a_reason_is_typed(raid: Raid) -> None:
    contradict(raid.desk, "raid", raid.raid, "place", "甲地", "乙地")
    stopped = paper(raid.desk, "site_record", raid.raid)
    assert stopped.data is None
    assert stopped.notable
    assert [(place.kind, place.field) for place in stopped.disputes] == [("raid", "place")]
    assert paper(raid.desk, "site_record", raid.raid, disputed_reason="时限将满").data is not None
    register = paper(raid.desk, "people_register", raid.raid, disputed_reason="时限将满")
    assert (register.data, register.notable) == (None, False)


def test_characters_that_do_not_print_are_told(raid: Raid) -> None:
    act(raid.desk, "record.correct", kind="raid", id=raid.raid, fields={"situation": "看\U000e0001见"})
    (lost,) = paper(raid.desk, "site_record", raid.raid).lost
    assert (lost.field, lost.code, lost.removed) == ("findings", "U+E0001", True)


# -- what changed since --


@pytest.mark.parametrize("form", SUBJECTS)
def test_a_paper_just_issued_agrees_with_the_records(raid: Raid, form: str) -> None:
    document = issue(raid, form)
    assert document.since == Since()
    assert not document.since
    assert document.number


def test_a_corrected_field_that_the_paper_prints_is_a_change(raid: Raid) -> None:
    issue(raid, "people_register")
    person = raid.desk.show("presence", where={"raid": raid.raid})[1]["person"]
    act(raid.desk, "record.correct", kind="person", id=person, fields={"phone": "13800000000"})
    assert latest(raid, "people_register").since == Since(changed=1)


def test_a_field_that_the_paper_does_not_print_may_change(raid: Raid) -> None:
    issue(raid, "site_record")
    act(raid.desk, "record.correct", kind="raid", id=raid.raid, fields={"region": "450923"})
    act(raid.desk, "record.correct", kind="officer", id=raid.officers[0], fields={"position": "副科长"})
    assert latest(raid, "site_record").since == Since()


def test_items_added_withdrawn_and_corrected_since_are_counted(raid: Raid) -> None:
    issue(raid, "property_list")
    act(raid.desk, "property.add", property_list=raid.list, items=[{"name": "账本"}, {"name": "投影仪"}])
    act(raid.desk, "record.withdraw", kind="item", id=raid.items[0], reason="误登")
    act(raid.desk, "record.correct", kind="item", id=raid.items[1], fields={"quantity": "2"})
    assert latest(raid, "property_list").since == Since(changed=1, added=2, gone=1)


def test_numbers_given_to_other_papers_are_no_change(raid: Raid) -> None:
    issue(raid, "property_list")
    issue(raid, "measure_decision")
    assert latest(raid, "property_list").since == Since()


def test_a_void_document_stays_listed_and_is_not_compared(raid: Raid) -> None:
    first = issue(raid, "site_record")
    act(raid.desk, "record.withdraw", kind="document", id=first.id, reason="作废")
    second = issue(raid, "site_record")
    found = issued(raid.desk, raid.raid)
    assert [(one.id, one.withdrawn, one.since) for one in found] == [
        (second.id, False, Since()),
        (first.id, True, None),
    ]
    assert first.number != second.number


def test_a_document_of_a_withdrawn_record_has_lost_what_it_printed(raid: Raid) -> None:
    issue(raid, "property_list")
    act(raid.desk, "record.withdraw", kind="property_list", id=raid.list, reason="重复")
    since = latest(raid, "property_list").since
    assert since is not None
    assert since.gone > 0


def test_a_document_that_remembers_only_its_record_is_compared_by_that(raid: Raid) -> None:
    values = {"form": "site_record", "subject_kind": "raid", "subject": raid.raid, "issued_at": STARTED}
    act(raid.desk, "document.issue", **values)
    assert latest(raid, "site_record").since == Since()
    act(raid.desk, "record.correct", kind="raid", id=raid.raid, fields={"place": "别处"})
    assert latest(raid, "site_record").since == Since(changed=1)


@pytest.mark.parametrize("dots", [[], [3, None], ["x:"], [":"], ["a:b", "a:c"], "text"])
def test_what_another_pc_left_in_a_document_s_memory_stops_nothing(raid: Raid, dots: object) -> None:
    row = record(raid.desk, "document", form="site_record", subject=raid.raid, subject_kind="raid", dots=dots)
    assert [one.id for one in issued(raid.desk, raid.raid)] == [row]


def test_a_document_of_an_unknown_form_is_listed(raid: Raid) -> None:
    record(raid.desk, "document", form="seal_strip", subject=raid.raid, dots=["ab"])
    (found,) = issued(raid.desk, raid.raid)
    assert (found.form, found.since) == ("seal_strip", None)


# -- sets --


def test_a_raid_has_its_record_its_register_and_each_decision_with_its_list(raid: Raid) -> None:
    found = [(one.form, one.subject) for one in papers_of(raid.desk, "raid", raid.raid)]
    assert found == [
        ("site_record", raid.raid),
        ("people_register", raid.raid),
        ("measure_decision", raid.list),
        ("property_list", raid.list),
    ]
    assert [one.form for one in papers_of(raid.desk, "property_list", raid.list)] == [
        "measure_decision",
        "property_list",
    ]


def test_withdrawn_lists_have_no_papers_and_other_records_none_at_all(raid: Raid) -> None:
    act(raid.desk, "record.withdraw", kind="property_list", id=raid.list, reason="重复")
    assert [one.form for one in papers_of(raid.desk, "raid", raid.raid)] == ["site_record", "people_register"]
    assert papers_of(raid.desk, "property_list", raid.list) == []
    with pytest.raises(UserError, match=r"printing\.no_papers"):
        papers_of(raid.desk, "case", raid.case)


def test_all_papers_of_a_raid_are_checked_with_their_numbers(raid: Raid) -> None:
    void = issue(raid, "site_record")
    act(raid.desk, "record.withdraw", kind="document", id=void.id, reason="作废")
    number = issue(raid, "property_list").number
    act(raid.desk, "record.correct", kind="item", id=raid.items[0], fields={"unit": None})
    found = {one.wanted.form: one for one in checked(raid.desk, "raid", raid.raid)}
    assert [form for form, one in found.items() if one.document] == ["property_list"]
    document = found["property_list"].document
    assert document is not None
    assert (document.number, document.since) == (number, Since(changed=1))
    assert [gap.label_zh for gap in found["property_list"].paper.gaps] == ["第1项：单位"]
