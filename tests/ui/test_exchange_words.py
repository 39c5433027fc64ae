"""The exchange in words: honest times, in sync only where it is, a sentence for every reason."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop.changes import rights
from desktop.sync.standing import NEWER, Gap, Group, Office
from desktop.sync.summary import ExchangeSummary
from desktop.ui.exchange_words import (
    ago_words,
    gap_words,
    moment_words,
    newer_words,
    outcome_words,
    size_words,
    state_words,
    summary_words,
    verdict_words,
)

NOW = 1_591_493_400_000
MIN, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (0, "刚刚"),
        (59_999, "刚刚"),
        (MIN, "1分钟前"),
        (59 * MIN, "59分钟前"),
        (HOUR, "1小时前"),
        (3 * DAY + 5, "3天前"),
        (59 * DAY, "59天前"),
        (60 * DAY, "2020-04-08"),
        (-HOUR, "刚刚"),
        (-2 * DAY, "（时间晚于本机时钟）"),
    ],
)
def test_times_are_told_by_how_long_ago_they_were(qapp: QApplication, before: int, words: str) -> None:
    assert ago_words(NOW - before, NOW) == words


def test_times_are_beijing_s_and_absurd_ones_are_no_time() -> None:
    assert moment_words(NOW) == "2020-06-07 09:30"
    assert moment_words(0) == moment_words(2**53) == ""


def _summary(**values: object) -> ExchangeSummary:
    base: dict[str, object] = {
        "enrolled": True,
        "conflicts": 0,
        "conflicts_elsewhere": 0,
        "waiting": 0,
        "missing": 0,
        "quarantine": 0,
        "receipt": None,
        "receipt_office": None,
    }
    return ExchangeSummary(**(base | values))  # type: ignore[arg-type]


def test_the_status_bar_says_what_is_known(qapp: QApplication) -> None:
    assert summary_words(_summary(enrolled=False, waiting=12)) == "本机未入网，尚未交换"
    assert summary_words(_summary(waiting=12)) == "未交换 12 条，尚无回执"
    told = summary_words(
        _summary(waiting=12, receipt=NOW - 3 * DAY, receipt_office="450900", quarantine=2), NOW
    )
    assert told == "未交换 12 条，上次市局回执 3天前，隔离 2 条"
    county = summary_words(_summary(receipt=NOW, receipt_office="450923"), NOW)
    assert county == "没有待交换内容，上次回执 刚刚"


@pytest.mark.parametrize(
    ("synced", "waiting", "attachments", "receipt", "words"),
    [
        (True, 0, 0, NOW, "已同步"),
        (False, 0, 0, NOW, "对方已收齐"),
        (False, 3, 0, None, "尚无回执"),
        (False, 3, 0, NOW, "待送"),
        (False, 0, 2, NOW, "对方缺附件 2 个"),
        (True, 3, 0, NOW, "待送"),
    ],
)
def test_in_sync_is_said_only_where_it_is(
    qapp: QApplication, synced: bool, waiting: int, attachments: int, receipt: int | None, words: str
) -> None:
    office = Office("450900", waiting, 1, attachments, receipt)
    group = Group("office:450923", 5, [office], synced, waiting, [])
    assert state_words(group, office)[0] == words


def test_an_office_without_a_pc_is_told_as_such(qapp: QApplication) -> None:
    office = Office("450921", 3, 0)
    group = Group("pair:450921+450923", 3, [office], False, 3, [])
    assert state_words(group, office) == ("尚无入网电脑", "soon")


def test_every_reason_of_quarantine_has_its_sentence(qapp: QApplication) -> None:
    reasons = [
        rights.MALFORMED,
        rights.NO_GRANT,
        rights.NOT_ITS_GROUP,
        rights.NOT_ITS_ROW,
        rights.CITY_ONLY,
        rights.CUT,
        rights.EXPUNGED,
        NEWER,
    ]
    assert len({verdict_words(reason) for reason in reasons} - set(reasons)) == len(reasons)
    assert verdict_words("of a later version") == "of a later version"
    assert newer_words(3) == "有 3 条记录需要新版本程序才能显示，已留存并照常转送。"


def test_gaps_and_outcomes_are_sentences(qapp: QApplication) -> None:
    words = gap_words(Gap("log", 5, 7, NOW, 2), "博白县局")
    assert words == "博白县局有 3 条尚未收到（第 5 至 7 条）。已发现 2 天，每次写出时都会向对方索要。"
    assert outcome_words("read", preview=True) == "可以读入"
    assert outcome_words("read", preview=False) == "已读入"
    assert outcome_words("exchange.stranger", preview=True).startswith("这个文件包来自未登记的电脑")
    assert [size_words(size) for size in (5, 2048, 3 << 20, 5 << 30)] == ["5 B", "2.0 KB", "3.0 MB", "5.0 GB"]
