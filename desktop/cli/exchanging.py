"""Commands for the exchange by folder and what is to be decided after it. Holds no rule of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from desktop.casework import city_recovery, disclosing
from desktop.changes.journal import Journal
from desktop.changes.outline import dump as dump_lines
from desktop.cli.apps import app
from desktop.cli.common import DONE, REMARKS, File, PassphraseFile
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import json_input as _json_input
from desktop.cli.common import noted as _noted
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import tell as _tell
from desktop.errors import UserError, message
from desktop.sync import exchange, standing
from desktop.sync.previewing import by_sender


@app.command(help=_say("写出待交换内容", "write what others may lack"))
def export(
    file: File,
    to: Annotated[Path, typer.Option("--to")],
    offices: Annotated[list[str] | None, typer.Option("--for")] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    with _desk(file, passphrase_file, write=True) as desk:
        sent = exchange.export(desk.casefile.engine, desk.casefile.blobs, to, offices or [])
    _tell("已写入并回读核对。可以弹出后拔出。", "Written and read back. Eject it, then pull it.")
    _print(msgspec.to_builtins(sent))


@app.command("import", help=_say("读入交换内容", "read everything that is for us"))
def import_(
    file: File,
    source: Annotated[Path, typer.Option("--from")],
    preview: Annotated[bool, typer.Option("--preview")] = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=True) as desk:
        with desk.casefile.engine.connect() as conn:
            identity = Journal(conn).pen().age_identity
        engine, blobs = desk.casefile.engine, desk.casefile.blobs
        found, changes = exchange.import_folder(engine, blobs, identity, source, preview=preview)
        desk.announce(changes)
    for item in found:
        if item.outcome not in ("read", "known"):
            sys.stderr.write(f"{item.file[:16]}…: {message(item.outcome)} [{item.outcome}]\n")
    senders = {"senders": by_sender(found)} if preview else {}
    _print({"preview": preview, "bundles": msgspec.to_builtins(found), **senders})
    ours = [item for item in found if item.outcome != "sealing.not_for_us"]
    remarks = any(item.quarantined or item.outcome not in ("read", "known") for item in ours)
    return REMARKS if remarks or (found and not ours) else DONE


@app.command(help=_say("交换状态", "the state of the exchange"))
def status(file: File, passphrase_file: PassphraseFile = None) -> None:
    with _desk(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        found = standing.standing(conn)
        keepers = {
            "city_recovery": msgspec.to_builtins(city_recovery.keepers_told(desk.casefile)),
            "opened_by_keepers": msgspec.to_builtins(city_recovery.opened_by_keepers(desk.casefile)),
        }
    if found.apart is not None:
        _tell(found.apart.sentence("zh"), found.apart.sentence("en"))
    _print(msgspec.to_builtins(found) | keepers)


@app.command(help=_say("列出分歧", "disagreements to decide"))
def conflicts(file: File, passphrase_file: PassphraseFile = None) -> int:
    with _desk(file, passphrase_file, write=False) as desk:
        found = msgspec.to_builtins(desk.conflicts())
        code = _noted(disclosing.note_export(desk, "conflict", len(found)))
    _print(found)
    return code


@app.command(help=_say("裁定分歧", "settle a disagreement"))
def decide(
    file: File,
    conflict: Annotated[str, typer.Argument()],
    json_file: Annotated[Path | None, typer.Option("--json", allow_dash=True)] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    value = _json_input(json_file)
    if (
        not isinstance(value, dict)
        or set(value) != {"value", "reason"}
        or not isinstance(value["reason"], str)
    ):
        raise UserError("cli.decision")
    with _desk(file, passphrase_file, write=True) as desk:
        _print(msgspec.to_builtins(desk.decide(conflict, value["value"], value["reason"])))


@app.command(help=_say("逐行列出全部共享记录", "every shared row, sorted"))
def dump(
    file: File,
    group: Annotated[str | None, typer.Option()] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        code = _noted(disclosing.note_export(desk, "dump", 0))
        for line in dump_lines(conn, group):
            sys.stdout.write(line + "\n")
    return code
