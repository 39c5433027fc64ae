"""Dates, spans of time and citations as documents print them."""

from __future__ import annotations

import pytest

from desktop.forms.chinese import chinese_date, chinese_number, chinese_span, citation, citations, is_before
from desktop.forms.data import LegalBasis


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2020-06-07", "2020年6月7日"),
        ("2020-06-07T09:20", "2020年6月7日9时20分"),
        ("2020-06-07 09:05:59", "2020年6月7日9时5分"),
        ("2020-06", "2020年6月"),
        ("2020", "2020年"),
        ("去年夏天", "去年夏天"),
        ("\uff12020-06-07", "\uff12020-06-07"),
        ("", ""),
    ],
)
def test_dates_are_printed_without_leading_zeros_and_claims_as_they_are(text: str, printed: str) -> None:
    assert chinese_date(text) == printed


@pytest.mark.parametrize(
    ("start", "end", "printed"),
    [
        ("2020-06-07T09:20", "2020-06-07T19:05", "2020年6月7日9时20分至7日19时5分"),
        ("2020-06-30T22:00", "2020-07-01T01:00", "2020年6月30日22时0分至2020年7月1日1时0分"),
        ("2020-06-07T09:20", "", ""),
        ("上午", "下午", "上午至下午"),
    ],
)
def test_a_span_says_the_month_once(start: str, end: str, printed: str) -> None:
    assert chinese_span(start, end) == printed


@pytest.mark.parametrize(
    ("number", "words"),
    [("1", "一"), ("10", "十"), ("14", "十四"), ("20", "二十"), ("101", "一百零一"), ("110", "一百一十"),
     ("224", "二百二十四"), ("0", "0"), ("十四", "十四"), ("\uff11", "\uff11")],
)  # fmt: skip
def test_article_numbers_are_chinese(number: str, words: str) -> None:
    assert chinese_number(number) == words


def test_a_citation_prints_only_the_parts_it_has() -> None:
    assert (
        citation(LegalBasis(law="行政强制法", article="18", item="9")) == "《行政强制法》第十八条第（九）项"
    )
    assert citation(LegalBasis(law="《刑法》", article="第二百二十四条之一")) == "《刑法》第二百二十四条之一"
    assert citation(LegalBasis()) == ""


def test_citations_say_what_they_share_once() -> None:
    first = LegalBasis(law="甲", article="14", paragraph="1", item="4")
    bases = [
        first,
        LegalBasis(law="甲", article="14", paragraph="1", item="5"),
        LegalBasis(law="甲", article="15"),
        first,
    ]
    assert (
        citations(bases) == "《甲》第十四条第一款第（四）项、第（五）项、第十五条、第十四条第一款第（四）项"
    )
    assert (
        citations([LegalBasis(law="甲", article="1"), LegalBasis(law="乙", article="1")])
        == "《甲》第一条、《乙》第一条"
    )
    assert citations([first, first]).count("第（四）项") == 2


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2023-12-31", True),
        ("2024-01-01", False),
        ("2023", True),
        ("2024", False),
        ("", False),
        ("0000", True),
    ],
)
def test_partial_dates_compare_by_what_is_known(text: str, before: bool) -> None:
    assert is_before(text, "2024-01-01") is before
