"""The question to the index: one statement that gives rows best rank first, as far as they are asked for.

Each part of the statement answers one rank for one kind from an index, so that the first fifty of 300,000
cost no more than fifty. Knows the tables of the index, not the records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from desktop.casework import search_words as words
from desktop.casework.search_fields import SUBJECTS, Subject
from desktop.casework.search_words import Query
from desktop.changes.store import marks

_AFTER_ALL = "\U0010ffff"
_BY_KEY = "SELECT d.row, d.kind FROM search_key k CROSS JOIN search_doc d ON d.no = k.doc WHERE"
_IS = f"{_BY_KEY} k.key = ? ORDER BY k.doc DESC"
_STARTS = f"{_BY_KEY} k.key > ? AND k.key < ? ORDER BY k.key, k.doc"
_PHRASE = (
    "SELECT d.row, d.kind FROM search_text t CROSS JOIN search_doc d ON d.no = t.rowid"
    " WHERE t.search_text MATCH ?"
)

_Part = tuple[str, tuple[str, ...]]


def proposals(query: Query, subjects: Sequence[Subject]) -> tuple[str, tuple[str, ...]]:
    """The statement and its values; it gives ids and kinds, a row once for each way in which it matches.

    It is empty when no kind can match: a letter alone stands in no text.
    """
    parts = list(_parts(query, subjects))
    statement = " UNION ALL ".join(f"SELECT * FROM ({part})" for part, _ in parts)  # noqa: S608 - marks only
    return statement, tuple(value for _, values in parts for value in values)


def _parts(query: Query, subjects: Sequence[Subject]) -> Iterator[_Part]:
    if query.number:
        yield from _equal(subjects, words.NUMBER, query.text)
    yield from _equal(subjects, words.NAME, query.text)
    yield from _starting(subjects, words.NAME, query.text)
    if query.part:
        yield from _starting(subjects, words.NUMBER, query.text)
        yield _matching(subjects, words.end_query(query))
    if query.letters:
        yield from _equal(subjects, words.PINYIN, query.letters)
        yield from _starting(subjects, words.PINYIN, query.letters)
    if query.phrase:
        yield _matching(subjects, words.phrase_query(query))


def _equal(subjects: Sequence[Subject], kind: str, text: str) -> Iterator[_Part]:
    """What was written last comes first."""
    for key in _keys(subjects, kind, text):
        yield _IS, (key,)


def _starting(subjects: Sequence[Subject], kind: str, text: str) -> Iterator[_Part]:
    for key in _keys(subjects, kind, text):
        yield _STARTS, (key, key + _AFTER_ALL)


def _keys(subjects: Sequence[Subject], kind: str, text: str) -> Iterator[str]:
    for subject in subjects:
        if any(kind in words.KEYS[role] for role in subject.fields.values()):
            yield subject.code + kind + text


def _matching(subjects: Sequence[Subject], phrase: str) -> _Part:
    if len(subjects) == len(SUBJECTS):
        return _PHRASE, (phrase,)
    kinds = [subject.kind for subject in subjects]
    return f"{_PHRASE} AND d.kind IN ({marks(len(kinds))})", (phrase, *kinds)
