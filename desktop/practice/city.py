"""Plays the practice city: a data file of the same commands that a user would type.

Knows the command runner it is given and nothing else of the program.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2

from desktop.errors import RESOURCES, UserError, session_language

Runner = Callable[[list[str]], int]
Tell = Callable[[int, int, str], None]
"""Called before each step with its number, the number of steps, and what it does; what it raises ends it."""

MARKER = "practice-city.txt"
FINISHED = "finished"
PASSPHRASE = "passphrase.txt"  # noqa: S105 - the name of a file
SCRIPT = Path(__file__).with_name("city.toml")
LEDGER = RESOURCES / "practice" / "raid-2020-06-07.xlsx"


class County(NamedTuple):
    """The practice city's county desk: its case file, and the passphrase that opens it."""

    folder: Path
    passphrase: str


def county_desk(into: Path, run: Runner, tell: Tell) -> County:
    """The county desk of the practice city in ``into``, which is built when it is not there yet.

    What is half built is removed again. Raises ``UserError``, or what ``tell`` raises.
    """
    if not (into / FINISHED).exists():
        _clear(into)
        try:
            with redirect_stderr(io.StringIO()):
                play(into, run, headless=True, tell=tell)
        except BaseException:
            shutil.rmtree(into, ignore_errors=True)
            raise
    return County(into / "county", (into / PASSPHRASE).read_text("ascii").strip())


def play(
    into: Path,
    run: Runner,
    *,
    headless: bool = False,
    changes: Mapping[str, str] | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Builds the practice city in ``into`` and plays the whole job; returns everything that was kept.

    ``changes`` replaces defaults of the script (another county, another ledger). An earlier practice city in
    ``into`` is replaced; any other folder that is not empty is refused. Raises ``UserError``.
    """
    _clear(into)
    script = tomllib.loads(SCRIPT.read_text("utf-8"))
    passphrase = into / PASSPHRASE
    passphrase.write_text(secrets.token_urlsafe(15) + "\n", "ascii")
    passphrase.chmod(0o600)
    (into / "stick").mkdir()
    kept: dict[str, Any] = {
        **script["defaults"],
        "dir": str(into),
        "pass": str(passphrase),
        "ledger": str(LEDGER),
    }
    kept |= changes or {}
    steps = script["step"]
    for number, step in enumerate(steps, 1):
        words = step[session_language()]
        sys.stderr.write(f"[{number}/{len(steps)}] {words}\n")
        if tell is not None:
            tell(number, len(steps), words)
        _play_step(step, kept, run)
    for name in _pictures(into):
        sys.stderr.write(f"  {name}\n")
    (into / FINISHED).touch()
    sys.stderr.write(f"练习城市在 {into} / the practice city is in {into}\n")
    if not headless:
        sys.stderr.write("口令在 passphrase.txt / the passphrase is in passphrase.txt\n")
    return kept


def _clear(into: Path) -> None:
    if into.exists() and any(into.iterdir()):
        if not (into / MARKER).exists():
            raise UserError("practice.not_empty")
        shutil.rmtree(into)
    into.mkdir(parents=True, exist_ok=True)
    (into / MARKER).write_text(
        "练习数据，可整个删除。 Practice data; the whole folder may be deleted.\n", "utf-8"
    )


def _play_step(step: dict[str, Any], kept: dict[str, Any], run: Runner) -> None:
    if "equal" in step:
        one, other = (kept[name] for name in step["equal"])
        if one != other or not one:
            raise UserError("practice.differs")
        return
    arguments = [fill(text, kept) for text in step["run"]]
    sys.stderr.write("    liandong " + " ".join(arguments) + "\n")
    with _stdin(fill(step.get("stdin", ""), kept)), redirect_stdout(io.StringIO()) as out:
        code = run(arguments)
    if code not in step.get("exit", [0]):
        raise UserError("practice.step_failed", exit=code)
    text = out.getvalue()
    if "text" in step:
        kept[step["text"]] = text
    elif text:
        value = json.loads(text)
        sys.stderr.write("    " + _brief(value) + "\n")
        for name, path in step.get("keep", {}).items():
            kept[name] = _dig(value, path)


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        plain = {name: item for name, item in value.items() if not isinstance(item, list | dict)}
        counts = {name: len(item) for name, item in value.items() if isinstance(item, list | dict)}
        return json.dumps({**plain, **counts}, ensure_ascii=False)
    return f"{len(value)} ×"


def fill(text: str, kept: Mapping[str, Any]) -> str:
    """``{name}`` and ``{name.0}`` replaced by what was kept; braces of JSON are left alone."""
    return re.sub(r"\{([a-z_]+(?:\.\w+)*)\}", lambda found: str(_dig(kept, found[1])), text)


def _dig(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


@contextmanager
def _stdin(text: str) -> Iterator[None]:
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
    try:
        yield
    finally:
        sys.stdin = before


def _pictures(into: Path) -> list[str]:
    made = []
    folder = into / "pictures"
    folder.mkdir(exist_ok=True)
    for path in sorted(into.glob("*.pdf")):
        if path.name.startswith("recovery"):
            continue
        document = pypdfium2.PdfDocument(path)
        try:
            picture = folder / f"{path.stem}.png"
            document[0].render(scale=1.25).to_pil().save(picture)
            made.append(str(picture))
        finally:
            document.close()
    return made
