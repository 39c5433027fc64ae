"""What all commands share: arguments, opening a case file, printing. Holds no rule of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from desktop.casefile.unlocking import FromVault, Passphrase, Unlock
from desktop.casework.desk import Desk
from desktop.casework.expunging import clean_up
from desktop.casework.search_index import catch_up_after_writing
from desktop.casework.setting_up import open_case_file
from desktop.errors import UserError, session_language

DONE, USER_ERROR, WRONG_USAGE, REMARKS, BUG = 0, 1, 2, 3, 70
_ZH = session_language() == "zh"


def say(zh: str, en: str) -> str:
    """The sentence in the language of the session."""
    return zh if _ZH else en


File = Annotated[Path, typer.Argument(help=say("案件库文件夹", "the case file (a folder)"))]
CityFile = Annotated[Path, typer.Argument(metavar="CITYFILE")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help=say(
            "口令文件，- 为标准输入；不给则用系统密钥库", "file with the passphrase, - for standard input"
        ),
        allow_dash=True,
    ),
]
Out = Annotated[Path, typer.Option("-o", "--out", help=say("输出文件", "file to write"))]
Share = Annotated[list[Path] | None, typer.Option("--share", help=say("密钥份额文件", "a key share file"))]


def print_json(value: Any) -> None:
    """The result, on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def tell(zh: str, en: str) -> None:
    """Words for the person at the keyboard, on standard error."""
    sys.stderr.write(say(zh, en) + "\n")


def secret(path: Path) -> str:
    """The first line of a passphrase file. Raises ``UserError``."""
    line = sys.stdin.buffer.readline() if str(path) == "-" else path.read_bytes().partition(b"\n")[0]
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UserError("cli.passphrase_encoding") from None


def unlock(passphrase_file: Path | None) -> Unlock:
    """How the case file is to be opened."""
    return FromVault() if passphrase_file is None else Passphrase(secret(passphrase_file))


@contextmanager
def desk_of(folder: Path, passphrase_file: Path | None, *, write: bool) -> Iterator[Desk]:
    """An open desk; after writing, what was expunged is cleaned up and the search index caught up."""
    with open_case_file(folder, unlock(passphrase_file), write=write) as casefile:
        desk = Desk(casefile)
        yield desk
        if write:
            desk.announce({})
            if clean_up(casefile):
                tell(
                    "有内容按命令清除。以前的备份、优盘和打印件中仍有，请一并处理。",
                    "Something was expunged by order. Older backups, sticks and papers still hold it.",
                )
            catch_up_after_writing(casefile.engine)


def office_name(desk: Desk) -> str:
    """The office's printed name; empty where it has none."""
    names = desk.show("office", where={"code": desk.office()}, limit=1)
    return (names[0]["name"] or "") if names else ""


def noted(fault: UserError | None) -> int:
    """Says that a read went on without its note in the audit; the exit code."""
    if fault is None:
        return DONE
    sys.stderr.write(f"{UserError('audit.not_noted', why=fault.sentence())}\n")
    return REMARKS


def json_input(path: Path | None) -> Any:
    """The JSON in a file, or on standard input for none and for ``-``. Raises ``UserError``."""
    if path is not None and path.is_dir():
        raise UserError("cli.folder_for_file")
    data = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UserError("cli.not_json") from None
