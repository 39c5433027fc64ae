"""Which offices there can be, and what they are usually called."""

from __future__ import annotations

import pytest

from desktop.casework.offices import office_id, regions, usual_names
from desktop.wire.groups import is_office


def test_every_region_of_the_five_cities_can_be_chosen() -> None:
    provinces = regions()
    cities = [city for province in provinces for city in province.below]
    assert {city.code for city in cities} == {"450900", "450500", "440800", "440900", "460100"}
    yulin = next(city for city in cities if city.code == "450900")
    assert ("450923", "博白县", ()) in yulin.below
    assert all(is_office(office_id(region.code, "ga")) for city in cities for region in (city, *city.below))


@pytest.mark.parametrize(
    ("office", "name", "short"),
    [
        ("450923", "博白县市场监督管理局", "博市监"),
        ("450923-ga", "博白县公安局", "博公"),
        ("450900", "玉林市市场监督管理局", "玉市监"),
        ("450902", "玉林市玉州区市场监督管理局", "玉市监"),
        ("450981", "北流市市场监督管理局", "北市监"),
    ],
)
def test_an_office_is_called_as_usual(office: str, name: str, short: str) -> None:
    assert usual_names(office) == (name, short)


@pytest.mark.parametrize("office", ["", "450999", "450923-zz", "45092", "450923-", "广西"])
def test_what_is_not_known_is_not_named(office: str) -> None:
    assert usual_names(office) is None
