"""The operator's command line: ``python -m hub``. Results are JSON; a mistake is one sentence and exit 1."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import segno
import typer
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from desktop.errors import UserError, environment_error, session_language
from desktop.wire.hashing import is_hash
from hub import backups, figures, logs, roster, setting_up, upkeep
from hub.app import listen, serve
from hub.core import Hub
from hub.database import need_word, now_ms, put_word
from hub.passwords import hashed
from hub.settings import S3, Settings
from hub.tables import statement

DONE, USER_ERROR, WRONG_USAGE = 0, 1, 2
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _say(chinese: str, english: str) -> str:
    return english if session_language() == "en" else chinese


app = typer.Typer(
    name="hub",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_say("市级中转站：转交它读不了的数据包", "The city hub: hands on bundles it cannot read"),
)
statements_app = typer.Typer(help=_say("授权声明", "Statements of the city"))
app.add_typer(statements_app, name="statements")

Folder = Annotated[Path, typer.Argument(help=_say("中转站文件夹", "The hub's folder"))]


@app.command()
def new(
    folder: Folder,
    network: Annotated[
        str, typer.Option(help=_say("市级网络编号（根指纹）", "The network: the id of the city's root"))
    ],
    host: Annotated[str, typer.Option(help=_say("监听地址", "Address to listen on"))] = "0.0.0.0",  # noqa: S104
    port: Annotated[int, typer.Option(min=0, max=65_535)] = 8443,
    database: Annotated[
        str | None, typer.Option(help=_say("postgresql:// 地址；不写则用 SQLite", "A postgresql:// address"))
    ] = None,
    bucket: Annotated[str | None, typer.Option(help=_say("S3 存储桶", "A bucket of S3"))] = None,
    endpoint: Annotated[str | None, typer.Option(help=_say("S3 服务地址", "Where S3 is"))] = None,
    region: Annotated[str, typer.Option()] = "us-east-1",
) -> None:
    """Makes a hub. Password and token are printed this once."""
    if not is_hash(network):
        raise UserError("hub.network")
    s3 = None
    if bucket is not None:
        s3 = S3(bucket, "", endpoint, region, (endpoint or "").startswith("http://"))
    made = setting_up.make(folder, network, Settings(host, port, database, s3))
    _print(
        {
            "folder": str(folder),
            "network": network,
            "certificate_sha256": made.fingerprint,
            "operator_password": made.password,
            "metrics_token": made.token,
            "once": _say(
                "口令和令牌只显示这一次，请记下", "password and token are shown this once: write them down"
            ),
        }
    )


@app.command(name="serve")
def serve_command(
    folder: Folder,
    host: Annotated[
        str | None, typer.Option(help=_say("代替设置中的地址", "Instead of the settings'"))
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535)] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help=_say("不用 TLS，仅限本机地址", "Without TLS, on loopback only"))
    ] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help=_say("多个进程共用端口", "Several processes share the port"))
    ] = False,
) -> None:
    """Runs the hub until it is told to end."""
    with _opened(folder) as hub:
        at = hub.settings.host if host is None else host
        if plain and at not in _LOOPBACK:
            raise UserError("hub.plain")
        try:
            listener = listen(at, hub.settings.port if port is None else port, beside=beside)
        except OSError as error:
            raise UserError("hub.port") from error
        logs.start()
        with listener:
            serve(hub, listener, plain=plain)


@app.command()
def status(folder: Folder) -> None:
    """What the hub holds and who is enrolled, as JSON."""
    with _opened(folder) as hub:
        health = hub.health()
        with hub.database.reading() as conn:
            standing = hub.standings.now(conn)
            _print(
                {
                    "network": hub.network,
                    "epoch": need_word(conn, "epoch"),
                    "root": standing.root,
                    "statements": conn.execute(select(func.count()).select_from(statement)).scalar_one(),
                    "health": health,
                    "totals": figures.totals(conn)._asdict(),
                    "devices": [row._asdict() for row in figures.devices(conn, standing)],
                    "now": now_ms(),
                }
            )
        if set(health.values()) != {"ok"}:
            raise typer.Exit(USER_ERROR)


@app.command()
def fingerprint(
    folder: Folder,
    qr: Annotated[bool, typer.Option("--qr", help=_say("另显示二维码", "As a QR code too"))] = False,
) -> None:
    """The SHA-256 of the hub's certificate, which every desk is given."""
    found = setting_up.fingerprint(folder)
    _print({"certificate_sha256": found})
    if qr:
        segno.make(f"LIANDONG-HUB {found.upper()}", error="m").terminal(sys.stdout, border=2, compact=True)


