"""Commands for what a city states, and for PCs that are vouched for. Holds no rule of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from desktop.casework.quarantined import note_order
from desktop.changes.holds import lift
from desktop.changes.journal import Journal
from desktop.changes.quarantine import quarantine as everything_kept
from desktop.cli.common import (
    DONE,
    REMARKS,
    CityFile,
    File,
    Out,
    PassphraseFile,
    Share,
    desk_of,
    print_json,
    say,
    tell,
)
from desktop.sync import enrolment_files, orders_files

Reason = Annotated[str, typer.Option(help=say("理由，记入查阅记录", "why, for the audit of this file"))]
Entry = Annotated[str, typer.Argument(help=say("条目编号", "id of the entry"))]


def add_to(app: typer.Typer, city: typer.Typer, enrol: typer.Typer) -> None:
    """Adds the commands to those there are."""
    app.command(help=say("列出隔离的条目", "what is kept and does not count"))(quarantine)
    app.command("lift", help=say("显示暂缓的大批变更", "show a mass change that was held"))(lift_hold)
    city.command("rekey", help=say("换用新的根密钥", "a new key set ends the old one"))(city_rekey)
    city.command("join", help=say("申请加入其他市的网络", "ask to join another city's network"))(city_join)
    city.command("admit", help=say("接纳其他市", "admit another city"))(city_admit)
    city.command("accept", help=say("接受接纳答复", "accept the admission"))(city_accept)
    city.command("region", help=say("声明区域", "state a region"))(city_region)
    city.command("release", help=say("放行停用后的条目", "let cut entries count again"))(city_release)
    city.command("clock", help=say("声明时钟有误", "call a clock wrong"))(city_clock)
    city.command("approve", help=say("确认大批变更", "confirm a mass change"))(city_approve)
    city.command("expunge", help=say("清除条目内容", "take an entry's content away"))(city_expunge)
    enrol.command("voucher", help=say("为本单位第二台电脑担保", "vouch for a second PC"))(enrol_voucher)


def quarantine(file: File, passphrase_file: PassphraseFile = None) -> int:
    with desk_of(file, passphrase_file, write=False) as desk, desk.casefile.reader.connect() as conn:
        found = msgspec.to_builtins(list(everything_kept(conn)))
    print_json(found)
    return REMARKS if found else DONE


def lift_hold(
    file: File,
    entry: Annotated[list[str] | None, typer.Argument(help=say("条目编号", "ids of entries"))] = None,
    reason: Reason = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    with desk_of(file, passphrase_file, write=True) as desk:
        note_order(desk, "lift", len(entry or []), reason)
        with desk.casefile.engine.begin() as conn:
            changes = lift(Journal(conn), entry or None)
        desk.announce(changes)
    print_json({"rows": sum(map(len, changes.values()))})


def city_rekey(
    file: CityFile,
    keys: Annotated[int, typer.Option()],
    need: Annotated[int, typer.Option()],
    out: Annotated[Path, typer.Option("--out")],
    apart: Annotated[bool, typer.Option(help=say("密钥不留在案件库中", "keep no key in the file"))] = False,
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        made = orders_files.write_rekey(desk.casefile.engine, keys, need, brought, out, apart=apart)
    tell("旧份额请销毁。", "Destroy the old shares.")
    print_json({"key_set": made.statement.id, "shares": [name for name, _ in made.shares], "need": need})


def city_join(
    file: CityFile,
    keys: Annotated[int, typer.Option()],
    need: Annotated[int, typer.Option()],
    shares_out: Annotated[Path, typer.Option("--shares-out")],
    out: Out,
    apart: Annotated[bool, typer.Option(help=say("密钥不留在案件库中", "keep no key in the file"))] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    with desk_of(file, passphrase_file, write=True) as desk:
        made = orders_files.write_join(desk.casefile.engine, keys, need, shares_out, out, apart=apart)
    print_json({"out": str(out), "shares": [name for name, _ in made.shares], "need": need})


def city_admit(
    file: CityFile,
    request: Annotated[Path, typer.Argument()],
    out: Out,
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        orders_files.write_admission(desk.casefile.engine, request, brought, out)
    print_json({"out": str(out)})


def city_accept(
    file: CityFile,
    answer: Annotated[Path, typer.Argument()],
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        root = orders_files.accept_admission(desk.casefile.engine, answer, brought)
    tell("请电话核对根指纹前16位。", "Compare the first 16 digits of the root by telephone.")
    print_json({"root": root})


def city_region(
    file: CityFile,
    city: Annotated[list[str], typer.Option("--city")],
    need: Annotated[int, typer.Option()],
    out: Out,
    name: Annotated[str | None, typer.Option()] = None,
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        group = orders_files.write_region(desk.casefile.engine, city, need, name, brought, out)
    print_json({"group": group, "out": str(out)})


def city_release(
    file: CityFile,
    entry: Annotated[list[str], typer.Argument(help=say("条目编号", "ids of entries"))],
    out: Out,
    share: Share = None,
    reason: Reason = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        note_order(desk, "release", len(entry), reason)
        desk.announce(orders_files.write_release(desk.casefile.engine, entry, brought, out))
    print_json({"out": str(out), "entries": len(entry)})


def city_clock(
    file: CityFile,
    log: Annotated[str, typer.Argument(help=say("日志编号", "id of the log"))],
    first: Annotated[int, typer.Option("--first", min=1)],
    last: Annotated[int, typer.Option("--last", min=1)],
    out: Out,
    share: Share = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        desk.announce(orders_files.write_clock(desk.casefile.engine, log, first, last, brought, out))
    print_json({"out": str(out)})


def city_approve(
    file: CityFile,
    entry: Entry,
    out: Out,
    share: Share = None,
    reason: Reason = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        note_order(desk, "approve", 1, reason)
        desk.announce(orders_files.write_approval(desk.casefile.engine, [entry], brought, out))
    print_json({"out": str(out)})


def city_expunge(
    file: CityFile, entry: Entry, out: Out, share: Share = None, passphrase_file: PassphraseFile = None
) -> None:
    brought = enrolment_files.read_shares(share or [])
    with desk_of(file, passphrase_file, write=True) as desk:
        desk.announce(orders_files.write_expunge(desk.casefile.engine, entry, brought, out))
    print_json({"out": str(out)})


def enrol_voucher(
    file: File,
    request: Annotated[Path, typer.Argument()],
    out: Out,
    passphrase_file: PassphraseFile = None,
) -> None:
    with desk_of(file, passphrase_file, write=True) as desk:
        engine, officer = desk.casefile.engine, desk.casefile.officer
        orders_files.write_voucher(engine, enrolment_files.read_request(request), officer, out)
    tell(
        "市级批准之前，该电脑只在本单位组内有效。请尽快报市级批准。",
        "Until the city grants it, that PC counts in this office's group only. Ask the city soon.",
    )
    print_json({"out": str(out)})
