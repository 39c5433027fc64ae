"""The statements that give the row ids of a list in order, and the cells of a page.

A long list is walked along an index that holds all it needs; what is blank in the column of the order comes
last, both ways. Knows sources and conditions; runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from desktop.casework.lists.columns import Listing, Query, listing_of
from desktop.casework.lists.conditions import Condition, condition
from desktop.casework.lists.sources import SOURCES, Cell, Source
from desktop.errors import UserError
from desktop.models.list_indexes import index_name, seconds
from desktop.wire.ids import is_row_id, row_bytes


class Statement(NamedTuple):
    """A statement without its limit, and the values bound in it."""

    sql: str
    values: tuple[object, ...]


class _Phase(NamedTuple):
    """One part of a list: what it walks, its order, what holds in it beyond the filters.

    ``leads`` is the other table it walks first, where it does.
    """

    walk: str
    order: tuple[str, ...]
    holds: str = ""
    joins: tuple[str, ...] = ()
    leads: str = ""


class Plan:
    """The statements of one query. Raises ``UserError`` for a list, column or parent that is none."""

    def __init__(self, query: Query) -> None:
        self.listing: Listing = listing_of(query)
        self.source: Source = SOURCES[query.listing]
        self._query = query
        self._within = self._parent()
        if query.sort is not None:
            self.listing.column(query.sort[0])

    def ids(self) -> list[Statement]:
        """The statements whose results, one after the other, are the ids of the whole list."""
        return [self._select(f"{self.source.table}.id", phase) for phase in self._phases()]

    def halves(self) -> tuple[Statement, Statement] | None:
        """What the first of :meth:`ids` joins, where another table gives the order; else ``None``.

        That table's ids in order, and for each line the id there and its own. A whole list is matched outside
        the database, which would look each line up in another order than it keeps them.
        """
        phase = self._phases()[0]
        if not phase.leads:
            return None
        table, lead = self.source.table, phase.leads
        leading = phase._replace(walk=phase.walk.split(" CROSS JOIN ")[0], order=phase.order[:-1])
        lines = _Phase(self._walk(), phase.order[-1:])
        return (
            self._select(f"{lead}.id", leading, lambda cell: cell.joins == (lead,)),
            self._select(
                f"{table}.{self.source.links[lead]}, {table}.id", lines, lambda cell: cell.joins != (lead,)
            ),
        )

    def count(self) -> Statement:
        """How many lines there are."""
        return self._select("count(*)", _Phase(self._walk(), ()))

    def lines(self, count: int) -> str:
        """The statement for the cells of ``count`` lines by their ids, in no order."""
        source = self.source
        cells = ", ".join(source.cell(column.word).sql for column in self.listing.columns)
        withdrawn = source.withdrawn or f"{source.table}.withdrawn"
        conflicts = source.conflicts or f"{source.table}.conflicts"
        joins = " ".join(source.joins.values())
        return (
            f"SELECT {source.table}.id, {source.related}, {withdrawn}, {conflicts}, {cells}"
            f" FROM {source.table} {joins} WHERE {source.table}.id IN ({', '.join('?' * count)})"
        )

    # the order

    def _phases(self) -> list[_Phase]:
        if self._query.sort is not None:
            return self._sorted(*self._query.sort)
        inside = self.source.inside
        if self._within is not None and inside is not None:
            return self._inside(inside.walk, inside.terms)
        word, descending = self.source.natural
        if word:
            return self._sorted(word, descending)
        return [_Phase(self._walk(), (self._by_id(descending),))]

    def _inside(self, index: str, terms: tuple[str, ...]) -> list[_Phase]:
        walk = f"{self.source.table} INDEXED BY {index_name(index)}"
        order = (*terms, self._by_id(False))
        return [_Phase(walk, order, f"{terms[0]} IS NOT NULL"), _Phase(walk, order, f"{terms[0]} IS NULL")]

    def _sorted(self, word: str, descending: bool) -> list[_Phase]:
        term, joins = self._term(word)
        way = " DESC" if descending else ""
        last = self._by_id(descending)
        index = self.source.fast.get(word) if self._within is None else None
        if index is None:
            return [_Phase(self._walk(), (f"{term} IS NULL", term + way, last), "", joins)]
        full, blank = f"{term} IS NOT NULL", f"{term} IS NULL"
        table, driving = self.source.table, index.split(" ")[0]
        walk = f"{driving} INDEXED BY {index_name(index)}"
        if driving == table:
            return [_Phase(walk, (term + way, last), full), _Phase(walk, (last,), blank)]
        link = f"{table}.{self.source.links[driving]}"
        walk += f" CROSS JOIN {table} ON {link} = {driving}.id"
        alone = f"NOT EXISTS (SELECT 1 FROM {driving} AS other WHERE other.id = {link})"
        return [
            _Phase(walk, (term + way, f"{driving}.id{way}", last), full, (), driving),
            _Phase(walk, (f"{driving}.id{way}", last), blank, (), driving),
            _Phase(self._walk(), (last,), alone),
        ]

    def _term(self, word: str) -> tuple[str, tuple[str, ...]]:
        column, cell = self.listing.column(word), self.source.cell(word)
        if cell.order:
            return cell.order, cell.joins
        if column.kind == "moment":
            return seconds(cell.sql), cell.joins
        if column.kind == "flags":
            return f"nullif(json_array_length({cell.sql}), 0)", cell.joins
        return cell.sql, cell.joins

    def _by_id(self, descending: bool) -> str:
        return f"{self.source.table}.id" + (" DESC" if descending else "")

    def _walk(self) -> str:
        walk = self.source.walk if self._within is None else ""
        return f"{self.source.table} INDEXED BY {index_name(walk)}" if walk else self.source.table

    # what is asked for

    def _select(self, what: str, phase: _Phase, part: Callable[[Cell], bool] | None = None) -> Statement:
        """Selects ``what`` of the lines; with ``part`` only the filters of these cells count."""
        joins = dict.fromkeys(phase.joins)
        parts, values = self._standing(phase)
        for word, typed in self._query.contains:
            cell = self.source.cell(word)
            found = condition(self.listing.column(word).kind, cell.find or cell.sql, typed)
            if found is None or not (part is None or part(cell)):
                continue
            if among := self._among(word, found, phase):
                found = among
            else:
                joins |= dict.fromkeys(cell.joins)
            parts.append(found.sql)
            values += found.values
        joined = [self.source.joins[name] for name in joins if name != phase.leads]
        tables, where = " ".join([phase.walk, *joined]), " AND ".join(parts) or "1"
        order = f" ORDER BY {', '.join(phase.order)}" if phase.order else ""
        return Statement(f"SELECT {what} FROM {tables} WHERE {where}{order}", tuple(values))

    def _standing(self, phase: _Phase) -> tuple[list[str], list[object]]:
        """What holds before any filter: the parent, no withdrawal, and what the phase is about."""
        source = self.source
        parts = [phase.holds] if phase.holds else []
        values: list[object] = []
        if self._within is not None:
            either = [f'{source.table}."{column}" = ?' for column in source.within]
            parts.append(f"({' OR '.join(either)})")
            values += [self._within] * len(either)
        if not self._query.withdrawn and source.table in phase.walk.split():
            parts += [f"{source.table}.withdrawn <> 1", *filter(None, [source.standing])]
        return parts, values

    def _among(self, word: str, found: Condition, phase: _Phase) -> Condition | None:
        """Looks through an index of another table once, instead of at each line's record there."""
        owner = self.source.fast.get(word, "").split(" ")[0]
        if self._within is not None or owner not in self.source.links or owner == phase.leads:
            return None
        link = f"+{self.source.table}.{self.source.links[owner]}"
        return Condition(f"{link} IN (SELECT {owner}.id FROM {owner} WHERE {found.sql})", found.values)

    def _parent(self) -> bytes | None:
        within = self._query.within
        if within is None:
            return None
        if not self.source.within:
            raise UserError("lists.no_within", listing=self.listing.name)
        if not is_row_id(within):
            raise UserError("lists.not_an_id")
        return row_bytes(within)


def fast_sorts(query: Query) -> frozenset[str]:
    """The columns by which this list sorts at once however long it is; within one record that is all."""
    plan = Plan(query)
    if query.within is not None:
        return frozenset(column.word for column in plan.listing.columns)
    return frozenset(plan.source.fast)
