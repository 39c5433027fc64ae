"""Every code raised in the source has its two sentences, and every sentence has a code that raises it."""

from __future__ import annotations

import errno
import re
import tomllib
from pathlib import Path

import pytest

from desktop.errors import RESOURCES, UserError, environment_error, message

ROOT = Path(__file__).resolve().parent.parent
_SOURCES = [path for part in ("desktop", "hub") for path in sorted((ROOT / part).rglob("*.py"))]
_CODE = re.compile(r"""(?:UserError|message|Refusal)\(\s*(?:\d+,\s*)?["']([a-z_]+\.[a-z0-9_]+)["']""")
_MENTION = re.compile(r"""["']([a-z_]+\.[a-z0-9_]+)["']""")


def _sentences() -> dict[str, dict[str, str]]:
    found = {}
    for path in sorted((RESOURCES / "messages").glob("*.toml")):
        for name, table in tomllib.loads(path.read_text("utf-8")).items():
            found[f"{path.stem}.{name}"] = table
    return found


def test_every_raised_code_has_sentences_in_both_languages() -> None:
    sentences = _sentences()
    for path in _SOURCES:
        for code in _CODE.findall(path.read_text("utf-8")):
            assert code in sentences, f"{path.name}: {code} has no sentence"
    for code, table in sentences.items():
        assert set(table) == {"zh", "en"}, code
        assert set(re.findall(r"{(\w+)}", table["zh"])) == set(re.findall(r"{(\w+)}", table["en"])), code


def test_no_sentence_is_left_over() -> None:
    mentioned = {code for path in _SOURCES for code in _MENTION.findall(path.read_text("utf-8"))}
    assert not set(_sentences()) - mentioned


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "x"), "environment.disk_full"),
        (OSError(errno.EROFS, "x"), "environment.read_only"),
        (RuntimeError("database or disk is full"), "environment.disk_full"),
        (ValueError("nothing of the kind"), None),
    ],
)
def test_faults_of_the_environment_are_told_apart_from_bugs(error: Exception, code: str | None) -> None:
    found = environment_error(error)
    assert (found and found.code) == code


def test_the_sentence_carries_the_code_for_the_telephone() -> None:
    assert str(UserError("environment.locked")).endswith("[environment.locked]")
    assert message("environment.locked", "en").startswith("The case file")
