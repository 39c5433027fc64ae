"""One record as evidence: a folder, and a tar of it, that anybody checks with a shell, coreutils and openssl.

Lines as they were signed, the statements that say who signed, a summary for people, attachments when asked
for. The folder is made whole or not at all. Knows the desk and the file system, no screen.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from desktop.casefile.blobs import BlobStore
from desktop.casefile.files import fsync_folder, fsync_tree, make_folder, remove_tree
from desktop.casework.desk import Desk
from desktop.casework.evidence_lines import Lines, collect, statements_for
from desktop.casework.evidence_paper import summary_pdf
from desktop.casework.provenance import Provenance, explain, kind_of
from desktop.changes.journal import Journal
from desktop.changes.pen import Pen
from desktop.errors import RESOURCES, UserError, environment_error
from desktop.wire.hashing import is_hash, signing_text
from desktop.wire.ids import row_bytes
from desktop.wire.statements import Statement

_OWN = RESOURCES / "evidence"
_PIECE = 1 << 20
_LATER = ("SHA256SUMS", "exporter.txt", "exporter.sig")
_FILLED, _SEALED = 0.6, 0.8
"""How far an export is when all files are written, and when they are summed; the rest is packing."""

Turn = Callable[[float], None]
"""Told how far an export is (0 to 1), where no transaction is open; what it raises ends the export."""


class Evidence(msgspec.Struct, frozen=True):
    """What was written: how many entries in full, how many only as commitments because they also write to
    other records (``withheld_records`` of them), attachments, those that are not here, the hash of the sums.
    """

    folder: str
    tar: str
    kind: str
    id: str
    network: str
    shown: int
    withheld: int
    withheld_records: int
    other_records: int
    heads: int
    attachments: int
    attachments_missing: int
    sums: str


class _Material(NamedTuple):
    lines: Lines
    statements: list[Statement]
    network: str
    pen: Pen
    practice: bool


def export(
    desk: Desk,
    row: str,
    folder: Path,
    *,
    whole_acts: bool = False,
    attachments: bool = False,
    turn: Turn = lambda _: None,
) -> Evidence:
    """Writes the folder and ``<folder>.tar``. Raises ``UserError``; then neither was made.

    ``whole_acts`` shows entries that also write to other records, and so shows those records' contents too.
    ``turn`` may raise ``Cancelled``; then too neither was made.
    """
    tar = folder.with_name(f"{folder.name}.tar")
    if folder.exists() or tar.exists():
        raise UserError("cli.exists")
    turn(0)
    material = _material(desk, row, whole_acts)
    turn(0)
    told = explain(desk, row)
    mark = secrets.token_hex(4)
    part, tar_part = (folder.with_name(f".{folder.name}.{mark}{end}") for end in (".part", ".tar.part"))
    try:
        make_folder(folder.parent)
        part.mkdir(mode=0o700)
        missing = _fill(part, material, told, desk.casefile.blobs if attachments else None, turn)
        sums = _seal(part, material, turn)
        _pack(part, tar_part, folder.name, turn)
        fsync_tree(part)
        os.replace(part, folder)  # noqa: PTH105 - a folder
        os.replace(tar_part, tar)  # noqa: PTH105
        fsync_folder(folder.parent)
    except OSError as error:
        raise environment_error(error) or error from error
    finally:
        remove_tree(part)
        tar_part.unlink(missing_ok=True)
    lines = material.lines
    kept = len(list((folder / "attachments").glob("*")))
    return Evidence(
        folder=str(folder),
        tar=str(tar),
        kind=told.kind,
        id=row,
        network=material.network,
        shown=len(lines.shown),
        withheld=len(lines.withheld),
        withheld_records=lines.records_withheld,
        other_records=lines.records_shown,
        heads=lines.heads,
        attachments=kept,
        attachments_missing=missing,
        sums=sums,
    )


def _material(desk: Desk, row: str, whole_acts: bool) -> _Material:
    """Closes this PC's log with a head first, so that what was just written can be proved too."""
    with desk.writing() as conn:
        journal = desk.journal(conn)
        kind = kind_of(conn, row)
        root, pen = journal.root(), journal.pen()
        if root is None or journal.rights().office(pen.device) is None:
            raise UserError("evidence.not_enrolled")
        for group in conn.exec_driver_sql("SELECT DISTINCT grp FROM log WHERE device = ?", (pen.device,)):
            journal.sign_heads(group[0])
        lines = collect(conn, kind, row, whole_acts=whole_acts)
        statements = statements_for(Journal(conn), {*lines.devices, pen.device})
        query = "SELECT 1 FROM office WHERE practice UNION ALL SELECT 1 FROM raid WHERE practice AND id = ?"
        practice = conn.exec_driver_sql(query, (row_bytes(row),)).first() is not None
    return _Material(lines, statements, root, pen, practice)


