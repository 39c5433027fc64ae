"""Acts about papers: number blocks, issued documents, attachments, withdrawal."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from desktop.casework.acts.base import Act, ActKind, Scene, moment, required
from desktop.changes.recorder import seen_token
from desktop.errors import UserError
from desktop.models.base import fits
from desktop.models.casework import Bulletin, Document, NumberLease, Office
from desktop.models.schema import by_kind
from desktop.wire.ids import row_fits

BLOCK = 10
SERIES = {"measure_decision": "强制", "property_list": "清单", "site_record": "笔录"}
"""Usual 文种代字; a setting of the office may name others (domain: certainty medium)."""


class LeaseNumbers(Act, frozen=True):
    """Leases a block of official numbers to a PC of this office (by default to this one)."""

    series: str
    year: int
    device: str | None = None
    count: int = BLOCK


class IssueDocument(Act, frozen=True):
    """Issues a document: it gets a number, and what it printed is remembered.

    ``number`` registers a number that was given by hand on paper. ``printed`` are the writes that the paper
    shows, as ``papers.paper`` tells them; without them those of the subject itself are kept.
    """

    form: str
    subject_kind: str
    subject: str
    issued_at: str
    series: str | None = None
    number: str | None = None
    printed: list[str] | None = None


class AttachFile(Act, frozen=True):
    """Attaches a file: it is sealed into the case file and named by its content.

    It goes to those who have the record, when that is this office's own; else it stays with this office.
    """

    subject_kind: str
    subject: str
    path: str
    name: str | None = None


class Withdraw(Act, frozen=True):
    """Withdraws a record with a reason. Nothing is ever deleted."""

    kind: str
    id: str
    reason: str
    seen: str | None = None


class Correct(Act, frozen=True):
    """Corrects fields of a record of this office. ``seen`` is the token of what one had before oneself.

    Only records with registers can be corrected; what is only ever appended (movements, approvals, documents)
    is withdrawn and recorded anew.
    """

    kind: str
    id: str
    fields: dict[str, Any]
    seen: str | None = None


class Reinstate(Act, frozen=True):
    """Takes a withdrawal back."""

    kind: str
    id: str
    seen: str | None = None


def _lease(scene: Scene, act: LeaseNumbers) -> None:
    pen = scene.journal.pen()
    if scene.journal.rights().slot(pen.device) != 0:
        raise UserError("acts.not_number_keeper")
    if not 1 <= act.count <= 1000:
        raise UserError("acts.missing", field="count")
    last = scene.conn.scalar(
        select(func.max(NumberLease.last)).where(
            NumberLease.series == act.series, NumberLease.year == act.year
        )
    )
    first = int(last or 0) + 1
    values: dict[str, Any] = {
        "series": required(act.series, "series"),
        "year": act.year,
        "first": first,
        "last": first + act.count - 1,
        "device": act.device or pen.device,
        "incarnation": pen.incarnation if act.device in (None, pen.device) else None,
    }
    scene.ids["lease"] = scene.recorder.create("number_lease", values)
    scene.ids["numbers"] = [values["first"], values["last"]]


def _issue(scene: Scene, act: IssueDocument) -> None:
    issued = moment(act.issued_at, "issued_at")
    if act.subject_kind not in by_kind():
        raise UserError("acts.no_such_record", kind=act.subject_kind[:40])
    scene.record(act.subject_kind, act.subject)
    found = scene.journal.store.state(act.subject)
    if found is None:
        raise UserError("acts.no_such_record", kind=act.subject_kind)
    number = act.number or next_number(scene, act.series or SERIES.get(act.form, "文"), issued.year)
    values = {
        "form": required(act.form, "form"),
        "subject_kind": act.subject_kind,
        "subject": act.subject,
        "issued_at": act.issued_at,
        "number": number,
        "dots": act.printed or [seen_token(found[0])],
    }
    scene.ids["document"] = scene.recorder.create("document", values)
    scene.ids["number"] = number


def next_number(scene: Scene, series: str, year: int) -> str:
    """The next number of a series that is leased to this PC; leases a block when none is left.

    Raises ``UserError`` on a PC that keeps no numbers and has none left.
    """
    pen = scene.journal.pen()
    office = scene.conn.execute(
        select(Office.short_name, Office.name)
        .where(Office.code == pen.office, Office.withdrawn != 1)
        .order_by(Office.short_name.is_(None), Office.id.desc())
    ).first()
    short = (office[0] or "") if office else ""
    own = func.row_is_of(Bulletin.id, Bulletin.grp, by_kind()["bulletin"].wire, pen.office)
    used = set(scene.conn.scalars(select(Document.number).union(select(Bulletin.number).where(own))))
    leases = scene.conn.execute(
        select(NumberLease.first, NumberLease.last).where(
            NumberLease.series == series,
            NumberLease.year == year,
            NumberLease.device == pen.device,
            (NumberLease.incarnation.is_(None)) | (NumberLease.incarnation == pen.incarnation),
        )
    ).all()
    for first, last in sorted((first or 0, last or 0) for first, last in leases):
        for serial in range(first, last + 1):
            number = f"{short}{series}〔{year}〕{serial}号"
            if number not in used:
                return number
    _lease(scene, LeaseNumbers(series=series, year=year))
    return f"{short}{series}〔{year}〕{scene.ids['numbers'][0]}号"


def _attach(scene: Scene, act: AttachFile) -> None:
    if act.subject_kind not in by_kind():
        raise UserError("acts.no_such_record", kind=act.subject_kind[:40])
    subject = scene.record(act.subject_kind, act.subject)
    if scene.files is None:
        raise UserError("acts.no_file_store")
    path = Path(act.path)
    with path.open("rb") as stream:
        kept = scene.files.put(stream)
    name = clean_name(act.name or path.name)
    values: dict[str, Any] = {"subject_kind": act.subject_kind, "subject": act.subject, "name": name}
    values |= {"sha256": kept.sha256, "size": kept.size}
    own = row_fits(act.subject, subject["grp"], by_kind()[act.subject_kind].wire, scene.journal.pen().office)
    group = subject["grp"] if own else None
    scene.ids["attachment"] = scene.recorder.create("attachment", values, group=group)


def clean_name(name_untrusted: str) -> str:
    """A file name to show: no control or direction characters, no path, at most 200 characters."""
    text = "".join(
        letter for letter in name_untrusted if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
    )
    text = text.replace("\\", "/").rsplit("/", 1)[-1].strip(" .")
    return text[:200] or "附件"


def _withdraw(scene: Scene, act: Withdraw) -> None:
    scene.recorder.withdraw(act.kind, act.id, required(act.reason, "reason"), act.seen)
    scene.ids[act.kind] = act.id


def _reinstate(scene: Scene, act: Reinstate) -> None:
    scene.recorder.withdraw(act.kind, act.id, None, act.seen)
    scene.ids[act.kind] = act.id


def correct(scene: Scene, kind: str, row: str, fields: dict[str, Any], seen: str | None) -> None:
    """Writes fields over what ``seen`` showed. Raises ``UserError``: unknown field, nothing to change."""
    columns = by_kind()[kind].columns
    for name, value in fields.items():
        if name not in columns:
            raise UserError("acts.unknown_field", field=name[:40])
        if value is not None and not fits(columns[name].type, value):
            raise UserError("acts.value")
    scene.record(kind, row)
    if not scene.recorder.change(kind, row, fields, seen):
        raise UserError("acts.nothing_to_change")
    scene.ids[kind] = row


def _correct(scene: Scene, act: Correct) -> None:
    shared = by_kind().get(act.kind)
    if shared is None:
        raise UserError("acts.no_such_record", kind=act.kind[:40])
    if not shared.wire.endswith("r"):
        raise UserError("acts.append_only", kind=act.kind)
    correct(scene, act.kind, act.id, act.fields, act.seen)


PAPERS = (
    ActKind("record.correct", Correct, _correct, "更正记录", "Correct a record"),
    ActKind("number.lease", LeaseNumbers, _lease, "预留文号", "Lease numbers"),
    ActKind("document.issue", IssueDocument, _issue, "制发文书", "Issue a document"),
    ActKind("file.attach", AttachFile, _attach, "添加附件", "Attach a file"),
    ActKind("record.withdraw", Withdraw, _withdraw, "撤销记录", "Withdraw a record"),
    ActKind("record.reinstate", Reinstate, _reinstate, "恢复记录", "Take a withdrawal back"),
)