@app.command()
def password(folder: Folder) -> None:
    """A new operator's password; whoever is signed in must sign in again."""
    made = setting_up.new_secret()
    with _opened(folder) as hub, hub.database.writing() as conn:
        put_word(conn, "password", hashed(made))
    _print({"operator_password": made})


@app.command()
def token(folder: Folder) -> None:
    """A new token for whoever reads the figures."""
    made = setting_up.new_secret()
    with _opened(folder) as hub, hub.database.writing() as conn:
        put_word(conn, "token", hashlib.sha256(made.encode()).hexdigest())
    _print({"metrics_token": made})


@app.command()
def backup(
    folder: Folder, to: Annotated[Path, typer.Option(help=_say("存放备份的文件夹", "Folder for backups"))]
) -> None:
    """Writes a backup into a new folder, while the hub runs."""
    with _opened(folder) as hub:
        written = backups.write(hub, to)
    _print({**written._asdict(), "folder": str(written.folder)})


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help=_say("备份文件夹", "The backup"))],
    folder: Annotated[Path, typer.Argument(help=_say("新的中转站文件夹", "Folder of the new hub"))],
    database: Annotated[
        str | None, typer.Option(help=_say("postgresql:// 地址；不写则用 SQLite", "A postgresql:// address"))
    ] = None,
) -> None:
    """Makes the hub anew from a backup. It gets a new epoch: desks begin at 0 and offer what is lacking."""
    _print(backups.restore(backup, folder, database)._asdict())


@app.command()
def expire(folder: Folder) -> None:
    """Removes what may go now; a running hub does this every hour by itself."""
    with _opened(folder) as hub:
        _print(upkeep.tidy(hub)._asdict())


@app.command()
def check(folder: Folder) -> None:
    """Reads every bundle and compares its hash; what is spoilt is asked for again."""
    with _opened(folder) as hub:
        found = upkeep.check(hub)
    _print(found._asdict())
    if found.spoilt:
        raise typer.Exit(USER_ERROR)


@statements_app.command()
def add(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help=_say("声明文件，一行一条", "One statement a line"))],
) -> None:
    """Takes statements from a file, as a desk would post them."""
    lines = [line for line in file.read_bytes().split(b"\n") if line]
    with _opened(folder) as hub, hub.database.writing() as conn:
        _print(roster.take(conn, hub.standings, lines)._asdict())


def run(arguments: list[str]) -> int:
    """One command with its arguments; returns the exit code."""
    try:
        return int(app(arguments, prog_name="hub", standalone_mode=False) or DONE)
    except typer.Exit as end:
        return int(end.exit_code)
    except typer.TyperException as wrong:
        said = wrong.format_message() if hasattr(wrong, "format_message") else str(wrong)
        sys.stderr.write(f"{said}\n" + _say("用法见 hub --help\n", "See hub --help\n"))
        return WRONG_USAGE
    except DBAPIError as error:
        # The text of a database error may hold its address and password.
        sys.stderr.write(f"{environment_error(error) or UserError('hub.database')}\n")
        return USER_ERROR
    except (UserError, OSError) as error:
        sys.stderr.write(f"{environment_error(error) or UserError('hub.system')}\n")
        return USER_ERROR


@contextmanager
def _opened(folder: Path) -> Iterator[Hub]:
    hub = Hub(folder)
    try:
        yield hub
    finally:
        hub.close()


def _print(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
