"""One round with the hub: who is there, statements, what we give, what we take, what we are done with.

Talks on the caller's thread and holds no transaction meanwhile; whatever writes the case file is handed to
``apply``, which decides when. Killed anywhere, the next round goes on: bytes that arrived stay in the spool,
which holds sealed bundles only and one that arrives at a time. Knows no screen and no clock.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, Engine

from desktop.casefile.blobs import BlobStore
from desktop.casefile.files import make_folder
from desktop.changes.journal import Journal
from desktop.changes.outline import root_of_statements
from desktop.changes.pen import new_incarnation
from desktop.changes.store import Changes
from desktop.errors import UserError
from desktop.sync import hub_outgoing as outgoing
from desktop.sync.bundles import STOPPED, Read
from desktop.sync.carrier import bundle_name
from desktop.sync.hub_client import Gone, Hello, HubClient, Item, Progress
from desktop.sync.hub_faults import HubError, HubStopped, Kind, away, foreign
from desktop.sync.hub_settings import HubState, hub_state, put_hub_state
from desktop.sync.reading import import_each
from desktop.sync.turns import Turn
from desktop.wire.faults import WireError
from desktop.wire.statements import Statement, parse_statement

_PAGE = 100
_NAMES = 1000
_LINES = 1000
_POST_BYTES = 1 << 20
_FIRST_CHUNK, _CHUNK_S = 64 << 10, 5.0
_LARGEST_BUNDLE = 256 << 20
_FINAL = frozenset(
    {
        "read",
        "known",
        "exchange.refused",
        "exchange.other_network",
        "sealing.not_a_bundle",
        "sealing.not_for_us",
        "sealing.damaged",
        "sealing.cut",
        "sealing.unlawful",
        "casefile.blob_false",
    }
)
"""What can become of a bundle so that reading it again would change nothing: its bytes are proved whole."""

_WAITS = frozenset({"exchange.stranger", "exchange.newer"})
"""What more statements, or a newer program, may change."""

_VANISHED = "vanished"
"""What became of a bundle that went from the hub between the listing and the fetching."""

_GRANT_S = 900.0
"""Until a PC that waits for its grant asks the hub again."""

_T = TypeVar("_T")


class Apply(Protocol):
    """Runs work that writes the case file when it is its turn, and gives what came of it."""

    def __call__(self, work: Callable[[Turn], _T], /) -> _T: ...


class Case(NamedTuple):
    """The case file as a round needs it. ``spool`` is a folder of its own inside it."""

    engine: Engine
    reader: Engine
    blobs: BlobStore
    spool: Path
    apply: Apply
    announce: Callable[[Changes], None]


class Told(msgspec.Struct, frozen=True):
    """What a round is doing: ``statements``, ``sending``, ``receiving``, ``reading``; of how many bytes."""

    doing: str
    done: int = 0
    total: int = 0


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a round did."""

    sent: int = 0
    received: int = 0
    applied: int = 0
    quarantined: int = 0
    refused: int = 0
    statements: int = 0

    @property
    def moved(self) -> bool:
        """Something went or came."""
        return bool(self.sent or self.received or self.statements)

    @property
    def brought(self) -> bool:
        """Something came that was new here."""
        return self.received > self.refused or bool(self.statements)


