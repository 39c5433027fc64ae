"""The documents say what is there: links resolve, and the code's own lists stand in the pages about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from desktop.changes import rights
from desktop.cli import app
from desktop.wire import canonical, entries, padding, statements, ustar
from desktop.wire.runs import read_pieces

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
FORMAT = (ROOT / "docs" / "bundle-format.md").read_text("utf-8")
MANUAL = (ROOT / "docs" / "manual.md").read_text("utf-8")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TAG = re.compile(r'\b(?:digest|begun|signing_text)\(\s*"([a-z_]+)"|SUITE \+ "([a-z_]+)\\n"')


def _links(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in _LINK.findall(text):
        if not target.startswith(("https://", "http://", "#")):
            yield target.partition("#")[0]


def _hash_tags() -> set[str]:
    files = [
        path for layer in ("wire", "changes", "sync") for path in (ROOT / "desktop" / layer).glob("*.py")
    ]
    texts = [path.read_text("utf-8") for path in files]
    return {one or other for text in texts for one, other in _TAG.findall(text)}


def _commands(command: Any, path: str) -> Iterator[str]:
    if hasattr(command, "commands"):
        for name, child in command.commands.items():
            yield from _commands(child, f"{path} {name}")
    else:
        yield path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    missing = [target for target in _links(page) if not (page.parent / target).exists()]
    assert missing == []


def test_the_format_page_names_every_operation() -> None:
    letters = set(re.findall(r'^\| [a-z ]+ \| `\["([a-z])"', FORMAT, re.MULTILINE))
    assert letters == set(entries._SHAPES)


def test_the_format_page_names_every_kind_of_statement() -> None:
    section = FORMAT.partition("## 5. Statements")[2].partition("## 6.")[0]
    first_cells = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    assert {kind for cell in first_cells for kind in re.findall(r"`([a-z]+)`", cell)} == statements.KINDS


def test_the_format_page_names_every_hash_tag() -> None:
    section = FORMAT.partition("## 2. Hash")[2].partition("## 3.")[0]
    assert set(re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE)) == _hash_tags()


def test_the_format_page_names_every_verdict() -> None:
    section = FORMAT.partition("**Verdict**")[2].partition("**Merge.**")[0]
    verdicts = {value for name, value in vars(rights).items() if name.isupper() and isinstance(value, str)}
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == verdicts


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("at most {} arrays or objects", canonical.MAX_DEPTH),
        ("1 to {:,} operations", entries.MAX_OPERATIONS),
        ("at most {:,} fields", entries.MAX_TOUCHED),
        ("statements {} MiB", ustar.LIMITS.statements >> 20),
        ("entries {} MiB each", ustar.LIMITS.entries >> 20),
        ("a blob {} GiB", ustar.LIMITS.blob >> 30),
        ("padding {} MiB", ustar.LIMITS.padding >> 20),
        ("{:,} members", ustar.LIMITS.members),
        ("at most {} pairs", statements.MAX_KEYS),
        ("1 to {} `X25519` stanzas", padding._RECIPIENTS[-1]),
    ],
)
def test_the_format_page_gives_the_limits_of_the_code(words: str, value: int) -> None:
    assert words.format(value).lower() in " ".join(FORMAT.lower().split())


def test_the_worked_example_is_a_run_that_verifies() -> None:
    found = re.search(r"^```run\n(.*?)^```", FORMAT, re.DOTALL | re.MULTILINE)
    network = re.search(r"network of this example is\s+`([0-9a-f]{64})`", FORMAT)
    assert found is not None
    assert network is not None
    lines = [line.replace("→", "\t").encode() for line in found[1].splitlines()]
    (piece,) = read_pieces(lines)
    assert piece.head.verifies(network[1], piece.start.signing_key)
    assert f"`{piece.log_id}`" in FORMAT
    assert f"last id as `{piece.head.id}`" in FORMAT
    for number, _, _, line in piece.entries:
        assert entries.parse_header(line.header).n == number
        assert entries.parse_operations(line.body)


def test_every_command_has_its_section_in_the_manual() -> None:
    documented = set(re.findall(r"^### (liandong [a-z ]+)$", MANUAL, re.MULTILINE))
    assert documented == set(_commands(typer.main.get_command(app), "liandong"))


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "docs" / "manual.md"])
def test_every_make_word_has_a_rule(page: Path) -> None:
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    words = set(re.findall(r"\bmake ([a-z]+)\b(?=`|\s+#|\s*$)", page.read_text("utf-8"), re.MULTILINE))
    assert words <= rules
    if page.name == "README.md":
        assert {"demo", "test"} <= words


def test_every_rule_stands_in_both_tables_of_the_readme() -> None:
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    rows = re.findall(r"^\| `make ([a-z]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted([*rules, *rules])


def test_decisions_are_numbered_without_a_gap_and_have_their_three_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} "), page.name
        assert re.findall(r"^## (\w+)", text, re.MULTILINE) == ["Context", "Decision", "Consequence"]


def test_pictures_are_small() -> None:
    large = [path.name for path in (ROOT / "docs").rglob("*.png") if path.stat().st_size > 300_000]
    assert large == []


def test_every_test_that_the_threat_model_names_is_there() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", page))
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) > 40
    assert named <= written, sorted(named - written)
