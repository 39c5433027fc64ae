"""Breaking lines: nothing lost, no mark where it may not stand, no line too wide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.forms.fonts import to_unicode_map
from desktop.forms.text import Span, atoms, clean, wrap, wrap_text

_TEXTS = st.text(alphabet="传销条例，。（）“”ab1 -·\n𫖯", max_size=120)


def _said(text: str, width: float) -> list[str]:
    return ["".join(atom.char for atom in line.atoms) for line in wrap_text(text, width)]


@given(_TEXTS, st.floats(min_value=2, max_value=30))
def test_breaking_loses_nothing_but_spaces_at_line_ends(text: str, width: float) -> None:
    assert "".join(_said(text, width)).replace(" ", "") == clean(text).replace("\n", "").replace(" ", "")


@given(_TEXTS, st.floats(min_value=2, max_value=30))
def test_no_line_is_wider_than_its_measure(text: str, width: float) -> None:
    assert all(line.width <= width + 1e-6 for line in wrap_text(text, width))


def test_a_full_stop_never_begins_a_line_and_a_bracket_never_ends_one() -> None:
    assert _said("一二三四五。六", 5) == ["一二三四", "五。六"]
    assert _said("一二三四（五）", 5) == ["一二三四", "（五）"]


def test_numbers_and_words_stay_whole_unless_wider_than_the_line() -> None:
    assert _said("证号450923198504120019", 11) == ["证号", "450923198504120019"]
    assert len(_said("W" * 100, 10)) > 5


def test_a_paragraph_is_indented_once() -> None:
    lines = wrap(atoms([Span("一二三四五六七八\n九")]), 5, indent=2)
    said = ["".join(atom.char for atom in line.atoms) for line in lines]
    assert said == ["　　一二三", "四五六七八", "　　九"]


def test_a_gap_is_ruled_and_may_run_on() -> None:
    lines = wrap(atoms([Span("依据"), Span("", gap=6)]), 5)
    assert [sum(atom.rule for atom in line.atoms) for line in lines] == [3, 3]


def test_line_ends_of_all_kinds_are_one_and_tabs_are_spaces() -> None:
    assert clean("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd e"


def test_characters_above_the_basic_plane_are_mapped_as_surrogate_pairs() -> None:
    mapped = to_unicode_map([0, ord("王"), ord("𫖯")])
    assert "<01> <738B>" in mapped
    assert "<02> <D86DDDAF>" in mapped
    assert "<00> <" not in mapped.replace("<00> <FF>", "")
