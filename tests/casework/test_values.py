"""Values as people see them: what is personal keeps its middle hidden until somebody asks."""

from __future__ import annotations

from desktop.casework.fields import record_field
from desktop.casework.values import value_shown


def test_half_of_a_telephone_number_is_hidden() -> None:
    for word in ("phone", "family_phone"):
        field = record_field("person", word)
        assert value_shown(field, "13800001111", "zh") == "138****1111"
        assert value_shown(field, "13800001111", "zh", revealed=True) == "13800001111"


def test_the_birth_date_in_an_identity_number_is_hidden() -> None:
    field = record_field("person", "id_number")
    assert value_shown(field, "450923199003071232", "zh") == "450923********1232"


def test_the_number_of_a_standard_is_shown_and_a_word_of_our_own_is_not() -> None:
    assert value_shown(record_field("bulletin", "nature"), "warning", "zh") == "风险预警"
    region = record_field("office", "region")
    assert value_shown(region, "450900", "zh").endswith("（450900）")
    assert value_shown(region, "no such", "zh") == "no such"
