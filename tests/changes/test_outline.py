"""What a PC says of its logs: stretches of forks with gaps are told as they are."""

from __future__ import annotations

from desktop.changes.outline import gaps, segments
from tests.changes.worlds import GROUP, PC, City


def _record(pc: PC, name: str) -> None:
    act = pc.act()
    act.create("person", {"name": name})
    act.close("people.add")
    act.finish()
    pc.journal.sign_heads(GROUP)


def _forked() -> tuple[City, PC, PC]:
    """A PC and its copy, which went on from the same entry: three entries here, five there."""
    city, one, copy = City(), PC("450923"), PC("450923")
    one.enrol(city, [city.grant(one, "450923")])
    _record(one, "甲")
    one.conn.commit()
    copy.conn.commit()
    one.conn.connection.driver_connection.backup(copy.conn.connection.driver_connection)  # type: ignore[union-attr]
    for name in "乙丙":
        _record(one, name)
    for name in "丁戊己庚":
        _record(copy, name)
    return city, one, copy


def test_a_gap_in_the_shorter_branch_of_a_fork_is_not_told_of_the_longer_one() -> None:
    city, one, copy = _forked()
    reader = PC("450900")
    reader.enrol(city, [city.grant(one, "450923")])
    for piece in [*copy.pieces(), one.pieces()[-1]]:
        reader.journal.receive(piece)
    ((log, parts),) = segments(reader.conn, GROUP).items()
    assert [(first, last) for first, last, _ in parts] == [(3, 3), (1, 5)]
    assert gaps(reader.conn, GROUP) == [(log, 2, 2)]
    for piece in one.pieces():
        reader.journal.receive(piece)
    assert [(first, last) for first, last, _ in segments(reader.conn, GROUP)[log]] == [(1, 3), (1, 5)]
    assert gaps(reader.conn, GROUP) == []


def test_a_gap_without_a_fork_is_told_with_its_bounds() -> None:
    city, one, _ = _forked()
    reader = PC("450900")
    reader.enrol(city, [city.grant(one, "450923")])
    reader.journal.receive(one.pieces()[-1])
    ((log, parts),) = segments(reader.conn, GROUP).items()
    assert [(first, last) for first, last, _ in parts] == [(3, 3)]
    assert gaps(reader.conn, GROUP) == [(log, 1, 2)]
