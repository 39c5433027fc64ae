"""Commands for hub, sticks, attachments and shared folders. Holds no rule of its own."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from desktop.casefile.files import write_file
from desktop.cli.apps import app, hub_app
from desktop.cli.common import DONE, REMARKS, File, PassphraseFile
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import office_name as _office_name
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import tell as _tell
from desktop.sync import (
    fetching,
    handing,
    hub_commands,
    watched,
    whereabouts,
)
from desktop.sync.hub_silence import put_warn_days

# the hub


@hub_app.command("set", help=_say("设置并启用中转站", "configure the hub and turn it on"))
def hub_set(
    file: File,
    address: Annotated[
        str | None, typer.Option(help=_say("https://主机:端口，不给则启用已有设置", "https://host:port"))
    ] = None,
    pin: Annotated[str | None, typer.Option(help=_say("证书指纹", "SHA-256 of the certificate"))] = None,
    proxy: Annotated[str | None, typer.Option(help=_say("代理 http://主机:端口", "a proxy"))] = None,
    warn_days: Annotated[
        int | None, typer.Option(help=_say("多少天没有新内容时提示", "days of silence before it is said"))
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    with _desk(file, passphrase_file, write=True) as desk:
        if warn_days is not None:
            put_warn_days(desk.casefile.engine, warn_days)
        _print(hub_commands.turn_on(desk.casefile.engine, address, pin, proxy))


@hub_app.command("off", help=_say("停用中转站", "never connect to the hub again"))
def hub_off(file: File, passphrase_file: PassphraseFile = None) -> None:
    with _desk(file, passphrase_file, write=True) as desk:
        _print(hub_commands.turn_off(desk.casefile.engine))


@hub_app.command("status", help=_say("中转站状态", "how it stands with the hub"))
def hub_status(file: File, passphrase_file: PassphraseFile = None) -> None:
    with _desk(file, passphrase_file, write=False) as desk:
        _print(hub_commands.told(desk.casefile.reader, desk.casefile.blobs))


@app.command(help=_say("与中转站同步", "exchange with the hub, again and again until stopped"))
def sync(
    file: File,
    once: Annotated[bool, typer.Option("--once", help=_say("只同步一次", "one round only"))] = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=True) as desk:
        case = hub_commands.case_of(desk.casefile, desk.announce)
        if not once:
            hub_commands.keep_syncing(
                case, lambda status: _tell(status.sentence("zh"), status.sentence("en"))
            )
            return DONE
        done = hub_commands.sync_once(case)
    _print(msgspec.to_builtins(done))
    return REMARKS if done.quarantined or done.refused else DONE


@app.command(help=_say("一条记录在哪里", "where a record is known to be"))
def whereis(
    file: File,
    row: Annotated[str, typer.Argument(metavar="ID")],
    passphrase_file: PassphraseFile = None,
) -> None:
    with _desk(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        found = whereabouts.whereabouts(conn, row)
    sys.stderr.write(f"{whereabouts.sentence(found)}\n")
    _print(msgspec.to_builtins(found))


@app.command(help=_say("写过的优盘；遗失报告", "sticks that were written to; the report of a lost one"))
def sticks(
    file: File,
    lost: Annotated[str | None, typer.Option(help=_say("优盘编号", "id or label of a stick"))] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    with _desk(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        if lost is None:
            _print(msgspec.to_builtins(whereabouts.sticks(conn)))
        else:
            _print(msgspec.to_builtins(whereabouts.lost(conn, lost)))


# attachments, handover, a shared folder


@app.command(help=_say("附件：列出、索取、自动收取上限", "attachments: list, ask for, set a limit"))
def attachments(
    file: File,
    fetch: Annotated[
        list[str] | None, typer.Option("--fetch", help=_say("索取此附件（SHA-256）", "ask for this one"))
    ] = None,
    fetch_all: Annotated[bool, typer.Option("--all", help=_say("索取全部", "ask for all of them"))] = False,
    limit: Annotated[
        int | None, typer.Option("--limit-mb", min=0, help=_say("自动收取上限", "what comes by itself"))
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    changing = bool(fetch) or fetch_all or limit is not None
    with _desk(file, passphrase_file, write=changing) as desk:
        blobs = desk.casefile.blobs
        if changing:
            with desk.casefile.engine.begin() as conn:
                fetching.change(conn, blobs, fetch or (), everything=fetch_all, limit_mb=limit)
        with desk.casefile.reader.connect() as conn:
            found, most = fetching.listed(conn, blobs), fetching.fetch_limit(conn)
    _print({"limit": most, "attachments": msgspec.to_builtins(found)})


@app.command(help=_say("交接单：打印，或与交接单核对", "the handover sheet: print it, or check against it"))
def handover(
    file: File,
    source: Annotated[Path, typer.Option("--from")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help=_say("写成 PDF", "write the PDF"))] = None,
    check: Annotated[
        str | None, typer.Option(help=_say("二维码文字或前16位", "text of the QR code, or 16 digits"))
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> int:
    found = handing.look_over(source)
    same = None if check is None else handing.fits(found, check)
    if out is not None:
        with _desk(file, passphrase_file, write=False) as desk:
            write_file(out, handing.handover_pdf(found, _office_name(desk)))
    _print({**msgspec.to_builtins(found), "bytes": found.bytes, "code": found.code, "fits": same})
    return REMARKS if same is False or not all(one.whole for one in found.files) else DONE


@app.command(help=_say("与共享文件夹自动交换", "exchange with a shared folder by itself"))
def watch(
    file: File,
    folder: Annotated[Path, typer.Option("--folder")],
    once: Annotated[bool, typer.Option("--once", help=_say("只交换一次", "one visit only"))] = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    with _desk(file, passphrase_file, write=True) as desk:
        place = watched.Watched(desk.casefile.engine, desk.casefile.blobs, folder)
        try:
            for visit, changes in watched.visits(place):
                desk.announce(changes)
                if once or visit.outcome != watched.QUIET:
                    _print(msgspec.to_builtins(visit))
                if once:
                    return DONE if visit.outcome in (watched.QUIET, watched.EXCHANGED) else REMARKS
                time.sleep(watched.pause())
        except KeyboardInterrupt:
            _tell("已停止。", "Stopped.")
    return DONE
