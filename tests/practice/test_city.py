"""The practice city plays through, with its own raid and with a random one in another county."""

from __future__ import annotations

import json
import random
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pypdfium2
import pytest
import xlsxwriter

from desktop.casefile.unlocking import Passphrase
from desktop.casework.setting_up import open_case_file
from desktop.cli import run
from desktop.errors import Cancelled, UserError
from desktop.practice import city
from desktop.practice.city import county_desk, play
from desktop.wire.groups import office_group

OWN = [
    ["陈珍", "股长", "45092301001", ""],
    ["郭秀", "执法人员", "45092301014", ""],
    ["董松", "执法人员", "45092301022", ""],
    ["潘文", "局长（主要负责人）", "", ""],
]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def _ledger(path: Path, people: list[list[str]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, ["某年某月某日登记表"])
        sheet.write_row(1, 0, ["备注", "姓名", "证件号码", "现场编号", "性别", "介绍人(上线)"])
        for line, person in enumerate(people, 2):
            sheet.write_row(line, 0, person)
        officers = book.add_worksheet("警力")
        officers.write_row(0, 0, ["姓名", "警种", "编组", "证件号"])
        officers.write_row(1, 0, ["警甲", "经侦", "第一组", "45000001"])
        officers.write_row(2, 0, ["警乙", "治安", "第二组", "45000002"])
        own = book.add_worksheet("市监")
        own.write_row(0, 0, ["姓名", "职务", "执法证号", "备注"])
        for number, line in enumerate(OWN, 1):
            own.write_row(number, 0, line)
        things = book.add_worksheet("物品")
        things.write_row(0, 0, ["序号", "物品名称", "规格型号", "单位", "数量", "来源", "备注"])
        things.write_row(1, 0, ["1", "手机", "甲型", "部", "1", "讲台", "=1+1"])


def _text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _run(*arguments: str) -> tuple[int, str]:
    with redirect_stdout(StringIO()) as out:
        code = run(list(arguments))
    return code, out.getvalue()


def test_the_job_plays_through_and_leaves_no_name_readable(tmp_path: Path) -> None:
    place = tmp_path / "practice"
    kept = play(place, run, headless=True)
    assert len(kept["people"]) == 93
    code, text = _run("show", str(place / "county"), "person", "--passphrase-file", kept["pass"])
    assert code == 0
    people = json.loads(text)
    assert len(people) == 93
    names = {person["name"] for person in people if person["name"]}
    numbers = {person["id_number"] for person in people if person["id_number"]}
    register = _text(place / "people_register.pdf")
    assert all(name in register for name in names)
    for path in (item for item in tmp_path.rglob("*") if item.is_file()):
        if path.suffix in (".pdf", ".png"):
            continue
        data = path.read_bytes()
        for word in (word for word in names | numbers if len(word) > 2):
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert word.encode(encoding) not in data, path.name


def test_the_same_script_plays_a_random_raid_in_another_county(tmp_path: Path) -> None:
    chance = random.Random(20200607)
    count = chance.randint(40, 200)
    people = [
        [
            "<b>&\"';--",
            f"人{chance.choice('甲乙丙丁')}{number}",
            "",
            f"A{number:03d}",
            chance.choice("男女"),
            "人甲0",
        ]
        for number in range(count)
    ]
    ledger = tmp_path / "ledger.xlsx"
    _ledger(ledger, people)
    place = tmp_path / "other"
    kept = play(
        place,
        run,
        headless=True,
        changes={
            "county": "450922",
            "county_name": "陆川县市场监督管理局（练习）",
            "ledger": str(ledger),
            "place": "练习大厦",
        },
    )
    assert len(kept["people"]) == count
    assert f'"group": "{office_group("450922")}"' in kept["city_dump"]
    code, text = _run("show", str(place / "city"), "person", "--passphrase-file", kept["pass"])
    assert code == 0
    assert sorted(person["name"] for person in json.loads(text)) == sorted(person[1] for person in people)
    item = json.loads(_run("show", str(place / "city"), "item", "--passphrase-file", kept["pass"])[1])
    assert item[0]["note"] == "=1+1"


def test_a_folder_that_is_no_practice_city_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x", "utf-8")
    with pytest.raises(UserError):
        play(tmp_path, run, headless=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_county_desk_is_built_once_and_tells_each_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = city.SCRIPT.read_text("utf-8").split("[[step]]")[:3]
    (tmp_path / "short.toml").write_text("[[step]]".join(short), "utf-8")
    monkeypatch.setattr(city, "SCRIPT", tmp_path / "short.toml")
    told: list[tuple[int, int]] = []
    county = county_desk(tmp_path / "practice", run, lambda number, total, _: told.append((number, total)))
    assert told == [(1, 2), (2, 2)]
    open_case_file(county.folder, Passphrase(county.passphrase)).close()
    assert county_desk(tmp_path / "practice", run, lambda *_: told.append((0, 0))) == county
    assert len(told) == 2


def test_a_practice_city_that_was_stopped_is_taken_away_again(tmp_path: Path) -> None:
    def stop(number: int, _: int, __: str) -> None:
        if number == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        county_desk(tmp_path / "practice", run, stop)
    assert not (tmp_path / "practice").exists()
    (tmp_path / "letter.txt").write_text("x", "utf-8")
    with pytest.raises(UserError):
        county_desk(tmp_path, run, stop)
    assert (tmp_path / "letter.txt").exists()
