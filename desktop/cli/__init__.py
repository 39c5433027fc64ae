"""The acts of the window for scripts: thin commands, JSON on standard output, words on standard error.

Exit: 0 done; 1 a user-facing error; 2 wrong usage; 3 done, but something was quarantined, flagged, partial or
does not verify; 70 a bug. The contract is docs/manual.md; this module holds no rule of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec
import typer

from desktop.casefile import backups
from desktop.casefile.bugs import save_bug_report
from desktop.casefile.casefile import CaseFile
from desktop.casefile.files import write_file
from desktop.casefile.unlocking import CityShares, Passphrase, RecoveryKey, Unlock
from desktop.casefile.vault import Vault
from desktop.casework import city_recovery, disclosing, importing, printing
from desktop.casework.acts.catalogue import parse_act, schemas
from desktop.casework.findings import findings as all_findings
from desktop.casework.findings import void_numbers
from desktop.casework.ledgers import workbooks
from desktop.casework.listing import LISTINGS, Query, first_page, told, total
from desktop.casework.search import find
from desktop.casework.setting_up import FirstFacts, create_case_file, open_case_file, recovery_sheet
from desktop.casework.sheets import query_workbook
from desktop.changes.journal import Journal
from desktop.changes.outline import dump as dump_lines
from desktop.cli import carrying, enrolling, proving, statements
from desktop.cli.apps import app, city_app, enrol_app, form_app, officer_app
from desktop.cli.common import BUG, DONE, REMARKS, USER_ERROR, WRONG_USAGE, File, Out, PassphraseFile
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import noted as _noted
from desktop.cli.common import office_name as _office_name
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import secret as _secret
from desktop.cli.common import tell as _tell
from desktop.cli.common import unlock as _unlock
from desktop.errors import Cancelled, UserError, environment_error, message, session_language
from desktop.forms.catalogue import FORMS
from desktop.practice.city import play
from desktop.sync import (
    backing_up,
    enrolment_files,
    exchange,
    standing,
)
from desktop.sync.previewing import by_sender

statements.add_to(app, city_app, enrol_app)
HUNG = (carrying, enrolling, proving)
"""Modules that hung their commands on the tree when they were loaded."""


def _json_input(path: Path | None) -> Any:
    if path is not None and path.is_dir():
        raise UserError("cli.folder_for_file")
    data = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UserError("cli.not_json") from None


class Window(Protocol):
    """The window, for whoever asks for it by command."""

    def open(self, folder: Path | None, passphrase: str | None = None) -> int:
        """Shows it until it is closed; returns the exit code."""

    def draw(self, folder: Path, passphrase: str, into: Path, told: Callable[[Path], None]) -> None:
        """Draws its pages as pictures, where there is no screen."""


WindowMaker = Callable[[], Window]


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> int:
    if context.invoked_subcommand is None:
        return _window_of(context).open(None)
    return DONE


def _window_of(context: typer.Context) -> Window:
    if context.obj is None:
        raise UserError("cli.no_window")
    made: Window = context.obj()
    return made


# the file


@app.command(help=_say("新建案件库", "make a new case file"))
def new(
    file: File,
    office: Annotated[str, typer.Option()],
    name: Annotated[str, typer.Option()],
    officer: Annotated[str, typer.Option()],
    credential: Annotated[str, typer.Option()],
    recovery_out: Annotated[Path, typer.Option()],
    short_name: Annotated[str, typer.Option(help=_say("文号简称", "begins document numbers"))] = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    if passphrase_file is None:
        raise UserError("cli.passphrase_needed")
    if recovery_out.exists():
        raise UserError("cli.exists")
    first = FirstFacts(office, name, officer, credential, short_name)
    casefile, recovery = create_case_file(file, first, _secret(passphrase_file))
    with casefile:
        write_file(recovery_out, recovery_sheet(name, casefile.file_id, recovery))
        with casefile.reader.connect() as conn:
            pen = Journal(conn).pen()
    _tell(
        "案件库已建立；请打印并封存恢复密钥页。",
        "The case file is made; print the recovery sheet and lock it away.",
    )
    _print({"file": str(file), "office": office, "device": pen.device, "officer": casefile.officer})


@officer_app.command("add", help=_say("增加人员", "add an officer"))
def officer_add(
    file: File,
    officer: Annotated[str, typer.Option(help=_say("人员记录编号", "id of the officer's record"))],
    new_passphrase_file: Annotated[Path, typer.Option()],
    passphrase_file: PassphraseFile = None,
) -> None:
    with _desk(file, passphrase_file, write=True) as desk:
        desk.show("officer", officer)
        desk.casefile.add_officer(officer, _secret(new_passphrase_file))
        _print({"officers": desk.casefile.officers()})


@officer_app.command("remove", help=_say("移除人员", "remove an officer"))
def officer_remove(
    file: File,
    officer: Annotated[str, typer.Option()],
    recovery_out: Annotated[Path, typer.Option(help=_say("新的恢复密钥页", "the new recovery sheet"))],
    passphrase_file: PassphraseFile = None,
) -> None:
    if recovery_out.exists():
        raise UserError("cli.exists")
    with _desk(file, passphrase_file, write=True) as desk:
        printed = _office_name(desk)
        recovery = desk.casefile.remove_officer(officer)
        write_file(recovery_out, recovery_sheet(printed, desk.casefile.file_id, recovery))
        officers = desk.casefile.officers()
    _tell(
        "原恢复密钥已作废，请打印并封存新的。",
        "The old recovery key is void; print the new sheet and lock it away.",
    )
    _print({"officers": officers})


@app.command(help=_say("修改口令；系统密钥库", "change the passphrase; the OS vault"))
def passphrase(
    file: File,
    new_passphrase_file: Annotated[Path | None, typer.Option()] = None,
    remember: Annotated[
        bool, typer.Option("--remember", help=_say("系统密钥库可打开", "let the OS vault open it"))
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help=_say("系统密钥库不再可打开", "the OS vault opens it no more"))
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    if [new_passphrase_file is not None, remember, forget].count(True) != 1:
        raise typer.BadParameter("--new-passphrase-file F | --remember | --forget")
    if passphrase_file is None and not forget:
        raise UserError("cli.passphrase_needed")
    current = _unlock(passphrase_file)
    with open_case_file(file, current) as casefile:
        if remember and not casefile.remember_in_vault(Vault()):
            raise UserError("casefile.vault_keeps_nothing")
        if forget:
            casefile.forget_in_vault(Vault())
        if new_passphrase_file is not None and isinstance(current, Passphrase):
            casefile.change_passphrase(current.text, _secret(new_passphrase_file))
        _print({"changed": new_passphrase_file is not None, "remembered": casefile.in_vault})


@app.command(help=_say("口令遗失时打开并设新口令", "set a new passphrase when the old one is lost"))
def unlock(
    file: File,
    recovery_file: Annotated[Path | None, typer.Option(help=_say("恢复密钥", "the recovery key"))] = None,
    share: Annotated[
        list[Path] | None, typer.Option(help=_say("市级恢复密钥份额", "a share of the city's recovery key"))
    ] = None,
    officer: Annotated[
        str | None, typer.Option(help=_say("为哪位人员设口令", "whose passphrase (id of the record)"))
    ] = None,
    new_passphrase_file: Annotated[Path | None, typer.Option()] = None,
) -> None:
    if (recovery_file is None) == (not share):
        raise typer.BadParameter("--recovery-file F | --share F --share F …")
    if share:
        _unlock_by_keepers(file, share, officer, new_passphrase_file)
        return
    key = _secret(recovery_file or Path())
    if new_passphrase_file is not None:
        CaseFile.recover(file, key, _secret(new_passphrase_file), officer=officer)
    with open_case_file(file, RecoveryKey(key), write=False) as casefile:
        _print({"file_id": casefile.file_id, "passphrase_changed": new_passphrase_file is not None})


def _unlock_by_keepers(file: Path, brought: list[Path], officer: str | None, new: Path | None) -> None:
    shares = enrolment_files.read_recovery_shares(brought)
    if new is None:
        casefile = open_case_file(file, CityShares(tuple(shares), officer), write=False)
    else:
        casefile = city_recovery.open_by_keepers(file, shares, _secret(new), officer=officer)
    with casefile:
        told = {"file_id": casefile.file_id, "officer": casefile.officer}
        _print(told | {"passphrase_changed": new is not None})


# acts and views


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


# the network


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
        told = {
            "city_recovery": city_recovery.keepers_told(desk.casefile),
            "opened_by_keepers": city_recovery.opened_by_keepers(desk.casefile),
        }
        _print(standing.status(conn) | {name: msgspec.to_builtins(value) for name, value in told.items()})


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


@app.command(help=_say("备份", "make a verified backup"))
def backup(
    file: File, to: Annotated[Path, typer.Option("--to")], passphrase_file: PassphraseFile = None
) -> None:
    unlock = _unlock(passphrase_file)
    with _to_back_up(file, unlock) as casefile:
        made, told = backing_up.back_up(casefile, to)
    if not told:
        _tell(
            "备份已完成。案件库正由别的程序使用，这次备份不计入告知其他单位的备份状态。",
            "Backed up. Another program uses the case file, so others are not told of this backup.",
        )
    _print({"backup": str(made), "told": told})


def _to_back_up(file: Path, unlock: Unlock) -> CaseFile:
    """For writing, so that the backup can be noted; beside whoever writes already for reading."""
    try:
        return open_case_file(file, unlock, write=True)
    except UserError as error:
        if error.code != "casefile.in_use":
            raise
        return open_case_file(file, unlock, write=False)


@app.command(help=_say("恢复备份", "restore a backup"))
def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP")], into: Annotated[Path, typer.Option("--into")]
) -> None:
    backups.restore(source, into)
    _print({"restored": str(into)})


@app.command(help=_say("演示：练习城市", "the practice city"))
def demo(
    context: typer.Context,
    into: Annotated[Path, typer.Option("--into")] = Path("practice"),
    headless: Annotated[bool, typer.Option("--headless")] = False,
) -> int:
    kept = play(into, run, headless=headless)
    if context.obj is None:
        return DONE
    county, passphrase = into / "county", _secret(Path(kept["pass"]))
    window = _window_of(context)
    if not headless:
        try:
            return window.open(county, passphrase)
        except UserError as error:
            if error.code != "window.no_screen":
                raise
    _tell("没有屏幕，主要页面画成图片：", "There is no screen; the main pages are drawn as pictures:")
    window.draw(county, passphrase, into / "pictures", lambda path: _tell(f"  {path}", f"  {path}"))
    return DONE


def _asks_for_window(arguments: list[str]) -> bool:
    """``liandong FILE``: one word that is no command. A command's name is never taken for a file."""
    (word,) = arguments if len(arguments) == 1 else ("-",)
    return not word.startswith("-") and word not in _commands() and Path(word).exists()


