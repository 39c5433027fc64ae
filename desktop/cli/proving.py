"""Commands that prove: the integrity report, where values come from, evidence. Holds no rule of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from desktop.casework import disclosing, integrity, provenance
from desktop.casework import evidence as evidence_folder
from desktop.cli.apps import app
from desktop.cli.common import DONE, REMARKS, File, PassphraseFile
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import noted as _noted
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import tell as _tell


@app.command(help=_say("完整性核验", "the integrity report"))
def verify(file: File, passphrase_file: PassphraseFile = None) -> int:
    with _desk(file, passphrase_file, write=False) as desk:
        found = integrity.report(desk)
    _print({"sound": not found.findings, **found.counts, "findings": found.findings})
    return REMARKS if found.findings else DONE


@app.command(help=_say("记录的来历", "where a record's values come from"))
def explain(
    file: File,
    row: Annotated[str, typer.Argument(metavar="ID")],
    field: Annotated[str | None, typer.Argument()] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=False) as desk:
        found = provenance.explain(desk, row, field)
        code = _noted(disclosing.note_export(desk, found.kind, 1, record=row))
    _print(msgspec.to_builtins(found))
    return code


@app.command(help=_say("导出一条记录的证据", "one record as evidence that anybody can check"))
def evidence(
    file: File,
    row: Annotated[str, typer.Argument(metavar="ID")],
    out: Annotated[Path, typer.Option("-o", "--out", help=_say("新文件夹", "a new folder"))],
    attachments: Annotated[
        bool, typer.Option("--attachments", help=_say("附上附件", "with the files"))
    ] = False,
    whole_acts: Annotated[
        bool,
        typer.Option(
            "--whole-acts", help=_say("同时写有其他记录的条目也列全文", "show shared entries whole")
        ),
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=True) as desk:
        code = _noted(disclosing.note_export(desk, "evidence", 1, record=row))
        made = evidence_folder.export(desk, row, out, whole_acts=whole_acts, attachments=attachments)
    if made.withheld:
        _tell(
            f"{made.withheld}条日志未列全文，只列凭据：同时写有另外{made.withheld_records}条记录（如一次录入多人），"
            "列全文会泄露他人内容。本记录在其中的值因此未得到证明。"
            "确需证明时加 --whole-acts，他人内容会一并交出。",
            f"{made.withheld} entries are withheld: they also write to {made.withheld_records} other records"
            " (as people entered together). What this record has in them is not proved; --whole-acts shows"
            " them, and the others' content with them.",
        )
    if made.other_records:
        _tell(
            f"注意：文件夹中含有另外{made.other_records}条记录的内容。",
            f"Mind: the folder holds the content of {made.other_records} other records.",
        )
    _print(msgspec.to_builtins(made))
    return REMARKS if made.withheld or made.other_records or made.attachments_missing else code
