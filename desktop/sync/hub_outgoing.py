"""What goes to the hub: a bundle for each state of a group, and never the same state twice.

What lies on the hub for a PC counts as if the PC had it, until the hub lost it or the PC starts anew; so each
bundle holds only what came since. What lies there and is asked for goes again only to whoever has spoken
since. Knows the log and this file's own facts, no network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine

from desktop.casefile.blobs import BlobStore
from desktop.casefile.files import make_folder
from desktop.changes.journal import Journal
from desktop.changes.outline import Segment, segments
from desktop.changes.pen import get_setting, load_pen, put_setting
from desktop.sync import consigning
from desktop.sync.backed import own_backup
from desktop.sync.carried import carried_as, heard, lying
from desktop.sync.carrier import FOLDER, bundle_name
from desktop.sync.fetching import asked_for, fetch_limit
from desktop.sync.known import Placed, groups_heard_of
from desktop.sync.lists import lists_of
from desktop.sync.needs import needs_of, own_needs
from desktop.sync.standing import attachments_of
from desktop.sync.turns import Turn
from desktop.sync.writing import export_each
from desktop.wire.pieces import offsets_within

HUB = "hub"
"""What is noted of a bundle in place of a stick's id."""

_PLACED, _OUT = "hub:placed:", "hub:out:"
_MOST_NAMES = 500


class Lying(msgspec.Struct, frozen=True):
    """What lies on the hub of a group.

    For which devices (with the incarnations that each was heard of in), up to which segments, which whole
    attachments, in which bundles; ``state`` is what the group was like.
    """

    state: str
    to: dict[str, list[str]]
    logs: dict[str, list[Segment]]
    blobs: list[str]
    names: list[str]


class Waiting(msgspec.Struct, frozen=True):
    """Bundles of a group, written for the hub and not all there yet; ``after`` holds once they are."""

    files: list[tuple[str, int]]
    to: list[str]
    after: Lying


def outgoing_folder(spool: Path) -> Path:
    """Where bundles wait for the hub."""
    return spool / "out"


def bundle_path(spool: Path, name: str) -> Path:
    """A bundle that waits for the hub, by its SHA-256."""
    return outgoing_folder(spool) / FOLDER / bundle_name(name)


def due_groups(conn: Connection, blobs: BlobStore) -> list[str]:
    """The groups that the hub is to be told of: something is new in them, here or with those they are for."""
    journal = Journal(conn)
    if journal.root() is None:
        return []
    office, rights = journal.pen().office, journal.rights()
    return [
        group
        for group in groups_heard_of(conn)
        if rights.shares(group, office) and _is_due(conn, journal, blobs, group)
    ]


class Due:
    """Which groups are due, asked for again and again: looked at closely only when something happened."""

    def __init__(self) -> None:
        self._quiet: tuple[object, ...] = ()

    def groups(self, conn: Connection, blobs: BlobStore) -> list[str]:
        """As ``due_groups``."""
        row = conn.exec_driver_sql(
            "SELECT (SELECT max(no) FROM entry), (SELECT count(*) FROM bundle),"
            " (SELECT count(*) FROM statement), (SELECT sum(counter) FROM have),"
            " (SELECT count(*) FROM setting WHERE substr(key, 1, 4) = 'hub:')"
        ).one()
        now = (*row, load_pen(conn).incarnation, fetch_limit(conn), asked_for(conn))
        if now == self._quiet:
            return []
        found = due_groups(conn, blobs)
        self._quiet = () if found else now
        return found


def _is_due(conn: Connection, journal: Journal, blobs: BlobStore, group: str) -> bool:
    to = _recipients(journal, group)
    if not to or get_setting(conn, _OUT + group):
        return False
    there = _lying(conn, group)
    if there is None:
        return True
    left = _not_there(_pieces_asked(conn, blobs, group, to), _pieces_there(conn, group, there.names))
    return there.state != _with_pieces(group_state(conn, blobs, group, to), left)


def _recipients(journal: Journal, group: str) -> list[str]:
    return sorted(journal.rights().readers(group).keys() - {journal.pen().device})