def _fill(part: Path, material: _Material, told: Provenance, blobs: BlobStore | None, turn: Turn) -> int:
    """Everything but the sums; returns how many attachments are not here."""
    for name in ("check.sh", "INSTRUCTIONS.txt"):
        (part / name).write_bytes((_OWN / name).read_bytes())
    (part / "network.txt").write_bytes(material.network.encode() + b"\n")
    (part / "statements.jsonl").write_bytes(b"".join(one.text() for one in material.statements))
    for number, run in enumerate(material.lines.runs):
        (part / f"run-{number}.jsonl").write_bytes(run)
    explained = msgspec.to_builtins(told) | {"withheld": sorted(material.lines.withheld)}
    (part / "record.json").write_bytes(msgspec.json.format(msgspec.json.encode(explained), indent=1) + b"\n")
    paper = summary_pdf(told, material.lines, material.pen.device, practice=material.practice)
    (part / "summary.pdf").write_bytes(paper)
    missing = 0
    files = material.lines.attachments
    for number, sha256 in enumerate(files if blobs is not None else ()):
        if blobs is None or not is_hash(sha256) or not blobs.has(sha256):
            missing += 1
        else:
            _copy(blobs, sha256, part / "attachments", lambda: turn(_FILLED * number / len(files)))  # noqa: B023 - called at once
    return missing


def _copy(blobs: BlobStore, sha256: str, into: Path, breathe: Callable[[], None]) -> None:
    into.mkdir(exist_ok=True)
    with blobs.open(blobs.name_of(sha256)) as source, (into / sha256).open("wb") as target:
        while data := source.read(_PIECE):
            breathe()
            target.write(data)


def _seal(part: Path, material: _Material, turn: Turn) -> str:
    """The sums of all files, signed by the PC that exports; returns their hash."""
    files = sorted(path for path in part.rglob("*") if path.is_file())
    lines = []
    for number, path in enumerate(files):
        turn(_FILLED + (_SEALED - _FILLED) * number / len(files))
        lines.append(f"{_sha256(path)}  {path.relative_to(part).as_posix()}\n")
    sums = "".join(lines).encode()
    pen, found = material.pen, hashlib.sha256(sums).hexdigest()
    signature = pen.signing.sign(signing_text("evidence", material.network, pen.device, found))
    who = f"{pen.device}\n{pen.signing.public}\n{pen.age_recipient}\n"
    for name, data in zip(_LATER, (sums, who.encode(), f"{signature}\n".encode()), strict=True):
        (part / name).write_bytes(data)
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(part: Path, target: Path, name: str, turn: Turn) -> None:
    """A plain ustar that names neither who packed it nor when."""
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        paths = sorted(part.rglob("*"))
        for number, path in enumerate(paths):
            turn(_SEALED + (1 - _SEALED) * number / len(paths))
            info = archive.gettarinfo(str(path), f"{name}/{path.relative_to(part).as_posix()}")
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = 0
            info.mode = 0o700 if path.is_dir() else 0o600
            if path.is_dir():
                archive.addfile(info)
            else:
                with path.open("rb") as file:
                    archive.addfile(info, file)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
