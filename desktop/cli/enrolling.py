"""Commands for the city's keys and the enrolment of PCs. Holds no rule of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desktop.changes.journal import Journal
from desktop.cli.apps import city_app, enrol_app
from desktop.cli.common import File, Out, PassphraseFile, Share
from desktop.cli.common import desk_of as _desk
from desktop.cli.common import print_json as _print
from desktop.cli.common import say as _say
from desktop.cli.common import tell as _tell
from desktop.errors import UserError
from desktop.sync import (
    enrolment_files,
    orders_files,
)


@city_app.command("init", help=_say("建立全市根密钥", "make the city's root"))
def city_init(
    file: Annotated[Path, typer.Argument(metavar="CITYFILE")],
    keys: Annotated[int, typer.Option()],
    need: Annotated[int, typer.Option()],
    out: Annotated[Path, typer.Option("--out")],
    apart: Annotated[bool, typer.Option(help=_say("密钥不留在案件库中", "keep no key in the file"))] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    with _desk(file, passphrase_file, write=True) as desk:
        root = enrolment_files.write_root(desk.casefile.engine, keys, need, out, apart=apart)
    _print({"root": root.statement.id, "shares": [name for name, _ in root.shares], "need": need})


@city_app.command("recovery", help=_say("建立市级恢复密钥", "name who can open lost case files together"))
def city_recovery_(
    file: Annotated[Path, typer.Argument(metavar="CITYFILE")],
    keys: Annotated[int, typer.Option(help=_say("共几份", "how many shares"))],
    need: Annotated[int, typer.Option(help=_say("几份合用", "how many open together"))],
    out: Annotated[Path, typer.Option("--out")],
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with _desk(file, passphrase_file, write=True) as desk:
        made = enrolment_files.write_keepers(desk.casefile.engine, keys, need, out, brought)
    _tell("每份交一位保管人，不要同放一处。", "Give each share to another person; never keep them together.")
    _print({"statement": made.statement.id, "shares": [name for name, _ in made.shares], "need": need})


@enrol_app.command("request", help=_say("生成入网申请", "ask to be enrolled"))
def enrol_request(file: File, out: Out, passphrase_file: PassphraseFile = None) -> None:
    with _desk(file, passphrase_file, write=False) as desk:
        names = desk.show("office", where={"code": desk.office()}, limit=1)
        name = (names[0]["name"] or "") if names else ""
        device = enrolment_files.write_request(desk.casefile.reader, name, out)
    _print({"device": device, "out": str(out)})


@enrol_app.command("grant", help=_say("批准入网", "grant a PC"))
def enrol_grant(
    file: Annotated[Path, typer.Argument(metavar="CITYFILE")],
    request: Annotated[Path, typer.Argument()],
    out: Out,
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with _desk(file, passphrase_file, write=True) as desk:
        engine = desk.casefile.engine
        enrolment_files.write_grant(engine, enrolment_files.read_request(request), brought, out)
    _print({"out": str(out)})


@enrol_app.command("accept", help=_say("接受入网答复", "accept the city's answer"))
def enrol_accept(
    file: File, answer: Annotated[Path, typer.Argument()], passphrase_file: PassphraseFile = None
) -> None:
    with _desk(file, passphrase_file, write=True) as desk:
        enrolment_files.accept(desk.casefile.engine, enrolment_files.read_answer(answer))
        with desk.casefile.reader.connect() as conn:
            root = Journal(conn).root()
    _tell("请电话核对根指纹前16位。", "Compare the first 16 digits of the root by telephone.")
    _print({"root": root})


@enrol_app.command("cut", help=_say("停用一台电脑", "cut a PC off"))
def enrol_cut(
    file: Annotated[Path, typer.Argument(metavar="CITYFILE")],
    out: Out,
    device: Annotated[str | None, typer.Argument()] = None,
    office: Annotated[str | None, typer.Option(help=_say("整个单位", "a whole office"))] = None,
    after: Annotated[int | None, typer.Option(min=0)] = None,
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    if (device is None) == (office is None) or (office is not None and after is not None):
        raise UserError("cli.cut_what")
    brought = enrolment_files.read_shares(share or [])
    with _desk(file, passphrase_file, write=True) as desk:
        if office is not None:
            orders_files.write_cut_office(desk.casefile.engine, office, brought, out)
        else:
            enrolment_files.write_cut(desk.casefile.engine, device or "", after, brought, out)
    _print({"out": str(out), "device": device, "office": office})
