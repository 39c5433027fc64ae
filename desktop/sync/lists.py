"""The have-lists in this file: the newest of each hand that writes with a device's key.

Copies of one PC (a clone, a restore) share a device and differ in their incarnation; what one of them holds
the other may lack, so each has a list of its own. Which hands still live nobody can know: one that was not
heard while others of its device were is let go, and taken up again when it speaks. Knows the log and this
file's own facts, no carrier.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from desktop.changes.notes import remember_all, seal_lists
from desktop.changes.pen import Pen, get_setting, load_pen, new_incarnation
from desktop.sync.backed import remember
from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.haves import MAX_BLOBS, Receipt, check_have, receipt_of, within

LET_GO_AFTER = 4
"""So many lists of other hands of the device after its last one, a hand no longer counts."""

_REMEMBERED = 64
"""Hands let go whose last number is remembered, so that old files on a stick do not bring them back."""

_MOST_RECEIPTS = 256

Have = dict[str, Any]
"""A have-list as it was received; an empty one stands for a PC that never sent any."""


def lists_of(conn: Connection, group: str, devices: Collection[str]) -> list[Have]:
    """The lists of all hands of these devices but this file's own; an empty one for a device without any."""
    pen = load_pen(conn)
    found: list[Have] = []
    for device in sorted(devices):
        own = pen.incarnation if device == pen.device else None
        bodies = conn.exec_driver_sql(
            "SELECT body FROM have WHERE device = ? AND grp = ? AND incarnation IS NOT ? AND body <> ''"
            " ORDER BY incarnation",
            (device, group, own),
        ).scalars()
        found += [canonical.decode(body.encode()) for body in bodies] or [{}]
    return found


def has_copy(conn: Connection, pen: Pen) -> bool:
    """Whether another PC with this one's key was heard of lately."""
    found = conn.exec_driver_sql(
        "SELECT 1 FROM have WHERE device = ? AND incarnation <> ? AND body <> '' LIMIT 1",
        (pen.device, pen.incarnation),
    )
    return found.first() is not None


def keep_have(conn: Connection, manifest: dict[str, Any]) -> None:
    """Keeps the have-list of a manifest's sender unless a newer one of its hand is here.

    Raises ``WireError``.
    """
    have = check_have(manifest["have"])
    if (have["device"], have["group"]) != (manifest["sender"][0], manifest["group"]):
        raise WireError("wire.have")
    pen = load_pen(conn)
    if (have["device"], have["incarnation"]) == (pen.device, pen.incarnation):
        if not _made_elsewhere(conn, pen, receipt_of(have)):
            return
        # Else others would go on taking for received what only the other copy has.
        new_incarnation(conn)
    store_have(conn, have)


def notice_copy(conn: Connection, manifest: dict[str, Any]) -> None:
    """Starts a new incarnation when another PC shows that it heard a list by this one's key not made here.

    Else what a copy has and this PC lacks would be taken for received: the greater number would win for ever.
    Whoever shows it proves it, or any PC could make others start anew.
    """
    pen = load_pen(conn)
    receipts = _receipts(manifest.get("heard"), pen.device, manifest["group"])
    if any(
        receipt.incarnation == pen.incarnation
        and _made_elsewhere(conn, pen, receipt)
        and receipt.is_signed(pen.signing.public)
        for receipt in receipts
    ):
        new_incarnation(conn)


def heard(conn: Connection, group: str, devices: Collection[str]) -> dict[str, list[list[Any]]]:
    """The ``heard`` of a manifest: which lists of these devices are here, with the proof."""
    found: dict[str, list[list[Any]]] = {}
    for have in [have for have in lists_of(conn, group, devices) if have][:_MOST_RECEIPTS]:
        receipt = receipt_of(have)
        if receipt.mark:
            found.setdefault(have["device"], []).append(list(receipt[1:]))
    return found


def store_have(conn: Connection, have: Have) -> None:
    """Keeps a checked list unless its hand's is newer; lets those go that were not heard for long."""
    key = (have["device"], have["group"])
    before = conn.exec_driver_sql(
        "SELECT counter, body FROM have WHERE device = ? AND grp = ? AND incarnation = ?",
        (*key, have["incarnation"]),
    ).first()
    if before is not None and before[0] >= have["counter"]:
        return
    _keep_parts(conn, have, canonical.decode(before[1].encode()) if before and before[1] else {})
    remember(conn, have)
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO have (device, grp, incarnation, counter, passed, body)"
        " VALUES (?, ?, ?, ?, 0, ?)",
        (*key, have["incarnation"], have["counter"], canonical.encode(have).decode()),
    )
    conn.exec_driver_sql(
        "UPDATE have SET passed = passed + 1, body = iif(passed + 1 < ?, body, '')"
        " WHERE device = ? AND grp = ? AND incarnation <> ? AND body <> ''",
        (LET_GO_AFTER, *key, have["incarnation"]),
    )
    conn.exec_driver_sql(
        "DELETE FROM have WHERE device = ?1 AND grp = ?2 AND body = '' AND rowid NOT IN"
        " (SELECT rowid FROM have WHERE device = ?1 AND grp = ?2 AND body = '' ORDER BY rowid DESC LIMIT ?3)",
        (*key, _REMEMBERED),
    )
    seal_lists(conn, *key)


def _keep_parts(conn: Connection, have: Have, before: Have) -> None:
    """Attachments of a list that names a part stand beside those of the parts before it."""
    span, whose = within(have), (have["device"], have["group"], have["incarnation"])
    known = blobs_of(conn, before)
    conn.exec_driver_sql("DELETE FROM have_blob WHERE device = ? AND grp = ? AND incarnation = ?", whose)
    if span is not None:
        some = {name for name in have["blobs"][:MAX_BLOBS] if span[0] <= name <= span[1]}
        some |= {name for name in known if not span[0] <= name <= span[1]}
        remember_all(conn, "have_blob", ((*whose, name) for name in sorted(some)))


def blobs_of(conn: Connection, have: Have) -> set[str]:
    """The attachments that whoever made a list is known to hold.

    What is missing here need not be missing there: lists above a size come in parts.
    """
    if not have or within(have) is None:
        return set(have.get("blobs", []))
    query = "SELECT sha256 FROM have_blob WHERE device = ? AND grp = ? AND incarnation = ?"
    whose = (have["device"], have["group"], have["incarnation"])
    return set(conn.exec_driver_sql(query, whose).scalars())


def _made_elsewhere(conn: Connection, pen: Pen, receipt: Receipt) -> bool:
    """Whether a list of this file's incarnation was not made by this file."""
    counter = int(get_setting(conn, f"have:{receipt.group}") or b"0")
    if receipt.counter != counter:
        return receipt.counter > counter
    body = conn.exec_driver_sql(
        "SELECT body FROM have WHERE device = ? AND grp = ? AND incarnation = ?",
        (pen.device, receipt.group, pen.incarnation),
    ).scalar()
    return body is not None and receipt_of(canonical.decode(body.encode())).content != receipt.content


def _receipts(heard_untrusted: object, device: str, group: str) -> list[Receipt]:
    """The receipts for one device, those of no known shape left out."""
    found = heard_untrusted.get(device) if isinstance(heard_untrusted, dict) else None
    return [
        Receipt(group, *item)
        for item in (found[:_MOST_RECEIPTS] if isinstance(found, list) else [])
        if isinstance(item, list) and [type(part) for part in item] == [str, int, str, str]
    ]
