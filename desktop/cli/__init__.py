"""The acts of the window for scripts: thin commands, JSON on standard output, words on standard error.

Exit: 0 done; 1 a user-facing error; 2 wrong usage; 3 done, but something was quarantined, flagged, partial or
does not verify; 70 a bug. The contract is docs/manual.md; this module runs one command and holds no rule.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Protocol

import typer

from desktop.casefile.bugs import save_bug_report
from desktop.cli import carrying, enrolling, exchanging, opening, proving, recording, statements
from desktop.cli.apps import app, city_app, enrol_app
from desktop.cli.common import BUG, DONE, USER_ERROR, WRONG_USAGE
from desktop.cli.common import say as _say
from desktop.cli.common import secret as _secret
from desktop.cli.common import tell as _tell
from desktop.errors import Cancelled, UserError, environment_error
from desktop.practice.city import play

statements.add_to(app, city_app, enrol_app)
HUNG = (opening, recording, exchanging, carrying, enrolling, proving)
"""Modules that hung their commands on the tree when they were loaded."""


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
