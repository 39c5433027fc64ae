"""The pages about the hub say what the hub does: commands, limits, refusals, calls."""

from __future__ import annotations

import re
import tomllib

import msgspec
import typer

from hub import api
from hub.cli import app
from hub.settings import Limits
from tests.hub.running import ROOT

MANUAL = (ROOT / "docs" / "hub.md").read_text("utf-8")
PROTOCOL = (ROOT / "docs" / "hub-protocol.md").read_text("utf-8")
SOURCES = {path.stem: path.read_text("utf-8") for path in (ROOT / "hub").glob("*.py")}


def test_every_limit_stands_in_the_manual_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| ([0-9,]+) \|", MANUAL, re.MULTILINE))
    assert {name: int(value.replace(",", "")) for name, value in rows.items()} == msgspec.to_builtins(
        Limits()
    )


def test_every_command_stands_in_the_manual() -> None:
    command = typer.main.get_command(app)
    for name in command.commands:  # type: ignore[attr-defined]
        assert re.search(rf"hub {name}\b|`{name}`", MANUAL), name


def test_every_call_of_the_protocol_is_one_of_the_hub_and_the_other_way_round() -> None:
    told = set(re.findall(r"^\| `([A-Z]+) (/v1/[a-z]+(?:/[{}a-z0-9]+)?)", PROTOCOL, re.MULTILINE))
    found = re.findall(r'@routes\.([a-z]+)\("(/v1/[^"]+)"\)', SOURCES["api"])
    assert told == {(method.upper(), path) for method, path in found}


def test_every_refusal_of_the_calls_stands_on_the_page_of_the_protocol() -> None:
    with (ROOT / "resources" / "messages" / "hub.toml").open("rb") as file:
        codes = tomllib.load(file)
    refused = {
        (status, code)
        for name in ("api", "auth", "bodies", "bundles", "envelope", "faults", "rates")
        for status, code in re.findall(r'Refusal\((\d+), "hub\.([a-z_]+)"', SOURCES[name])
    }
    words = " ".join(PROTOCOL.split())
    for status, code in refused:
        assert code in codes
        assert re.search(rf"\b{status}\b", words), code
        said = {"malformed": "malformed", "not_there": "not there", "too_often": "too often"}
        said |= {"too_large": "too large", "slow": "too slow"}
        assert said.get(code, code) in words, code


def test_the_sizes_on_the_page_are_those_of_the_hub() -> None:
    words = " ".join(PROTOCOL.split())
    assert f"JSON bodies are at most {api.JSON_BYTES >> 10} KiB" in words
    assert f"at most {api.STATEMENT_BYTES >> 20} MiB" in words
    assert f"1 to {api.MAX_RECIPIENTS} device ids" in words
    assert f"at most {api.MAX_NAMES:,}" in words
    assert f"K at most {api.MAX_ITEMS}" in words