def group_state(conn: Connection, blobs: BlobStore, group: str, to: Iterable[str]) -> str:
    """A hash of what a bundle of this group would say now, without what changes with each saying.

    Without the pieces of large attachments, too: ``_with_pieces`` adds those that are still to be sent. Of
    what others ask for only what can be given: else two that lack the same would ask each other for ever.
    """
    own = segments(conn, group)
    wanted = needs_of(conn, group, to)
    givable = [
        stretch
        for stretch in wanted.entries
        if any(first <= stretch[2] and stretch[1] <= last for first, last, _ in own.get(stretch[0], []))
    ]
    held = sorted(name for name in attachments_of(conn, group) if blobs.has(name))
    said = [
        load_pen(conn).incarnation,
        sorted(_incarnations(conn, group, to).items()),
        {log: [list(part) for part in parts] for log, parts in own.items()},
        held,
        own_needs(conn, blobs, group),
        fetch_limit(conn),
        own_backup(conn, group, load_pen(conn).incarnation),
        [list(stretch) for stretch in givable],
        sorted(name for name in wanted.blobs if name in held),
    ]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


_Pieces = frozenset[tuple[str, str, int]]
"""For which device, of which whole, from which byte on."""


def _pieces_asked(conn: Connection, blobs: BlobStore, group: str, to: Iterable[str]) -> _Pieces:
    """The pieces of attachments held here that somebody asks for because he has only some of them."""
    found: set[tuple[str, str, int]] = set()
    for device in to:
        for name, parts in needs_of(conn, group, [device]).ranges.items():
            size = blobs.size(name)
            if size is not None and size > consigning.PART_BYTES:
                found.update((device, name, offset) for offset in offsets_within(size, parts))
    return frozenset(found)


def _pieces_there(conn: Connection, group: str, names: Collection[str]) -> _Pieces:
    return frozenset(
        (device, *piece)
        for one in carried_as(conn, group, names)
        for device in one.holds.to
        for piece in one.holds.pieces
    )


def _not_there(asked: _Pieces, there: _Pieces) -> list[tuple[str, str, int]]:
    return sorted(asked - there)


def _with_pieces(state: str, left: list[tuple[str, str, int]]) -> str:
    return hashlib.sha256(msgspec.json.encode([state, left])).hexdigest()


def _whole_there(conn: Connection, blobs: BlobStore, group: str, names: Collection[str]) -> set[str]:
    """The attachments that lie in these bundles with all their bytes."""
    bundles = [one.holds for one in carried_as(conn, group, names)]
    found = {name for holds in bundles for name in holds.blobs}
    pieces = {piece for holds in bundles for piece in holds.pieces}
    for whole in {name for name, _ in pieces}:
        size = blobs.size(whole)
        offsets = [] if size is None else offsets_within(size, [(0, size)])
        if offsets and all((whole, offset) in pieces for offset in offsets):
            found.add(whole)
    return found


def _incarnations(conn: Connection, group: str, devices: Iterable[str]) -> dict[str, list[str]]:
    """Those that each was lately heard of in; none for one that was never heard."""
    return {
        device: sorted(have["incarnation"] for have in lists_of(conn, group, [device]) if have)
        for device in devices
    }


def placed_on_hub(conn: Connection, group: str) -> dict[str, Placed]:
    """What lies on the hub for each device; nothing for one that began anew since: it lacks more."""
    there = _lying(conn, group)
    if there is None:
        return {}
    now = _incarnations(conn, group, there.to)
    placed = Placed(there.logs, frozenset(there.blobs))
    return {
        device: placed for device, before in there.to.items() if not before or set(now[device]) <= set(before)
    }


def _placed_and_unread(conn: Connection, group: str) -> dict[str, Placed]:
    """As ``placed_on_hub``, with what each device has not spoken of since."""
    there = _lying(conn, group)
    bundles = [] if there is None else carried_as(conn, group, there.names)
    return {
        device: placed._replace(unread=lying(bundles, {device}, heard(conn, group, {device})))
        for device, placed in placed_on_hub(conn, group).items()
    }


