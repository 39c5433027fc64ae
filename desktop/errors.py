"""Whose fault an error is: the user's wish (cancelled), something to mend (user-facing), or ours (a bug).

A user-facing error is a code and parameters; its sentences stand in ``resources/messages/<area>.toml``,
one table a code, with ``zh`` and ``en``. Anything else that escapes is a bug. This module knows no database,
no Qt and no format.
"""

from __future__ import annotations

import errno
import locale
import os
import tomllib
from functools import lru_cache
from pathlib import Path

RESOURCES = Path(__file__).resolve().parent.parent / "resources"


class Cancelled(Exception):  # noqa: N818 - a wish, not an error
    """The user changed their mind; say nothing."""


class UserError(Exception):
    """Something a user can understand and mend: one sentence, what to do, a code.

    ``code`` is ``area.name`` and names a table in ``resources/messages/<area>.toml``. Parameters must not
    hold personal data: they reach standard error and logs.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def sentence(self, language: str | None = None) -> str:
        """The sentence in ``zh`` or ``en``; without an argument in the language of the session."""
        return message(self.code, language, **self.params)

    def __str__(self) -> str:
        return f"{self.sentence()} [{self.code}]"


@lru_cache(maxsize=1)
def session_language() -> str:
    """``zh`` unless the environment asks for another language; English is the only other one."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    first = locale.getlocale()[0] or ""
    return "en" if first.lower().startswith("en") else "zh"


@lru_cache(maxsize=32)
def _area(area: str) -> dict[str, dict[str, str]]:
    with (RESOURCES / "messages" / f"{area}.toml").open("rb") as file:
        return tomllib.load(file)


def message(code: str, language: str | None = None, **params: object) -> str:
    """The sentence of ``code`` with its parameters filled in.

    Raises ``KeyError`` when the code has no sentence: that is a bug, and a test looks for it.
    """
    area, _, name = code.partition(".")
    return _area(area)[name][language or session_language()].format(**params)


_ENVIRONMENT = {
    errno.ENOSPC: "environment.disk_full",
    errno.EDQUOT: "environment.disk_full",
    errno.EROFS: "environment.read_only",
    errno.EACCES: "environment.no_permission",
    errno.EPERM: "environment.no_permission",
    errno.EIO: "environment.io_error",
    errno.ENODEV: "environment.gone",
    errno.ENXIO: "environment.gone",
    errno.ENOTCONN: "environment.gone",
    errno.ENOENT: "environment.not_found",
    errno.ENOTDIR: "environment.not_found",
    errno.EEXIST: "environment.in_the_way",
    errno.EISDIR: "environment.in_the_way",
    errno.ENAMETOOLONG: "environment.name_too_long",
}


def environment_error(error: BaseException) -> UserError | None:
    """The user-facing error for a fault of the environment (disk, stick, permissions), or ``None``.

    Looks at the error and at what caused it; the text of a database error is read for the two faults that
    SQLite reports only as text.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, UserError):
            return seen
        if isinstance(seen, OSError) and seen.errno in _ENVIRONMENT:
            return UserError(_ENVIRONMENT[seen.errno])
        text = str(seen)
        if "database or disk is full" in text:
            return UserError("environment.disk_full")
        if "attempt to write a readonly database" in text:
            return UserError("environment.read_only")
        if "disk I/O error" in text:
            return UserError("environment.io_error")
        if "database is locked" in text:
            return UserError("environment.locked")
        seen = seen.__cause__ or seen.__context__
    return None
