"""Commands for acts, records, lists, ledgers and forms. Holds no rule of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from desktop.casefile.files import write_file
from desktop.casework import disclosing, importing, printing
from desktop.casework.acts.catalogue import parse_act, schemas
from desktop.casework.findings import findings as all_findings
from desktop.casework.findings import void_numbers
from desktop.casework.ledgers import workbooks
from desktop.casework.listing import LISTINGS, Query, first_page, told, total
from desktop.casework.search import find
from desktop.casework.sheets import query_workbook
from desktop.cli.apps import app, form_app
from desktop.cli.common import DONE, REMARKS, File, Out, PassphraseFile
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import json_input as _json_input
from desktop.cli.common import noted as _noted
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import tell as _tell
from desktop.errors import message, session_language
from desktop.forms.catalogue import FORMS


@app.command(help=_say("列出全部操作", "all acts"))
def acts(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    found = schemas()
    if as_json:
        _print(found)
    else:
        for name, item in found.items():
            sys.stdout.write(f"{name}\t{_say(item['title_zh'], item['title_en'])}\n")


@app.command(help=_say("执行操作", "perform one act, or a list of inputs in one transaction"))
def do(
    file: File,
    act: Annotated[str, typer.Argument()],
    json_file: Annotated[Path | None, typer.Option("--json", allow_dash=True)] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    if str(passphrase_file) == "-" and (json_file is None or str(json_file) == "-"):
        raise typer.BadParameter(_say("口令和内容不能同时来自标准输入", "not both from standard input"))
    value = _json_input(json_file)
    inputs = value if isinstance(value, list) else [value]
    performed = [(act, parse_act(act, item)) for item in inputs]
    with _desk(file, passphrase_file, write=True) as desk:
        outcomes = msgspec.to_builtins(desk.do(performed))
    for outcome in outcomes:
        for gap in outcome["gaps"]:
            where = {name: text for name, text in gap.items() if name != "code"}
            sys.stderr.write(f"{message(gap['code'], **where)} [{gap['code']}]\n")
    _print(outcomes if isinstance(value, list) else outcomes[0])


@app.command(help=_say("查看记录", "records as JSON"))
def show(
    file: File,
    kind: Annotated[str, typer.Argument()],
    row: Annotated[str | None, typer.Argument(metavar="ID")] = None,
    where: Annotated[list[str] | None, typer.Option(help="f=v")] = None,
    limit: Annotated[int | None, typer.Option(min=0)] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    wanted = dict(_pairs(where))
    with _desk(file, passphrase_file, write=False) as desk:
        found = desk.show(kind, row, wanted, limit=limit)
        code = _noted(disclosing.note_export(desk, kind, len(found), record=row or "", searched=wanted))
    _print(found if row is None else found[0])
    return code


@app.command(help=_say("查找记录", "find records"))
def search(
    file: File,
    text: Annotated[
        str, typer.Argument(help=_say("号码、姓名、拼音或文字", "a number, a name, pinyin, words"))
    ],
    limit: Annotated[int, typer.Option(min=1)] = 50,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=False) as desk:
        code = _noted(disclosing.note_search(desk, text))
        with desk.casefile.reader.connect() as conn:
            hits = find(conn, text, limit=limit)
    _print(msgspec.to_builtins(hits))
    return code


@app.command(help=_say("读取台账", "read a ledger"))
def read(
    file: File,
    kind: Annotated[str, typer.Argument()],
    ledger: Annotated[Path, typer.Argument()],
    into: Annotated[str | None, typer.Option()] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    report: Annotated[Path | None, typer.Option("--report", help=_say("去向表", "xlsx of fates"))] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=not dry_run) as desk:
        reading = importing.dry_run(desk, kind, ledger, into)
        made = {} if dry_run else importing.import_ledger(desk, reading, into)
    if report is not None:
        write_file(report, workbooks.fate_report(reading))
    _tell(
        f"读入{len(reading.rows)}行，提示{len(reading.flags)}条，未采用{len(reading.refused)}行。",
        f"{len(reading.rows)} rows read, {len(reading.flags)} flags, {len(reading.refused)} rows refused.",
    )
    _print({**importing.report(reading), "accepted": len(reading.rows), "dry_run": dry_run, "made": made})
    return REMARKS if reading.flags or reading.refused else DONE


@app.command(help=_say("写出空白台账模板", "write a blank ledger to fill in"))
def template(kind: Annotated[str, typer.Argument()], out: Out) -> None:
    workbooks.write_template(kind, out)
    _print({"kind": kind, "out": str(out)})


@app.command("list", help=_say("查看列表", "a list as the window shows it"))
def list_(
    file: File,
    name: Annotated[str, typer.Argument(metavar="LISTING")],
    within: Annotated[str | None, typer.Option(help=_say("所属记录编号", "the record it belongs to"))] = None,
    where: Annotated[list[str] | None, typer.Option(help="word=text")] = None,
    sort: Annotated[str | None, typer.Option(help=_say("-栏目 为降序", "-column descends"))] = None,
    limit: Annotated[int | None, typer.Option(min=0)] = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help=_say("写成 xlsx", "write xlsx"))] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    order = None if sort is None else (sort.removeprefix("-"), sort.startswith("-"))
    query, language = Query(name, within, order, tuple(_pairs(where)), withdrawn), session_language()
    with _desk(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        if out is None:
            _print(told(query, first_page(conn, query, sys.maxsize if limit is None else limit), language))
            return DONE
        data = query_workbook(conn, query, language=language, limit=limit)
        count = total(conn, query) if limit is None else min(limit, total(conn, query))
        code = _noted(disclosing.note_export(desk, LISTINGS[name].kind, count, searched=dict(query.contains)))
    write_file(out, data)
    _print({"listing": name, "out": str(out)})
    return code


def _pairs(where: list[str] | None) -> list[tuple[str, str]]:
    """Each ``name=value`` of an option in its two parts."""
    found = [item.partition("=") for item in where or []]
    if not all(equals for _, equals, _ in found):
        raise typer.BadParameter("--where name=value")
    return [(name, value) for name, _, value in found]


@form_app.command("list", help=_say("列出文书", "all forms"))
def form_list() -> None:
    _print(
        [
            {
                "id": form.id,
                "number": form.number,
                "title_zh": form.title_zh,
                "title_en": form.title_en,
                "blank": form.blank,
            }
            for form in FORMS.values()
        ]
    )


@form_app.command("print", help=_say("打印文书为 PDF", "print a form as PDF"))
def form_print(
    file: File,
    form: Annotated[str, typer.Argument()],
    out: Out,
    subject: Annotated[str | None, typer.Option("--for")] = None,
    blank: Annotated[bool, typer.Option("--blank")] = False,
    disputed_reason: Annotated[str | None, typer.Option()] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    if blank == (subject is not None):
        raise typer.BadParameter("--for ID | --blank")
    if subject is None:
        write_file(out, printing.render_blank(form))
        _print({"form": form, "out": str(out), "missing": []})
        return DONE
    with _desk(file, passphrase_file, write=False) as desk:
        data, gaps, unnoted = disclosing.print_form(desk, form, subject, disputed_reason=disputed_reason)
        code = _noted(unnoted)
    write_file(out, data)
    for gap in gaps:
        sys.stderr.write(_say(f"缺：{gap.label_zh}", f"missing: {gap.label_en}") + f" [{gap.field}]\n")
    _print({"form": form, "out": str(out), "missing": msgspec.to_builtins(gaps)})
    return REMARKS if gaps else code


@app.command(help=_say("列出需核对的内容和空号", "what to look at in the records; unused numbers"))
def findings(
    file: File,
    year: Annotated[
        int | None, typer.Option(help=_say("列出该年的空号", "list that year's void numbers"))
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        found = all_findings(conn)
        void = [] if year is None else void_numbers(conn, year)
    told = [{**msgspec.to_builtins(one), "sentence": one.sentence()} for one in found]
    _print({"findings": told, "void_numbers": msgspec.to_builtins(void)})
    return REMARKS if found else DONE
