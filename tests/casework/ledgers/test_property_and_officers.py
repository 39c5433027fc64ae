"""Property lines, police officers by group, and the officers of the office with the head's approval."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.casework.ledgers.cells import BEIJING
from desktop.casework.ledgers.others import read_approval
from tests.casework.ledgers.books import REFERENCE, codes, read, xlsx

ITEM = ["序号", "物品名称", "规格型号", "单位", "数量", "来源", "备注"]
POLICE = ["序号", "姓名", "警种", "编组", "证件号", "职责"]
OFFICE = ["序号", "姓名", "职务", "执法证号", "备注"]


def _rows(folder: Path, kind: str, headings: list[str], *rows: list[Any]) -> list[Any]:
    return read(folder, xlsx(("表", [["标题"], headings, *rows])), kind).rows


def test_items_have_decimal_quantities_and_cash_is_counted_in_fen(tmp_path: Path) -> None:
    rows = _rows(
        tmp_path,
        "property",
        ITEM,
        [1, "现金", "人民币", "元", 128600.5, "抽屉", ""],
        [2, "资料", "", "千克", "1,250.50", "会场", ""],
        [3, "白板", "", "块", 2, "会场", ""],
    )
    assert [row.record.quantity for row in rows] == ["128600.5", "1250.5", "2"]
    assert [row.record.cash for row in rows] == [12_860_050, None, None]
    assert [codes(row) for row in rows] == [set(), set(), set()]


def test_gaps_and_doubtful_quantities_of_items_are_flagged(tmp_path: Path) -> None:
    rows = _rows(
        tmp_path,
        "property",
        ITEM,
        [1, "", "某型", "部", 1, "", ""],
        [2, "手机", "", "部", "", "", "IMEI 860000000000011"],
        [3, "手机", "", "部", "若干", "", "imei:860000000000011"],
        [4, "手机", "", "部", 0, "", ""],
        ["合计", "", "", "", 1, "", ""],
    )
    assert [codes(row) for row in rows] == [
        {"item_without_name"},
        {"item_without_quantity", "same_features"},
        {"number_unreadable", "same_features"},
        {"quantity_not_positive"},
    ]
    assert rows[2].record.claimed == {"quantity": "若干"}


def test_police_officers_come_with_group_branch_and_credential(tmp_path: Path) -> None:
    rows = _rows(
        tmp_path,
        "officers",
        POLICE,
        [1, "覃样本", "经侦", "第一组", "45000001", "组长"],
        [2, "韦虚构", "骑兵", "第二组", 45000001, ""],
        [3, "", "网安", "第二组", "45000003", ""],
    )
    first = rows[0].record
    assert (first.name, first.branch_code, first.group, first.credential, first.duty) == (
        "覃样本", "economic_crime", "第一组", "45000001", "组长",
    )  # fmt: skip
    assert [codes(row) for row in rows] == [
        {"same_credential"},
        {"same_credential", "code_unknown"},
        {"officer_without_name"},
    ]


def test_the_officers_of_the_office_come_with_the_approval_of_the_head(tmp_path: Path) -> None:
    rows = _rows(
        tmp_path,
        "amr_officers",
        OFFICE,
        [1, "样科长（韦虚构）", "股长", "45000001", ""],
        [2, "农假设", "局长（主要负责人）", "", "书面批准扣押：行动前一日 20:30"],
        [3, "莫测试", "执法人员", "", "现场检查"],
    )
    first, head, third = (row.record for row in rows)
    assert (first.name, first.known_as, first.full_name) == ("样科长（韦虚构）", "样科长", "韦虚构")
    assert (first.principal_head, head.principal_head) == (False, True)
    assert head.approval.form == "written"
    assert head.approval.measures == ("扣押",)
    assert head.approval.approved_at == datetime(2020, 6, 6, 20, 30, tzinfo=BEIJING)
    assert third.approval is None
    assert [codes(row) for row in rows] == [{"name_in_brackets"}, {"approval_read"}, {"credential_missing"}]


@pytest.mark.parametrize(
    ("text", "form", "at"),
    [
        ("书面批准查封、扣押：2020年6月6日 20:30", "written", "2020-06-06T20:30+08:00"),
        ("口头批准，当日9时15分", "oral", "2020-06-07T09:15+08:00"),
        ("6月6日20:30书面同意扣押", "written", "2020-06-06T20:30+08:00"),
        ("前一天 20：30 书面批准", "written", "2020-06-06T20:30+08:00"),
        ("书面批准扣押", "written", None),
        ("已批准 20:30", None, None),
        ("先口头后书面批准，当日 8:00", None, "2020-06-07T08:00+08:00"),
        ("书面批准：当日 28:90", "written", None),
    ],
)
def test_an_approval_is_read_as_far_as_it_says(text: str, form: str | None, at: str | None) -> None:
    claim = read_approval(text, REFERENCE)
    assert (claim.text, claim.form) == (text, form)
    assert (claim.approved_at.isoformat(timespec="minutes") if claim.approved_at else None) == at


def test_an_approval_that_is_unclear_is_flagged(tmp_path: Path) -> None:
    rows = _rows(tmp_path, "amr_officers", OFFICE, [1, "农假设", "局长（主要负责人）", "", "已批准"])
    assert codes(rows[0]) == {"approval_unclear"}