def _lying(conn: Connection, group: str) -> Lying | None:
    found = get_setting(conn, _PLACED + group)
    return msgspec.json.decode(found, type=Lying) if found else None


def write_due(engine: Engine, blobs: BlobStore, spool: Path, turn: Turn | None = None) -> int:
    """Writes the bundles of all due groups into the spool; how many. Raises ``UserError``, ``Cancelled``."""
    with engine.connect() as conn:
        due = due_groups(conn, blobs)
    made = 0
    for group in due:
        made += _write(engine, blobs, spool, group, turn)
    return made


def _write(engine: Engine, blobs: BlobStore, spool: Path, group: str, turn: Turn | None) -> int:
    make_folder(outgoing_folder(spool))
    with engine.connect() as conn:
        to = _recipients(Journal(conn), group)
        placed: Mapping[str, Placed] = _placed_and_unread(conn, group)
        state = group_state(conn, blobs, group, to)
        before = _lying(conn, group)
        own: Mapping[str, list[Segment]] = segments(conn, group)
        incarnations = _incarnations(conn, group, to)
        asked = _pieces_asked(conn, blobs, group, to)
    sent = list(
        export_each(
            engine, blobs, outgoing_folder(spool), turn=turn, only={group}, placed={group: placed}, place=HUB
        )
    )
    if not sent:
        return 0
    names = [(one.file.removesuffix(".bundle"), one.bytes) for one in sent]
    there = ([] if before is None else before.names)[-_MOST_NAMES:] + [name for name, _ in names]
    with engine.begin() as conn:
        left = _not_there(asked, _pieces_there(conn, group, there))
        after = Lying(
            _with_pieces(state, left),
            {device: incarnations.get(device, []) for device in sent[0].to},
            dict(own),
            sorted({*_whole_there(conn, blobs, group, there), *(before.blobs if before else [])}),
            there,
        )
        put_setting(conn, _OUT + group, msgspec.json.encode(Waiting(names, sent[0].to, after)))
    return len(sent)


def waiting(conn: Connection) -> dict[str, Waiting]:
    """What was written and is not on the hub yet, by group."""
    rows = conn.exec_driver_sql(
        "SELECT key, value FROM setting WHERE substr(key, 1, ?) = ? AND length(value) > 0 ORDER BY key",
        (len(_OUT), _OUT),
    )
    return {key[len(_OUT) :]: msgspec.json.decode(bytes(value), type=Waiting) for key, value in rows}


def arrived(conn: Connection, group: str, found: Waiting) -> None:
    """All bundles of a group are on the hub."""
    put_setting(conn, _PLACED + group, msgspec.json.encode(found.after))
    _forget(conn, _OUT + group)


def give_up_waiting(conn: Connection, group: str) -> None:
    """What was written is not there any more: it is written anew."""
    _forget(conn, _OUT + group)


def placed_names(conn: Connection) -> dict[str, list[str]]:
    """The bundles that lie on the hub, by group."""
    return {
        group: found.names for group in groups_heard_of(conn) if (found := _lying(conn, group)) is not None
    }


def lost(conn: Connection, names: set[str]) -> None:
    """The hub lost these bundles: what they held does not lie there, and is written again where it lacks."""
    for group, there in placed_names(conn).items():
        if names & set(there):
            _forget(conn, _PLACED + group)


def forget_hub(conn: Connection) -> None:
    """Nothing lies anywhere: another hub, or none."""
    for prefix in (_PLACED, _OUT):
        conn.exec_driver_sql("DELETE FROM setting WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))


def _forget(conn: Connection, key: str) -> None:
    conn.exec_driver_sql("DELETE FROM setting WHERE key = ?", (key,))


def sweep(conn: Connection, spool: Path) -> None:
    """Removes bundles that nobody waits for: a writer was killed before it could say what they are."""
    wanted = {bundle_name(name) for found in waiting(conn).values() for name, _ in found.files}
    folder = outgoing_folder(spool) / FOLDER
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name not in wanted:
                path.unlink(missing_ok=True)
