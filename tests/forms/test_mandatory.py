"""Empty mandatory fields are listed by name, in order, with the row they stand in."""

from __future__ import annotations

import msgspec
import pytest

from desktop.forms.catalogue import FORMS, missing
from desktop.forms.data import LegalBasis, MeasureDecision, PropertyList, Signatory, SiteRecord
from desktop.forms.wording import wording
from tests.forms.samples import DECISION, FILLED, LIST, PHONE, SITE


@pytest.mark.parametrize("form_id", FORMS)
def test_a_filled_form_misses_nothing(form_id: str) -> None:
    assert missing(form_id, FILLED[form_id]) == []


@pytest.mark.parametrize("form_id", FORMS)
def test_an_empty_form_misses_its_office_first_and_says_so_in_both_languages(form_id: str) -> None:
    found = missing(form_id, FORMS[form_id].data())
    assert found[0].field == "office"
    assert all(one.label_zh and one.label_en for one in found)


def test_two_officers_with_credentials_are_wanted() -> None:
    data = msgspec.structs.replace(
        SITE, officers=(Signatory(name="郭一秀", credential="1"), Signatory(name="董二松"))
    )
    assert [one.field for one in missing("site_record", data)] == ["officers[2].credential"]
    alone = msgspec.structs.replace(SITE, officers=data.officers[:1])
    assert [one.field for one in missing("site_record", alone)] == [
        "officers[2].name",
        "officers[2].credential",
    ]


def test_white_space_and_invisible_characters_are_empty() -> None:
    data = msgspec.structs.replace(SITE, place="　 \u200b\n")
    assert [one.field for one in missing("site_record", data)] == ["place"]


def test_each_incomplete_row_is_named() -> None:
    data = msgspec.structs.replace(LIST, items=(PHONE, msgspec.structs.replace(PHONE, unit="")))
    (found,) = missing("property_list", data)
    assert (found.field, found.label_zh, found.label_en) == ("items[2].unit", "第2项：单位", "No. 2: Unit")


def test_a_list_needs_a_purpose_and_items() -> None:
    fields = [one.field for one in missing("property_list", PropertyList())]
    assert "purpose" in fields
    assert "items" in fields


def test_a_witness_is_wanted_only_where_the_party_is_absent_or_refuses() -> None:
    absent = msgspec.structs.replace(LIST, refusal_note="当事人不在场。")
    assert [one.field for one in missing("property_list", absent)] == ["witness.name"]
    assert missing("property_list", LIST) == []


def test_a_legal_basis_needs_its_law_and_article() -> None:
    data = msgspec.structs.replace(DECISION, bases=(LegalBasis(paragraph="1"),))
    assert [one.field for one in missing("measure_decision", data)] == ["bases[1].law", "bases[1].article"]
    assert "bases" in [one.field for one in missing("measure_decision", MeasureDecision())]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_rule_has_a_source_and_names_a_field_that_exists(form_id: str) -> None:
    data = FILLED[form_id]
    for rule in wording(form_id).mandatory:
        assert rule.source
        head = rule.field.split(".")[0].split("[")[0]
        assert hasattr(data, head), rule.field
        assert not rule.when or hasattr(data, rule.when)


def test_missing_never_trips_over_empty_data() -> None:
    for form in FORMS.values():
        assert missing(form.id, form.data())
    assert missing("site_record", SiteRecord())
