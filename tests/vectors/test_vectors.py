"""Every vector, read by the program and by the second reader: both come to what the vector states."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.blobs import BlobStore
from desktop.casefile.database import memory_engine
from desktop.changes import rights
from desktop.changes.journal import Journal
from desktop.changes.outline import dump
from desktop.changes.pen import make_pen
from desktop.models.schema import metadata
from desktop.sync.exchange import import_folder
from desktop.sync.sealing import unzstd, zst
from desktop.wire import ageheader, canonical, entries, statements, ustar
from desktop.wire.faults import WireError
from desktop.wire.groups import may_share, members
from desktop.wire.hashing import digest
from desktop.wire.haves import check_have
from desktop.wire.ids import device_id, row_fits
from desktop.wire.manifests import parse_manifest
from desktop.wire.roster import Roster
from desktop.wire.runs import read_pieces
from desktop.wire.signatures import parse_head
from desktop.wire.statements import parse_statement
from tests.vectors import make
from tests.vectors.reader.agree import AREAS, DATA, TOOLS, input_of, load, result, stated
from tests.vectors.reader.whole import file_name

READER = Path(__file__).parent / "reader"
Vector = dict[str, Any]


def _canonical(vector: Vector) -> Any:
    canonical.decode(input_of(vector))
    return {"good": True}


def _hashes(vector: Vector) -> Any:
    try:
        return {"hash": digest(vector["tag"], *vector["parts"])}
    except ValueError:
        return {"refused": "ValueError"}


def _groups(vector: Vector) -> Any:
    members(vector["group"])
    return {"shares": may_share(vector["group"], vector["office"])}


def _rows(vector: Vector) -> Any:
    return {"fits": row_fits(vector["row"], vector["group"], vector["table"], vector["office"])}


def _logs(vector: Vector) -> Any:
    found = entries.parse_description(vector["description"])
    return {"log": found.id(), "device": device_id(*vector["keys"])}


def _lines(vector: Vector) -> Any:
    line = entries.parse_line(input_of(vector))
    found = entries.entry_id(vector["log"], vector["previous"], line)
    at = _standing(lambda: entries.parse_header(line.header).n == vector["n"])
    payload = "expunged" if line.expunged else _standing(lambda: entries.parse_operations(line.body))
    return {"c": line.commitment(), "id": found, "header": at, "payload": payload}


def _standing(check: Callable[[], object]) -> str:
    try:
        return "good" if check() else "malformed"
    except WireError:
        return "malformed"


def _heads(vector: Vector) -> Any:
    return {"verifies": parse_head(input_of(vector)).verifies(vector["network"], vector["key"])}


def _runs(vector: Vector) -> Any:
    pieces: list[Any] = []
    lines = unzstd(io.BytesIO(zst([input_of(vector)])), 1 << 28).lines(entries.MAX_LINE)
    try:
        for piece in read_pieces(lines):
            good = piece.head.verifies(vector["network"], piece.start.signing_key)
            pieces.append([piece.entries[0][0], piece.head.n, piece.head.id, good])
    except WireError as error:
        return {"pieces": pieces, "then": error.code}
    return {"pieces": pieces, "then": None}


def _statements(vector: Vector) -> Any:
    found = parse_statement(input_of(vector))
    return {"id": found.id, "kind": found.value["kind"]}


def _rights(vector: Vector) -> Any:
    engine = memory_engine()
    metadata.create_all(engine)
    with engine.begin() as conn:
        journal = Journal(conn)
        journal.trust(vector["root"])
        journal.add_statements([parse_statement(line.encode()[:-1]) for line in vector["statements"]])
        found = Roster(vector["root"], journal.statements(), None)
    engine.dispose()
    devices = {device: [office, found.slot(device)] for device, office in found.devices().items()}
    return {
        "devices": devices,
        "cuts": [[cut.city, cut.device or "", cut.office, sorted(cut.kept)] for cut in found.cuts],
        "clocks": sorted([city, *span] for city, span in found.clocks),
        "signed": len(found.signed),
        "shares": [[group, office] for group, office in vector.get("ask", []) if found.shares(group, office)],
    }


def _haves(vector: Vector) -> Any:
    check_have(canonical.decode(input_of(vector)))
    return {"good": True}


def _manifests(vector: Vector) -> Any:
    found = parse_manifest(input_of(vector), vector["signature"].encode("latin-1"))
    return {"sender": found["sender"][0], "group": found["group"]}


def _age(vector: Vector) -> Any:
    found = ageheader.scan(io.BytesIO(input_of(vector)))
    return {"recipients": found.recipients, "grease": found.grease, "length": found.length}


def _archives(vector: Vector) -> Any:
    members: list[Any] = []
    try:
        for member in ustar.read(io.BytesIO(input_of(vector))):
            members.append([member.name, len(member.read())])
    except WireError as error:
        return {"members": members, "then": error.code}
    return {"members": members, "then": None}


def _frames(vector: Vector) -> Any:
    reader = unzstd(io.BytesIO(input_of(vector)), 256 << 20)
    size, found = 0, hashlib.sha256()
    while piece := reader.read(1 << 16):
        size += len(piece)
        found.update(piece)
    return {"size": size, "sha256": found.hexdigest()}


_WORDS = {
    "read": "read",
    "exchange.newer": "newer",
    "exchange.other_network": "other_network",
    "exchange.stranger": "stranger",
    "sealing.not_for_us": "not_for_us",
}


def _bundles(vector: Vector, folder: Path) -> Any:
    """Imported at a desk that trusts the root of the vectors and holds nothing."""
    stick, engine = folder / "liandong", memory_engine()
    stick.mkdir()
    data = input_of(vector)
    (stick / f"{hashlib.sha256(data).hexdigest()}.bundle").write_bytes(data)
    metadata.create_all(engine)
    with engine.begin() as conn:
        make_pen(conn, "450900")
        Journal(conn).trust((DATA / "root.txt").read_text("ascii").strip())
    blobs = BlobStore(folder / "blobs", b"k" * 32)
    identity = (DATA / "identity.txt").read_text("ascii").strip()
    ((report,), _) = import_folder(engine, blobs, identity, folder)
    expect = vector["expect"]
    with engine.connect() as conn:
        verdicts = {
            dot.hex(): verdict for dot, verdict in conn.exec_driver_sql("SELECT id, verdict FROM entry")
        }
        dumped = [json.loads(line) for line in dump(conn)]
    engine.dispose()
    found = {
        "outcome": _WORDS.get(report.outcome, "refused"),
        "blobs": [name for name in vector.get("blobs", expect["blobs"]) if blobs.has(name)],
        "verdicts": verdicts,
        "dump": dumped,
    }
    return found if report.outcome == "read" else found | {"code": report.outcome}


PROGRAM: dict[str, Callable[[Vector], Any]] = {
    "canonical": _canonical, "hashes": _hashes, "groups": _groups, "rows": _rows, "logs": _logs,
    "lines": _lines, "heads": _heads, "runs": _runs, "statements": _statements, "rights": _rights,
    "haves": _haves, "manifests": _manifests, "age": _age, "archives": _archives, "frames": _frames,
}  # fmt: skip


def _vectors(*areas: str) -> list[Any]:
    return [
        pytest.param(area, vector, id=f"{area}-{vector['name']}") for area in areas for vector in load(area)
    ]


@pytest.mark.parametrize(("area", "vector"), _vectors(*PROGRAM))
def test_the_program_comes_to_what_the_vector_states(area: str, vector: Vector) -> None:
    try:
        found = PROGRAM[area](vector)
    except WireError as error:
        found = {"refused": error.code}
    assert found == vector["expect"]


@pytest.mark.parametrize(("area", "vector"), _vectors("bundles", "kept"))
def test_the_program_reads_the_bundle_as_the_vector_states(area: str, vector: Vector, tmp_path: Path) -> None:
    assert _bundles(vector, tmp_path) == vector["expect"]


@pytest.mark.parametrize(("area", "vector"), _vectors(*AREAS))
def test_the_second_reader_comes_to_what_the_vector_states(area: str, vector: Vector) -> None:
    missing = [tool for tool in TOOLS.get(area, []) if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    assert result(area, vector) == stated(vector)


def test_a_bundles_file_name_is_what_sha256sum_says() -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("not installed: sha256sum")
    data = (DATA / "bundles" / "one-run.bundle").read_bytes()
    assert file_name(data) == f"{hashlib.sha256(data).hexdigest()}.bundle"


def test_the_generator_makes_the_committed_files_byte_for_byte() -> None:
    everything = make.made()
    assert make.differing(everything) == []
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    kept = {"kept.json", *(vector["file"] for vector in load("kept"))}
    assert files == everything.keys() | kept


def test_every_vector_has_a_name_of_its_own_and_says_why() -> None:
    for area in AREAS:
        vectors = load(area)
        assert len({vector["name"] for vector in vectors}) == len(vectors), area
        assert all(vector["why"] and "\n" not in vector["why"] for vector in vectors), area


def test_every_kind_of_statement_every_operation_and_every_verdict_has_a_vector() -> None:
    kinds = {vector["expect"].get("kind") for vector in load("statements")}
    assert kinds >= statements.KINDS
    verdicts = {verdict for vector in load("bundles") for verdict in vector["expect"]["verdicts"].values()}
    assert verdicts == {
        value for name, value in vars(rights).items() if name.isupper() and type(value) is str
    }


def test_the_second_reader_imports_nothing_but_the_standard_library_and_itself() -> None:
    for path in READER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                own = name.startswith("tests.vectors.reader")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, (path.name, name)


def test_the_second_reader_runs_where_the_program_cannot_be_imported(tmp_path: Path) -> None:
    place = tmp_path / "tests" / "vectors"
    shutil.copytree(READER, place / "reader", ignore=shutil.ignore_patterns("__pycache__"))
    (place / "data").mkdir()
    for area in ("canonical", "hashes", "groups", "rows", "logs", "lines", "age", "archives"):
        shutil.copyfile(DATA / f"{area}.json", place / "data" / f"{area}.json")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _ALONE], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


_ALONE = """
import sys
sys.path.insert(0, ".")
from tests.vectors.reader.agree import disagreements
for area in ("canonical", "hashes", "groups", "rows", "logs", "lines", "age", "archives"):
    for line in disagreements(area):
        print(line)
assert not [name for name in sys.modules if name.startswith("desktop")]
"""