def _commands() -> set[str]:
    return set(getattr(typer.main.get_command(app), "commands", {}))


def run(arguments: list[str], window: WindowMaker | None = None) -> int:
    """One command with its arguments; returns the exit code. Every fault ends here, none escapes.

    ``window`` makes the window, where one is to be had.
    """
    try:
        if window is not None and _asks_for_window(arguments):
            return window().open(Path(arguments[0]))
        return int(app(arguments, prog_name="liandong", standalone_mode=False, obj=window) or DONE)
    except Cancelled:
        return DONE
    except typer.Exit as end:
        return int(end.exit_code)
    except typer.TyperException as wrong:
        sys.stderr.write(f"{_usage(wrong)}\n")
        return WRONG_USAGE
    except Exception as error:
        known = environment_error(error)
        if known is None:
            return _bug(error)
        sys.stderr.write(f"{known}\n")
        return USER_ERROR


def _usage(wrong: Exception) -> str:
    """What was wrong with the words of a command, and where its help is."""
    context = getattr(wrong, "ctx", None)
    command = getattr(context, "command_path", "liandong")
    said = wrong.format_message() if hasattr(wrong, "format_message") else str(wrong)
    return f"{said}\n" + _say(f"用法见 {command} --help", f"See {command} --help")


def _bug(error: Exception) -> int:
    path = save_bug_report(error)
    sys.stderr.write(_say(f"程序内部错误，报告已存于 {path}\n", f"A bug; a report was saved to {path}\n"))
    return BUG
