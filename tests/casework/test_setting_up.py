"""A new case file has its first records or is not there at all."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from desktop.casefile.continuity import Continuity
from desktop.casefile.unlocking import Passphrase, RecoveryKey
from desktop.casework import setting_up
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.setting_up import FirstFacts, create_case_file, open_case_file, recovery_sheet
from desktop.errors import UserError
from tests.desks import CHEAP, PASSPHRASE

FIRST = FirstFacts("450923", "博白县市场监督管理局", "陈珍", "45092301001", "博市监")


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_a_new_file_opens_again_with_its_office_and_first_officer(tmp_path: Path) -> None:
    made, recovery = create_case_file(tmp_path / "案件库", FIRST, PASSPHRASE, cost=CHEAP)
    made.close()
    for unlock in (Passphrase(PASSPHRASE), RecoveryKey(recovery)):
        with open_case_file(tmp_path / "案件库", unlock) as casefile:
            desk = Desk(casefile)
            (office,) = desk.show("office")
            (officer,) = desk.show("officer")
            assert (office["code"], office["name"], office["short_name"]) == (
                "450923",
                "博白县市场监督管理局",
                "博市监",
            )
            assert (officer["id"], officer["name"]) == (casefile.officer, "陈珍")


def test_the_short_name_begins_the_numbers_of_documents(tmp_path: Path) -> None:
    made, _ = create_case_file(tmp_path / "案件库", FIRST, PASSPHRASE, cost=CHEAP)
    with made:
        desk = Desk(made)
        value = {"form": "site_record", "subject_kind": "officer", "subject": made.officer}
        value["issued_at"] = "2020-06-07T09:20+08:00"
        (outcome,) = desk.do([("document.issue", parse_act("document.issue", value))])
        assert outcome.ids["number"].startswith("博市监笔录〔2020〕")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"office": "45092"}, "casefile.office"),
        ({"office": "450923-GA"}, "casefile.office"),
        ({"name": "  "}, "acts.missing"),
        ({"officer": ""}, "acts.missing"),
        ({"credential": ""}, "acts.missing"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_made(
    tmp_path: Path, change: dict[str, str], code: str
) -> None:
    first = FirstFacts(**{"office": "450923", "name": "局", "officer": "甲", "credential": "1", **change})
    with pytest.raises(UserError) as caught:
        create_case_file(tmp_path / "案件库", first, PASSPHRASE, cost=CHEAP)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_short_passphrase_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        create_case_file(tmp_path / "案件库", FIRST, "七个字符的口令", cost=CHEAP)
    assert caught.value.code == "casefile.passphrase_short"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["set_up", "renew"])
def test_a_fault_in_the_middle_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(broken)

    monkeypatch.setattr(*{"set_up": (setting_up, "set_up"), "renew": (Continuity, "renew")}[broken], fail)
    with pytest.raises(RuntimeError):
        create_case_file(tmp_path / "案件库", FIRST, PASSPHRASE, cost=CHEAP)
    assert [path for path in tmp_path.iterdir() if path.name != "state"] == []
    monkeypatch.undo()


def test_the_recovery_sheet_prints_the_key_for_its_office() -> None:
    key = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH-J"
    document = pypdfium2.PdfDocument(recovery_sheet("博白县市场监督管理局", "0123", key))
    try:
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    assert all(group in text for group in key.split("-"))
    assert "博白县市场监督管理局" in text
