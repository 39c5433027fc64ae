"""Commands for the case file itself: made, opened, kept. Holds no rule of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desktop.casefile import backups
from desktop.casefile.casefile import CaseFile
from desktop.casefile.files import write_file
from desktop.casefile.unlocking import CityShares, Passphrase, RecoveryKey, Unlock
from desktop.casefile.vault import Vault
from desktop.casework import city_recovery
from desktop.casework.setting_up import FirstFacts, create_case_file, open_case_file, recovery_sheet
from desktop.changes.journal import Journal
from desktop.cli.apps import app, officer_app
from desktop.cli.common import File, PassphraseFile
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import office_name as _office_name
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import secret as _secret
from desktop.cli.common import tell as _tell
from desktop.cli.common import unlock as _unlock
from desktop.errors import UserError
from desktop.sync import backing_up, enrolment_files


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
