"""What is checked of a whole list of people: the same person twice, uplines, loops.

Links and flags, never merges. Knows drafts; knows no file format.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable

from desktop.casework.identity import clean_number
from desktop.casework.ledgers.drafts import Draft

_NO_UPLINE = frozenset({"无", "/", "-", "—", "——", "不详", "未知", "无上线", "没有", "暂无", "不清楚"})
_NOT_A_NAME = frozenset({"无名氏", "不详", "未知", "身份不明", "拒不说明", "不明"})
_SHORTEST_NUMBER, _LONGEST_NAME = 8, 200
_BRACKETED = re.compile(r"[(（]([^()（）]*)[)）]")


def check_people(drafts: list[Draft]) -> None:
    """Flag duplicates and link uplines within the list."""
    _flag_same(drafts, _number_key, "id_number", "ledgers.same_number")
    _flag_same(drafts, _name_and_birth_key, "name", "ledgers.same_name_and_birth")
    _flag_same(drafts, _site_number_key, "site_number", "ledgers.same_site_number")
    _link_uplines(drafts)
    _flag_loops(drafts)


def _number_key(draft: Draft) -> Hashable | None:
    if number := draft.text("id_number"):
        return number
    claimed = draft.text("id_number_claimed")
    # A rounded number has lost the digits that tell two people apart.
    rounded = any(found.code == "ledgers.id_rounded" for found in draft.flags)
    if not claimed or rounded or len(claimed) < _SHORTEST_NUMBER:
        return None
    return clean_number(claimed)


def _name_and_birth_key(draft: Draft) -> Hashable | None:
    name, birth = _fold(draft.text("name")), draft.values.get("birth")
    return (name, str(birth)) if name and birth and name not in _NOT_A_NAME else None


def _site_number_key(draft: Draft) -> Hashable | None:
    return _fold(draft.text("site_number")) or None


def _fold(text: str | None) -> str:
    if not text or len(text) > _LONGEST_NAME:
        return text or ""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _flag_same(drafts: list[Draft], key: Callable[[Draft], Hashable | None], field: str, code: str) -> None:
    """Flag every row that shares a key: the later ones name the first, the first names the second."""
    groups: dict[Hashable, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if (found := key(draft)) is not None:
            groups[found].append(draft)
    for group in groups.values():
        for position, draft in enumerate(group if len(group) > 1 else ()):
            draft.flag(field, code, other=group[0 if position else 1].row_number)


def _link_uplines(drafts: list[Draft]) -> None:
    names: dict[str, set[int]] = defaultdict(set)
    for index, draft in enumerate(drafts):
        for field in ("name", "alias", "site_number"):
            if folded := _fold(draft.text(field)):
                names[folded].add(index)
    for index, draft in enumerate(drafts):
        written = draft.text("upline_claimed")
        if written and _fold(written) not in _NO_UPLINE:
            _link(drafts, index, _candidates(names, written))


def _candidates(names: dict[str, set[int]], written: str) -> set[int]:
    """The rows a written upline can mean: the whole text, else what stands before and in its brackets."""
    whole = _fold(written)
    if whole in names:
        return names[whole]
    if len(written) > _LONGEST_NAME:
        return set()
    parts = [_fold(_BRACKETED.sub("", written)), *map(_fold, _BRACKETED.findall(written))]
    found = [names[part] for part in parts if part in names]
    return set.intersection(*found) or set.union(*found) if found else set()


def _link(drafts: list[Draft], index: int, candidates: set[int]) -> None:
    draft, written = drafts[index], drafts[index].text("upline_claimed")
    if not candidates:
        draft.flag("upline_claimed", "ledgers.upline_not_listed", written)
    elif candidates == {index}:
        draft.flag("upline_claimed", "ledgers.upline_self", written)
    elif len(candidates) > 1:
        draft.flag("upline_claimed", "ledgers.upline_several", written)
    else:
        upline = next(iter(candidates))
        draft.values["upline_index"] = upline
        draft.values["upline_row"] = drafts[upline].row_number


def _flag_loops(drafts: list[Draft]) -> None:
    """Follow each chain of uplines once; where one meets itself is a loop, and all its rows are flagged."""
    settled: set[int] = set()
    for start in range(len(drafts)):
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in settled and at not in path:
            path[at] = None
            at = drafts[at].values.get("upline_index")
        if at is not None and at in path:
            chain = list(path)
            for index in chain[chain.index(at) :]:
                drafts[index].flag(
                    "upline_claimed", "ledgers.upline_loop", drafts[index].text("upline_claimed")
                )
        settled.update(path)
