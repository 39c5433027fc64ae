"""Vouchers as they travel: the three lines that prove one, in a manifest and in the file for the other PC.

Knows the log and the roster, not the carrier.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.wire import canonical, orders
from desktop.wire.entries import Line, LogDescription
from desktop.wire.faults import WireError
from desktop.wire.groups import office_group
from desktop.wire.runs import Piece, RunStart, read_pieces
from desktop.wire.signatures import Head

_LONGEST = 64 * 1024


def proof_of(conn: Connection, device: str, office: str) -> list[str] | None:
    """Start, entry and head of the run that vouches for a device; ``None`` while no entry under its own
    head does."""
    rows = conn.exec_driver_sql(
        "SELECT e.n, e.id, e.previous, e.header, e.salt, e.body, l.id, l.device, l.grp, l.incarnation,"
        " l.resumed, l.signing_key, l.age_key, h.signature FROM voucher v JOIN entry e ON e.no = v.entry"
        " JOIN log l ON l.no = e.log JOIN head h ON h.entry = e.no"
        " WHERE e.verdict = 'applied' AND e.salt <> '-' AND l.grp = ? ORDER BY e.no",
        (office_group(office),),
    )
    for n, dot, previous, header, salt, body, log, author, group, incarnation, resumed, *rest in rows:
        vouched = [orders.voucher(operation) for operation in canonical.kept(body)]
        if any(one is not None and one.device == device for one in vouched):
            signing, age, signature = rest
            start = RunStart(
                LogDescription(author, group, incarnation, resumed), signing, age, n, previous.hex()
            )
            line = Line(header, salt.encode(), body)
            head = Head(log, n, dot.hex(), signature)
            return [part.text().decode()[:-1] for part in (start, line, head)]
    return None


def piece_of(proof_untrusted: Any) -> Piece:
    """The one piece of a proof. Raises ``WireError``."""
    lawful = (
        isinstance(proof_untrusted, list)
        and len(proof_untrusted) == 3
        and all(isinstance(line, str) and len(line) <= _LONGEST for line in proof_untrusted)
    )
    if not lawful:
        raise WireError("wire.run")
    pieces = list(read_pieces(line.encode() for line in proof_untrusted))
    if len(pieces) != 1:
        raise WireError("wire.run")
    return pieces[0]


def receive_proof(journal: Journal, proof_untrusted: Any) -> bool:
    """Takes a voucher in if its author is granted, as it would come in a bundle; False for what is none."""
    try:
        piece = piece_of(proof_untrusted)
    except (WireError, UnicodeEncodeError):
        return False
    if journal.rights().office(piece.start.log.device) is None:
        return False
    journal.receive(piece)
    return True
