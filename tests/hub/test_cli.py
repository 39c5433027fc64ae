"""The operator's command line: a word to make a hub, one to run it, JSON, one sentence for a mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.cli import run
from tests.hub.devices import City
from tests.hub.running import ROOT
from tests.hub.worlds import World


@pytest.fixture
def hub(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs one command in this process; exit code, what it printed, what it said."""

    def command(*words: str | Path) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = run([str(word) for word in words])
        out, said = capsys.readouterr()
        try:
            return code, json.loads(out), said
        except json.JSONDecodeError:
            return code, out, said

    return command


def test_a_hub_from_the_first_word_to_the_restored_backup(hub: Any, tmp_path: Path) -> None:
    city = City()
    city.grant("450923")
    folder = tmp_path / "hub"
    code, made, _ = hub("new", folder, "--network", city.network, "--port", "0")
    assert code == 0
    for secret in (made["operator_password"], made["metrics_token"]):
        assert all(secret.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert [path.name for path in folder.rglob("*") if path.stat().st_mode & 0o077] == []
    assert hub("fingerprint", folder)[1]["certificate_sha256"] == made["certificate_sha256"]
    assert "█" in hub("fingerprint", folder, "--qr")[1]
    statements = tmp_path / "statements.jsonl"
    statements.write_bytes(city.lines())
    assert hub("statements", "add", folder, statements)[1]["kept"] == 2
    code, status, _ = hub("status", folder)
    assert (code, status["health"], len(status["devices"])) == (0, {"database": "ok", "store": "ok"}, 1)
    backup = hub("backup", folder, "--to", tmp_path / "backups")[1]["folder"]
    assert hub("restore", backup, tmp_path / "anew")[0] == 0
    again = hub("status", tmp_path / "anew")[1]
    assert (again["network"], again["root"]) == (status["network"], status["root"])
    assert again["epoch"] != status["epoch"]
    assert hub("expire", folder)[1] == dict.fromkeys(
        ("handed", "outlived", "uploads", "orphans", "forgotten"), 0
    )
    assert hub("check", folder)[1] == {"bundles": 0, "spoilt": 0}
    assert hub("password", folder)[1]["operator_password"] != made["operator_password"]
    assert hub("token", folder)[1]["metrics_token"] != made["metrics_token"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("new", "{a}", "--network", "0" * 64), "hub.exists"),
        (("new", "{b}", "--network", "x"), "hub.network"),
        (("new", "{b}", "--network", "0" * 64, "--database", "mysql://x/y"), "hub.database_address"),
        (
            ("new", "{b}", "--network", "0" * 64, "--database", "postgresql://nobody:secret@127.0.0.1:1/x"),
            "hub.database",
        ),
        (("serve", "{b}"), "hub.no_hub"),
        (("serve", "{a}", "--plain", "--host", "0.0.0.0"), "hub.plain"),
        (("serve", "{a}", "--host", "203.0.113.1"), "hub.port"),
        (("restore", "{a}", "{b}"), "hub.no_backup"),
        (("status", "{b}"), "hub.no_hub"),
        (("statements", "add", "{a}", "{b}"), "environment.not_found"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_code(
    hub: Any, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    World(tmp_path / "a")
    places = {"a": tmp_path / "a" / "hub", "b": tmp_path / "b"}
    found, _, said = hub(*(word.format(**places) for word in words))
    assert found == 1
    assert said.endswith(f"[{code}]\n")
    assert said.count("\n") == 1
    assert "secret" not in said
    assert not (tmp_path / "b").exists() or list((tmp_path / "b").iterdir()) == []


def test_settings_that_are_wrong_are_named(hub: Any, tmp_path: Path) -> None:
    world = World(tmp_path)
    file = world.folder / "hub.toml"
    file.write_text(file.read_text("utf-8").replace("chunk =", "chunks ="), "utf-8")
    code, _, said = hub("status", world.folder)
    assert code == 1
    assert "chunks" in said
    assert "[hub.settings]" in said


def test_wrong_words_are_answered_with_where_the_help_is(hub: Any) -> None:
    assert hub("serv")[0] == 2
    code, out, _ = hub("--help")
    assert code == 0
    assert "serve" in out


def test_the_hub_needs_no_desktop_and_no_window(tmp_path: Path) -> None:
    program = "import hub.cli, sys; print({'PySide6', 'sqlcipher3', 'obstore'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
