"""Bulletins in the groups of a city and of a region of five city roots: issued, carried, signed for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casework.bulletins import receipts, unread, without_receipt
from desktop.casework.desk import Desk
from desktop.casework.findings import findings, void_numbers
from desktop.casework.listing import Query, first_page, told
from desktop.casework.search import find
from desktop.casework.search_index import catch_up_after_writing
from desktop.changes.quarantine import quarantine
from desktop.changes.rights import NOT_ITS_GROUP
from desktop.errors import UserError
from desktop.sync import enrolment
from desktop.sync.standing import status
from desktop.wire.ids import new_row_id
from tests.casework.five_cities import CITIES, OUTSIDER, Cities, five_cities
from tests.ui.desks import act, desks, enrol, read, write, write_in

YULIN, BOBAI, BEIHAI, MAOMING, GAOZHOU, HAIKOU = "450900", "450923", "450500", "440900", "440981", "460100"
ALL = [*CITIES, *CITIES.values()]
WORDS = {
    "title": "网络传销舆情",
    "summary": "短视频平台出现“东望集团”招募信息",
    "issued_at": "2020-06-07T10:00+08:00",
}


@pytest.fixture
def cities(tmp_path: Path) -> Iterator[Cities]:
    with five_cities(tmp_path) as found:
        yield found


@pytest.fixture
def one(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """A city and its county."""
    with desks(tmp_path, YULIN, BOBAI) as (city, county):
        enrol(city, county)
        yield city, county


def refused(desk: Desk, name: str, **values: Any) -> str:
    """The code with which an act is refused."""
    with pytest.raises(UserError) as caught:
        act(desk, name, **values)
    return caught.value.code


def waiting(desk: Desk) -> list[str]:
    """What this office has not signed for."""
    with desk.casefile.reader.connect() as conn:
        return unread(conn)


def signed(desk: Desk, row: str, group: str) -> tuple[list[str], list[str]]:
    """The offices that signed for a bulletin, and those that did not."""
    with desk.casefile.reader.connect() as conn:
        return sorted(one.office for one in receipts(conn, row, group)), without_receipt(conn, row, group)


def codes(desk: Desk) -> list[str]:
    """The findings about bulletins."""
    with desk.casefile.reader.connect() as conn:
        return sorted(one.code for one in findings(conn) if one.kind.startswith("bulletin"))


def test_bulletins_go_by_stick_through_five_cities_and_the_receipts_come_back(cities: Cities) -> None:
    home = act(cities[BOBAI], "bulletin.issue", **WORDS)
    assert home["group"] == "city:450900"
    region = act(cities[YULIN], "bulletin.issue", **WORDS, group=cities.region, urgency="urgent")
    assert cities.carry(BOBAI, YULIN, MAOMING, GAOZHOU).count("read") >= 2
    assert waiting(cities[YULIN]) == [home["bulletin"]]
    assert waiting(cities[GAOZHOU]) == [region["bulletin"]]
    assert cities.dump(GAOZHOU, "city:450900") == []
    act(cities[YULIN], "bulletin.sign", bulletin=home["bulletin"])
    act(cities[GAOZHOU], "bulletin.sign", bulletin=region["bulletin"], signatory="林向东")
    rest = [office for office in ALL if office not in (YULIN, BOBAI, MAOMING, GAOZHOU)]
    cities.carry(GAOZHOU, MAOMING, *rest, YULIN, BOBAI)
    for office in rest:
        act(cities[office], "bulletin.sign", bulletin=region["bulletin"])
    cities.carry(*rest, YULIN, *ALL)
    cities.carry(*ALL)
    assert signed(cities[BOBAI], home["bulletin"], "city:450900") == ([YULIN], [])
    for office in ALL:
        assert signed(cities[office], region["bulletin"], cities.region) == (
            sorted({GAOZHOU, *rest}),
            sorted({BOBAI, MAOMING}),
        )
        assert codes(cities[office]) == []
    assert len(cities.everywhere(cities.region, ALL)) > 0
    cities.everywhere("city:450900", [YULIN, BOBAI])
    assert all(cities.dump(office, "city:450900") == [] for office in ALL if office not in (YULIN, BOBAI))
    with cities[GAOZHOU].casefile.reader.connect() as conn:
        (line,) = told(Query("bulletins"), first_page(conn, Query("bulletins")), "zh")
        assert "玉林市" in line["cells"]["issuer"]  # whose own name for itself never comes here
        assert cities.region in {group["group"] for group in status(conn)["groups"]}


@pytest.mark.tampers
def test_an_outsider_is_given_nothing_and_what_it_writes_is_kept_apart(
    cities: Cities, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(cities[YULIN], "bulletin.issue", **WORDS, group=cities.region)
    assert (
        refused(cities[OUTSIDER], "bulletin.issue", **WORDS, group=cities.region) == "acts.no_bulletin_group"
    )
    write(cities[YULIN], cities.stick)
    assert "read" not in {one.outcome for one in read(cities[OUTSIDER], cities.stick)}
    assert cities.dump(OUTSIDER, cities.region) == []
    with monkeypatch.context() as changed:
        changed.setattr("desktop.wire.roster.Roster.shares", lambda *_: True)
        write_in(cities[OUTSIDER], cities.region, "bulletin", issuer=OUTSIDER, title="外市通报")
        write(cities[OUTSIDER], cities.stick)
    assert "exchange.stranger" in {one.outcome for one in read(cities[MAOMING], cities.stick)}
    assert cities[MAOMING].show("bulletin", where={"issuer": OUTSIDER}) == []
    with monkeypatch.context() as changed:  # a member that lets it in, and passes it on
        changed.setattr("desktop.wire.roster.Roster.shares", lambda *_: True)
        cities.carry(BEIHAI)
    assert sum(one.quarantined for one in read(cities[MAOMING], cities.stick)) == 1
    with cities[MAOMING].casefile.reader.connect() as conn:
        assert [one.why for one in quarantine(conn)] == [NOT_ITS_GROUP]
    assert "外市通报" not in "".join(cities.everywhere(cities.region, [YULIN, MAOMING]))
    assert cities[MAOMING].show("bulletin", where={"issuer": OUTSIDER}) == []


def test_a_city_that_is_cut_off_writes_no_more_and_is_not_waited_for(cities: Cities) -> None:
    made = act(cities[YULIN], "bulletin.issue", **WORDS, group=cities.region)
    cities.carry(*CITIES, *CITIES)
    act(cities[HAIKOU], "bulletin.sign", bulletin=made["bulletin"])
    cities.carry(HAIKOU, YULIN)
    before = signed(cities[YULIN], made["bulletin"], cities.region)
    assert HAIKOU in before[0]
    with cities[HAIKOU].casefile.engine.begin() as conn:
        enrolment.cut_office(cities[HAIKOU].journal(conn), HAIKOU)
    act(cities[HAIKOU], "bulletin.issue", **{**WORDS, "title": "停用以后"}, group=cities.region)
    cities.carry(HAIKOU)
    cities.tell_all(HAIKOU)
    cities.carry(YULIN, MAOMING)
    for office in (YULIN, MAOMING):
        assert "停用以后" not in "".join(cities.dump(office, cities.region))
        assert HAIKOU not in signed(cities[office], made["bulletin"], cities.region)[1]
    assert cities.dump(YULIN, cities.region) == cities.dump(MAOMING, cities.region)


def test_only_a_city_issues_to_a_region_and_a_county_that_does_all_the_same_is_found(cities: Cities) -> None:
    assert refused(cities[BOBAI], "bulletin.issue", **WORDS, group=cities.region) == "acts.no_bulletin_group"
    for group in ("city:440900", "office:450923", "region:all", "region:" + "0" * 32, "x"):
        assert refused(cities[YULIN], "bulletin.issue", **WORDS, group=group) == "acts.no_bulletin_group"
    write_in(cities[BOBAI], cities.region, "bulletin", issuer=BOBAI, title="县级写入")
    write_in(cities[BOBAI], cities.region, "bulletin", issuer=YULIN, title="冒名")
    cities.carry(BOBAI, YULIN, MAOMING)
    for office in (BOBAI, YULIN, MAOMING):
        assert codes(cities[office]) == ["findings.bulletin_issuer", "findings.bulletin_not_city"]


def test_a_receipt_in_the_name_of_another_office_does_not_count(one: tuple[Desk, Desk]) -> None:
    city, _ = one
    made = act(city, "bulletin.issue", **WORDS)
    group = made["group"]
    write_in(city, group, "bulletin_receipt", bulletin=made["bulletin"], office=BOBAI, signatory="冒名")
    assert signed(city, made["bulletin"], group) == ([], [BOBAI])
    assert _lines(city) == [(made["bulletin"], "本单位发布", "0")]
    assert codes(city) == ["findings.receipt_office"]


def test_nobody_signs_for_an_office_or_uses_up_its_numbers_but_itself(
    one: tuple[Desk, Desk], tmp_path: Path
) -> None:
    city, county = one
    made = act(city, "bulletin.issue", **WORDS)
    first = act(county, "bulletin.issue", **WORDS)["number"]
    for serial in range(1, 13):
        number = first.replace("1号", f"{serial}号")
        write_in(city, made["group"], "bulletin", issuer=BOBAI, title="冒名", number=number)
    write_in(
        city, made["group"], "bulletin_receipt", bulletin=made["bulletin"], office=BOBAI, signatory="冒名"
    )
    Cities.carry(_link(tmp_path, city, county), YULIN, BOBAI)
    lines = {row: (state, count) for row, state, count in _lines(county)}
    assert lines[made["bulletin"]] == ("未签收", "0")
    assert sorted(state for state, _ in lines.values()) == ["未签收"] * 13 + ["本单位发布"]
    assert act(county, "bulletin.issue", **WORDS)["number"] == first.replace("1号", "2号")
    with county.casefile.reader.connect() as conn:
        (void,) = [one for one in void_numbers(conn, 2020) if one.group == f"office:{BOBAI}"]
    assert (void.first, void.last) == (3, 10)
    assert "findings.same_number" not in codes(county)


def test_what_cannot_be_signed_for_and_what_cannot_be_issued(one: tuple[Desk, Desk], tmp_path: Path) -> None:
    city, county = one
    made = act(city, "bulletin.issue", **WORDS)["bulletin"]
    assert refused(city, "bulletin.sign", bulletin=made) == "acts.own_bulletin"
    Cities.carry(_link(tmp_path, city, county), YULIN, BOBAI)
    assert act(county, "bulletin.sign", bulletin=made)["receipt"]
    assert refused(county, "bulletin.sign", bulletin=made) == "acts.signed_already"
    missing = new_row_id("city:450900", "bulletin.ar", YULIN)
    assert refused(county, "bulletin.sign", bulletin=missing) == "acts.no_such_record"
    other = act(city, "bulletin.issue", **WORDS)["bulletin"]
    act(city, "record.withdraw", kind="bulletin", id=other, reason="重复发布")
    Cities.carry(_link(tmp_path, city, county), YULIN, BOBAI)
    assert refused(county, "bulletin.sign", bulletin=other) == "acts.bulletin_withdrawn"
    assert waiting(county) == []
    assert refused(city, "bulletin.issue", **{**WORDS, "title": " "}) == "acts.missing"
    period = {"period_from": "2020-06-07", "period_to": "2020-06-01"}
    assert refused(city, "bulletin.issue", **WORDS, **period) == "acts.period_order"
    assert refused(city, "bulletin.issue", **WORDS, period_to="六月") == "acts.day"
    assert refused(city, "bulletin.issue", **WORDS, nature="内参") == "acts.value"


def test_numbers_come_from_the_lease_and_are_never_unused_when_a_bulletin_bears_them(
    one: tuple[Desk, Desk],
) -> None:
    city, _ = one
    numbers = [act(city, "bulletin.issue", **WORDS)["number"] for _ in range(2)]
    assert numbers == ["舆情通报〔2020〕1号", "舆情通报〔2020〕2号"]
    with city.casefile.reader.connect() as conn:
        assert [(void.first, void.last) for void in void_numbers(conn, 2020)] == [(3, 10)]
    act(city, "bulletin.issue", **WORDS, number=numbers[0])
    assert codes(city) == ["findings.same_number"] * 2


def test_a_bulletin_is_corrected_listed_found_and_its_attachment_travels_with_it(
    one: tuple[Desk, Desk], tmp_path: Path
) -> None:
    city, county = one
    link = _link(tmp_path, city, county)
    made = act(city, "bulletin.issue", **WORDS)["bulletin"]
    picture = tmp_path / "截图.png"
    picture.write_bytes(b"screenshot")
    act(city, "file.attach", subject_kind="bulletin", subject=made, path=str(picture))
    act(city, "record.correct", kind="bulletin", id=made, fields={"platforms": "短视频"})
    link.carry(YULIN, BOBAI)
    assert county.show("bulletin", made)[0]["platforms"] == "短视频"
    (attached,) = county.show("attachment")
    assert (attached["subject"], attached["group"]) == (made, "city:450900")
    assert county.casefile.blobs.has(attached["sha256"])
    act(county, "file.attach", subject_kind="bulletin", subject=made, path=str(picture))
    assert {one["group"] for one in county.show("attachment")} == {"city:450900", "office:450923"}
    with pytest.raises(UserError):
        act(county, "record.correct", kind="bulletin", id=made, fields={"platforms": "别处"})
    assert _lines(county) == [(made, "未签收", "0")]
    act(county, "bulletin.sign", bulletin=made)
    assert _lines(county) == [(made, "已签收", "1")]
    assert _lines(city) == [(made, "本单位发布", "0")]
    catch_up_after_writing(county.casefile.engine)
    with county.casefile.reader.connect() as conn:
        assert [(hit.kind, hit.id) for hit in find(conn, "东望集团")] == [("bulletin", made)]


def test_the_list_begins_with_what_is_not_signed_for(one: tuple[Desk, Desk], tmp_path: Path) -> None:
    city, county = one
    rows = [act(city, "bulletin.issue", **WORDS)["bulletin"] for _ in range(3)]
    own = act(county, "bulletin.issue", **WORDS)["bulletin"]
    _link(tmp_path, city, county).carry(YULIN, BOBAI)
    act(county, "bulletin.sign", bulletin=rows[2])
    states = {row: state for row, state, _ in _lines(county)}
    assert list(states.values()) == ["未签收"] * 2 + ["已签收", "本单位发布"]
    assert (states[own], states[rows[2]]) == ("本单位发布", "已签收")


def _link(tmp_path: Path, city: Desk, county: Desk) -> Cities:
    folder = tmp_path / f"link{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    return Cities(folder, [city, county])


def _lines(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.casefile.reader.connect() as conn:
        lines = told(Query("bulletins"), first_page(conn, Query("bulletins")), "zh")
    return [(line["id"], line["cells"]["state"], line["cells"]["receipts"]) for line in lines]