class Round:
    """One round. ``run`` raises ``HubError``, ``UserError`` for faults of this PC, ``HubStopped``."""

    def __init__(
        self,
        case: Case,
        client: HubClient,
        told: Callable[[Told], None] = lambda _: None,
        due: outgoing.Due | None = None,
    ) -> None:
        self._case = case
        self._due = due or outgoing.Due()
        self._client = client
        self._told = told
        self._counts = dict.fromkeys(Done.__struct_fields__, 0)
        self._chunk = _FIRST_CHUNK

    def run(self, *, first: bool = False) -> Done:
        """The whole round. The ``first`` one clears up after a kill, and asks what the hub has lost.

        A PC that is only vouched for is a stranger at the hub, which cannot read vouchers: that is said, and
        tried again, as its grant may come.
        """
        try:
            return self._run(first)
        except HubError as fault:
            if fault.code == "autosync.stranger" and self._is_only_vouched():
                raise HubError(Kind.REFUSED, "autosync.vouched", retry_after=_GRANT_S) from None
            raise

    def _run(self, first: bool) -> Done:
        hello = self._client.hello()
        ask_what_is_lost = first
        state = self._statements(hello, self._state())
        if state.epoch != hello.epoch:
            state = msgspec.structs.replace(state, epoch=hello.epoch, after=0, stuck=[], code="")
            self._put(state)
            ask_what_is_lost = True
        if ask_what_is_lost:
            self._ask_what_is_lost()
        if first:
            self._write(lambda conn: outgoing.sweep(conn, self._case.spool))
        refused = self._send_all(hello)
        self._receive_all(hello, state)
        refused = self._send_all(hello) or refused
        if refused is not None:
            raise refused
        return Done(**self._counts)

    # statements

    def _statements(self, hello: Hello, state: HubState) -> HubState:
        with self._case.reader.connect() as conn:
            own, lines = root_of_statements(conn), Journal(conn).statements()
        if hello.root == own or state.roots == (hello.root, own):
            return state
        self._told(Told("statements"))
        root = hello.root
        for some in _posts(lines):
            root = self._client.post_statements(some).root
        if root != own:
            own = self._join(self._client.statements())
        state = msgspec.structs.replace(state, roots=(root, own))
        self._put(state)
        return state

    def _join(self, data_untrusted: bytes) -> str:
        found = []
        for line in data_untrusted.split(b"\n"):
            with suppress(WireError):
                if line:
                    found.append(parse_statement(line))

        def work(_: Turn) -> tuple[str, int, Changes]:
            with self._case.engine.begin() as conn:
                before = len(Journal(conn).statements())
                changes = Journal(conn).add_statements(found)
                return root_of_statements(conn), len(Journal(conn).statements()) - before, changes

        root, grown, changes = self._case.apply(work)
        self._counts["statements"] += grown
        self._case.announce(changes)
        return root

    # what we give

    def _ask_what_is_lost(self) -> None:
        with self._case.reader.connect() as conn:
            names = sorted({name for held in outgoing.placed_names(conn).values() for name in held})
        lost: set[str] = set()
        for start in range(0, len(names), _NAMES):
            lost.update(self._client.seen(names[start : start + _NAMES]))
        if lost:
            self._write(lambda conn: outgoing.lost(conn, lost))

    def _send_all(self, hello: Hello) -> HubError | None:
        """Sends what waits and what is due; a refusal of it is given back: what is for us still comes."""
        try:
            self._send_waiting(hello)
            case = self._case
            with case.reader.connect() as conn:
                due = self._due.groups(conn, case.blobs)
            if due:
                self._told(Told("writing"))
                case.apply(lambda turn: outgoing.write_due(case.engine, case.blobs, case.spool, turn))
                self._send_waiting(hello)
        except HubError as fault:
            if fault.kind is not Kind.REFUSED or fault.code not in ("autosync.quota", "autosync.too_large"):
                raise
            return fault
        return None

    def _send_waiting(self, hello: Hello) -> None:
        with self._case.reader.connect() as conn:
            waiting = outgoing.waiting(conn)
        total, done = sum(size for found in waiting.values() for _, size in found.files), 0
        for group, found in waiting.items():
            paths = [outgoing.bundle_path(self._case.spool, name) for name, _ in found.files]
            if not all(path.is_file() for path in paths):
                self._write(partial(outgoing.give_up_waiting, group=group))
                continue
            for path, (name, size) in zip(paths, found.files, strict=True):
                if size > hello.limits.bundle:
                    raise HubError(Kind.REFUSED, "autosync.too_large")
                self._send(path, name, size, found.to, hello.limits.chunk, done, total)
                self._counts["sent"] += 1
                done += size
            self._write(partial(outgoing.arrived, group=group, found=found))
            for path in paths:
                path.unlink(missing_ok=True)

    def _send(
        self, path: Path, name: str, size: int, to: list[str], most: int, before: int, total: int
    ) -> None:
        progress = self._client.offer(name, size, to)
        stuck = 0
        with path.open("rb") as file:
            while not progress.done:
                if not 0 <= progress.offset < size or stuck > 3:
                    raise foreign("autosync.not_as_told")
                self._told(Told("sending", before + progress.offset, total))
                file.seek(progress.offset)
                data = file.read(min(self._chunk, most))
                reached = progress.offset
                progress = self._sent(name, progress.offset, data)
                stuck = 0 if progress.offset > reached or progress.done else stuck + 1

    def _sent(self, name: str, offset: int, data: bytes) -> Progress:
        """One chunk; chunks grow on a fast line, so that on a slow one little is sent again."""
        began = time.monotonic()
        try:
            progress = self._client.send(name, offset, data)
        except HubError as fault:
            if fault.offset is None:
                raise
            return Progress(fault.offset, False)
        spent = time.monotonic() - began
        faster = int(self._chunk * min(4.0, _CHUNK_S / max(spent, 0.01)))
        self._chunk = min(max(_FIRST_CHUNK // 4, faster), _LARGEST_BUNDLE)
        return progress

    # what we take

    def _receive_all(self, hello: Hello, state: HubState) -> None:
        make_folder(self._incoming)
        state = self._try_stuck_again(hello, state)
        more = True
        while more:
            page = self._client.mailbox(state.epoch, state.after, _PAGE)
            if page.epoch != state.epoch:
                raise HubError(Kind.BUSY, "autosync.busy")
            self._drop_partials({item.name for item in page.items})
            for item in page.items:
                if item.no <= state.after:
                    raise foreign("autosync.not_as_told")
                fate = self._take(hello, item)
                state = self._after(state, item, fate)
                went = self._went(state, item.no, item.name) if fate == _VANISHED else []
                state = self._notice_gone(state, went, more=True)
            if page.items:
                self._tell_done(state)
            more = page.more and bool(page.items)
            if page.gone:
                state = self._notice_gone(state, page.gone, more=more)

    def _went(self, state: HubState, number: int, name: str) -> list[Gone]:
        """The bundle, if it went because somebody with this PC's key noted it as read.

        What went before anybody did, for want of room or by a fault, its sender offers again by itself.
        """
        page = self._client.mailbox(state.epoch, number - 1, 1)
        if page.epoch != state.epoch:
            raise HubError(Kind.BUSY, "autosync.busy")
        return [one for one in page.gone if one.name == name]

    def _notice_gone(self, state: HubState, gone: list[Gone], *, more: bool) -> HubState:
        """Starts anew when a bundle went that never came here: another PC with this one's key read it.

        Then who sent it hears that what lies on the hub for this device need not have reached this PC.
        """
        last = state.after if more else max(state.after, *(one.no for one in gone))
        state = msgspec.structs.replace(state, after=last)
        with self._case.reader.connect() as conn:
            missed = any(not _is_known(conn, one.name) for one in gone)

        def write(conn: Connection) -> None:
            if missed:
                new_incarnation(conn)
            put_hub_state(conn, state)

        self._write(write)
        return state

    def _try_stuck_again(self, hello: Hello, state: HubState) -> HubState:
        """What could not be read for want of a statement is read when there are more of them."""
        if not state.stuck:
            return state
        root = self._root()
        again = {no for no, _, before in state.stuck if before != root}
        kept = [item for item in state.stuck if item[0] not in again]
        went: list[Gone] = []
        for no, name, _ in state.stuck:
            if no not in again:
                continue
            page = self._client.mailbox(state.epoch, no - 1, 1)
            listed = [item for item in page.items if item.name == name]
            fate = self._take(hello, listed[0]) if listed else _VANISHED
            if fate in _WAITS:
                kept.append((no, name, root))
            elif fate == _VANISHED:
                went += self._went(state, no, name)
        state = self._notice_gone(msgspec.structs.replace(state, stuck=sorted(kept)), went, more=True)
        self._tell_done(state)
        return state

    def _after(self, state: HubState, item: Item, fate: str) -> HubState:
        stuck = state.stuck
        if fate in _WAITS:
            stuck = [*stuck, (item.no, item.name, self._root())][-_PAGE:]
        return msgspec.structs.replace(state, after=item.no, stuck=stuck)

    def _tell_done(self, state: HubState) -> None:
        first = min((no for no, _, _ in state.stuck), default=state.after + 1)
        if first > 1:
            self._client.done(state.epoch, min(first - 1, state.after))

    def _take(self, hello: Hello, item: Item) -> str:
        """Fetches and reads one bundle; what became of it."""
        if item.size > min(_LARGEST_BUNDLE, max(hello.limits.bundle, 1)):
            raise foreign("autosync.not_as_told")
        with self._case.reader.connect() as conn:
            if _is_known(conn, item.name):
                return "known"
        try:
            path = self._fetch(item)
        except HubError as fault:
            if fault.status == 404:
                return _VANISHED
            raise
        found = self._read(path)
        self._counts["received"] += 1
        self._counts["applied"] += found.applied
        self._counts["quarantined"] += found.quarantined
        self._counts["refused"] += found.outcome not in ("read", "known")
        if found.outcome not in _FINAL | _WAITS:
            raise UserError(found.outcome)
        path.unlink(missing_ok=True)
        return found.outcome

    def _fetch(self, item: Item) -> Path:
        """The bundle's file, whole and proved. What came of it before is gone on with."""
        whole, part = self._incoming / bundle_name(item.name), self._incoming / f"{item.name}.arriving"
        if whole.exists() and _hashed(whole)[0].hexdigest() == item.name:
            return whole
        for _ in range(2):
            digest, start = _hashed(part)
            if start > item.size:
                part.unlink()
                digest, start = hashlib.sha256(), 0
            begun = start > 0
            if start < item.size:
                self._download(item, part, digest, start)
            if digest.hexdigest() == item.name:
                part.replace(whole)
                return whole
            part.unlink(missing_ok=True)
            if not begun:
                break
        raise foreign("autosync.not_as_told")

    def _download(self, item: Item, part: Path, digest: Any, start: int) -> None:
        with part.open("ab", buffering=0) as file:
            reached = start

            def take(piece: bytes) -> None:
                nonlocal reached
                file.write(piece)
                digest.update(piece)
                reached += len(piece)
                self._told(Told("receiving", reached, item.size))

            self._client.fetch(item.name, start, item.size, take)

    def _read(self, path: Path) -> Read:
        """Reads the one bundle that lies in the spool."""
        case = self._case
        self._told(Told("reading"))

        def work(turn: Turn) -> list[tuple[Read, Changes]]:
            with case.engine.connect() as conn:
                identity = Journal(conn).pen().age_identity
            return list(import_each(case.engine, case.blobs, identity, path.parent, turn=turn))

        found = [item for item in case.apply(work) if item[0].file == path.name]
        if not found:
            raise away()
        report, changes = found[0]
        case.announce(changes)
        if report.outcome == STOPPED:
            raise HubStopped
        return report

    def _drop_partials(self, wanted: set[str]) -> None:
        """What began to arrive and is not waiting any more would only take room."""
        names = {f"{name}.arriving" for name in wanted} | {bundle_name(name) for name in wanted}
        for path in self._incoming.iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)

    @property
    def _incoming(self) -> Path:
        return self._case.spool / "in"

    # this file's own facts

    def _is_only_vouched(self) -> bool:
        with self._case.reader.connect() as conn:
            journal = Journal(conn)
            return journal.pen().device in journal.rights().vouched()

    def _root(self) -> str:
        with self._case.reader.connect() as conn:
            return root_of_statements(conn)

    def _state(self) -> HubState:
        with self._case.reader.connect() as conn:
            return hub_state(conn)

    def _put(self, state: HubState) -> None:
        self._write(lambda conn: put_hub_state(conn, state))

    def _write(self, work: Callable[[Any], object]) -> None:
        def run(_: Turn) -> None:
            with self._case.engine.begin() as conn:
                work(conn)

        self._case.apply(run)


def _is_known(conn: Connection, name: str) -> bool:
    return conn.exec_driver_sql("SELECT 1 FROM bundle WHERE sha256 = ?", (name,)).first() is not None


def _hashed(path: Path) -> tuple[Any, int]:
    digest, size = hashlib.sha256(), 0
    with suppress(FileNotFoundError), path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return digest, size


def _posts(statements: list[Statement]) -> Iterator[bytes]:
    """The statements in bodies of bearable size; key sets first, as nothing else can be judged without."""
    some: list[bytes] = []
    for one in sorted(statements, key=lambda found: (found.value["kind"] != "keys", found.id)):
        some.append(one.text())
        if len(some) >= _LINES or sum(map(len, some)) >= _POST_BYTES:
            yield b"".join(some)
            some = []
    if some:
        yield b"".join(some)
