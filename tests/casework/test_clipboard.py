"""What Excel and WPS put on the clipboard is taken apart as it was put together, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.casework.clipboard import pasted_cells
from desktop.errors import UserError


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("\r\n\r\n", []),
        ("a", [["a"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\t\tb\n\nc", [["a", "", "b"], [""], ["c"]]),
        ('"两行\n文字"\tb', [["两行\n文字", "b"]]),
        ('"a\tb"\t"c""d"\n"e"', [["a\tb", 'c"d'], ["e"]]),
        ('5" 管\t"未完\nb', [['5" 管', '"未完'], ["b"]]),
        ('"a"b\t"c"', [['"a"b', "c"]]),
        ('""\t"', [["", '"']]),
        ("\ufeff姓名\r姓", [["姓名"], ["姓"]]),
    ],
)
def test_the_clipboard_is_taken_apart_so(text: str, rows: list[list[str]]) -> None:
    assert pasted_cells(text) == rows


@given(st.lists(st.lists(st.text('a"\t\n ', max_size=6), min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_was_copied_with_quotes_comes_back(rows: list[list[str]]) -> None:
    quoted = ["\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    assert pasted_cells("\n".join(quoted)) == rows


@pytest.mark.parametrize("text", ["a\n" * 200_001, "a\t" * 501, "a" * 32_768, "\t" * 1_000_000])
def test_a_paste_beyond_the_limits_of_a_ledger_is_one_sentence(text: str) -> None:
    with pytest.raises(UserError) as caught:
        pasted_cells(text)
    assert caught.value.code.startswith("ledgers.")


def test_quotes_without_end_cost_no_time() -> None:
    assert len(pasted_cells(('"""x\t' * 400 + "\n") * 500)) == 500


# headings and columns
