"""Every bundle vector by stock tools and shell patterns alone, and the page's own commands as they stand."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.reader.agree import DATA, input_of, load

HERE = Path(__file__).parent
FORMAT = HERE.parent.parent / "docs" / "bundle-format.md"
TOOLS = ("age", "tar", "zstd", "openssl", "sha256sum", "cut", "cat", "mkdir", "mktemp", "rm")
ROOT = (DATA / "root.txt").read_text("ascii").strip()
pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in (*TOOLS, "sh")), reason="not installed: stock tools"
)
Vector = dict[str, Any]
BUNDLES = [pytest.param(vector, id=vector["name"]) for area in ("bundles", "kept") for vector in load(area)]
_NOT_ITS_MATTER = {
    "stranger", "outsider", "half-granted", "have-of-another", "have-not-signed", "no-padding",
    "hostile-name", "after-the-padding", "unsorted-manifest", "bad-statement", "long-line", "bomb",
    "bomb-first", "wide-window", "two-frames", "altered-piece", "short-padding", "false-whole",
    "false-voucher",
}  # fmt: skip
"""Refused for what a shell does not look at: rights, the archive's one form, limits, canonical JSON, pieces,
vouchers."""

_IN_PIECES = {"piece", "last-piece"}
"""Their attachments lie in the padding: a shell passes over them, as 0.1.0 does."""

_VOUCHED = {"sent-by-a-guest"}
"""An entry of theirs stands in the manifest, where a shell does not look for entries."""


def _read(vector: Vector, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    bundle = tmp_path / "bundle"
    bundle.write_bytes(input_of(vector))
    command = [str(shutil.which("sh")), HERE / "stock" / "read.sh", bundle, DATA / "identity.txt", ROOT]
    environment = {"PATH": str(tools), "TMPDIR": str(tmp_path)}
    return subprocess.run(command, env=environment, capture_output=True, check=False, text=True)


@pytest.mark.parametrize("vector", BUNDLES)
def test_a_shell_with_stock_tools_comes_to_the_same_entries_statements_and_attachments(
    vector: Vector, tmp_path: Path
) -> None:
    expect = vector["expect"]
    if expect["outcome"] != "read" and vector["name"] in _NOT_ITS_MATTER:
        pytest.skip("refused for what a shell does not look at")
    done = _read(vector, tmp_path)
    if expect["outcome"] != "read":
        assert (done.returncode, done.stderr[:9]) == (1, "refused: ")
        return
    assert (done.returncode, done.stderr) == (0, "")
    told = [line.split(" ") for line in done.stdout.splitlines()]
    entries = {words[1] for words in told if words[0] == "entry"}
    assert (
        entries < set(expect["verdicts"])
        if vector["name"] in _VOUCHED
        else entries == set(expect["verdicts"])
    )
    assert sorted(words[1] for words in told if words[0] == "blob") == (
        [] if vector["name"] in _IN_PIECES else sorted(expect["blobs"])
    )
    assert ROOT in {words[1] for words in told if words[0] == "statement" and int(words[3]) > 0}
    # The root of the statements goes into each digest, so that none is missing.
    ids = sorted({words[1] for words in told if words[0] == "statement"})
    root = int(hashlib.sha256(f"liandong/1/statements\n{' '.join(ids)}\n".encode()).hexdigest(), 16)
    for digest in (line for line in expect["dump"] if "digest" in line):
        applied = (int(dot, 16) for dot, verdict in expect["verdicts"].items() if verdict == "applied")
        assert digest["inputs"] == f"{(root + sum(applied)) % (1 << 256):064x}"


def test_every_vector_is_read_or_named_as_none_of_a_shells_business() -> None:
    names = {vector["name"] for area in ("bundles", "kept") for vector in load(area)}
    assert names >= _NOT_ITS_MATTER


def test_the_commands_of_the_page_run_as_they_stand(tmp_path: Path) -> None:
    if shutil.which("xxd") is None:
        pytest.skip("not installed: xxd")
    (vector,) = [one for one in load("bundles") if one["name"] == "one-run"]
    page = FORMAT.read_text("utf-8").partition("## 11. Worked example")[2]
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 4
    script = "\n".join(blocks).replace("e1b5…7da9.bundle", "one.bundle")
    (tmp_path / "one.bundle").write_bytes(input_of(vector))
    shutil.copyfile(DATA / "identity.txt", tmp_path / "city.key")
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    for dot in vector["expect"]["verdicts"]:
        assert re.search(rf"^[0-9]+ {dot}$", done.stdout, re.MULTILINE)
    statements = (tmp_path / "statements.jsonl").read_bytes().count(b"\n")
    assert done.stdout.count("Signature Verified Successfully") == 2 + statements
    assert json.loads((tmp_path / "manifest.json").read_bytes())["network"] in done.stdout
