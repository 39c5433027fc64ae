"""The second reader against the vectors: what it makes of each input. Nothing of the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.vectors.reader import files, log, plain, rights, whole

DATA = Path(__file__).resolve().parent.parent / "data"
Vector = dict[str, Any]
Result = dict[str, Any]


def load(area: str) -> list[Vector]:
    """The vectors of an area."""
    found: list[Vector] = json.loads((DATA / f"{area}.json").read_text("utf-8"))
    return found


def input_of(vector: Vector) -> bytes:
    """The bytes of a vector: written out in parts, or a file, perhaps damaged."""
    if "file" in vector:
        data = bytearray((DATA / vector["file"]).read_bytes())
        if "flip" in vector:
            at, bit = vector["flip"]
            data[at] ^= 1 << bit
        return bytes(data[: vector.get("cut")]) + bytes.fromhex(vector.get("append", ""))
    return b"".join(map(_part, vector["input"]))


def _part(part: Any) -> bytes:
    if isinstance(part, str):
        return part.encode("utf-8")
    return bytes.fromhex(part["hex"]) if "hex" in part else _part(part["repeat"]) * part["times"]


def _canonical(vector: Vector) -> Result:
    plain.canonical(input_of(vector))
    return {"good": True}


def _hashes(vector: Vector) -> Result:
    return {"hash": plain.digest(vector["tag"], *vector["parts"])}


def _groups(vector: Vector) -> Result:
    return {"shares": plain.shares(vector["group"], vector["office"])}


def _rows(vector: Vector) -> Result:
    return {"fits": plain.row_fits(vector["row"], vector["group"], vector["table"], vector["office"])}


def _logs(vector: Vector) -> Result:
    return {"log": log.log_id(vector["description"]), "device": plain.device(vector["keys"])}


def _lines(vector: Vector) -> Result:
    data = input_of(vector)
    found = log.entry(data, vector["log"], vector["previous"], vector["n"])
    salt, payload = data.split(b"\t")[1:]
    c = payload.decode() if found.payload is None else log.commitment(salt.decode(), payload)
    standing = "expunged" if found.payload is None else _standing(lambda: log.operations(payload))
    return {"c": c, "id": found.id, "header": _standing(lambda: log.header(found)), "payload": standing}


def _standing(check: Callable[[], object]) -> str:
    try:
        check()
    except plain.Refused:
        return "malformed"
    return "good"


def _heads(vector: Vector) -> Result:
    return {"verifies": log.head(input_of(vector)).verifies(vector["network"], vector["key"])}


def _runs(vector: Vector) -> Result:
    pieces: list[Any] = []
    try:
        for piece in log.pieces(files.lines([input_of(vector)])):
            good = piece.head.verifies(vector["network"], piece.key)
            pieces.append([piece.entries[0].n, piece.head.n, piece.head.id, good])
    except plain.Refused:
        return {"pieces": pieces, "then": "refused"}
    return {"pieces": pieces, "then": None}


def _statements(vector: Vector) -> Result:
    found = rights.statement(input_of(vector))
    return {"id": found.id, "kind": found.value["kind"]}


def _rights(vector: Vector) -> Result:
    found = rights.Rights(
        vector["root"], [rights.statement(line.encode()[:-1]) for line in vector["statements"]]
    )
    devices = {device: list(place) for device, place in found.offices.items()}
    shared = [[group, office] for group, office in vector.get("ask", []) if found.shares(group, office)]
    return {
        "devices": devices,
        "cuts": [[cut.city, cut.device, cut.office, sorted(cut.kept)] for cut in found.cuts],
        "clocks": sorted(map(list, found.clocks)),
        "signed": len(found.signed),
        "shares": shared,
    }


def _haves(vector: Vector) -> Result:
    rights.have_list(plain.canonical(input_of(vector)))
    return {"good": True}


def _manifests(vector: Vector) -> Result:
    found = rights.manifest(input_of(vector), vector["signature"].encode("latin-1"))
    return {"sender": found["sender"][0], "group": found["group"]}


def _age(vector: Vector) -> Result:
    return files.age_header(input_of(vector))._asdict()


def _archives(vector: Vector) -> Result:
    found: list[Any] = []
    try:
        for member in files.members(input_of(vector)):
            found.append([member.name, len(member.data)])
    except plain.Refused:
        return {"members": found, "then": "refused"}
    return {"members": found, "then": None}


def _frames(vector: Vector) -> Result:
    size, digest = 0, hashlib.sha256()
    for piece in files.unzstd(input_of(vector)):
        size += len(piece)
        digest.update(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def _bundles(vector: Vector) -> Result:
    identity, root = ((DATA / name).read_text("ascii").strip() for name in ("identity.txt", "root.txt"))
    return whole.read_bundle(input_of(vector), identity, root)


AREAS: dict[str, Callable[[Vector], Result]] = {
    "canonical": _canonical,
    "hashes": _hashes,
    "groups": _groups,
    "rows": _rows,
    "logs": _logs,
    "lines": _lines,
    "heads": _heads,
    "runs": _runs,
    "statements": _statements,
    "rights": _rights,
    "haves": _haves,
    "manifests": _manifests,
    "age": _age,
    "archives": _archives,
    "frames": _frames,
    "bundles": _bundles,
    "kept": _bundles,
}
TOOLS = {
    "heads": ["openssl"],
    "runs": ["openssl"],
    "statements": ["openssl"],
    "rights": ["openssl"],
    "haves": ["openssl"],
    "manifests": ["openssl"],
    "frames": ["zstd"],
    "bundles": ["openssl", "zstd", "age", "tar"],
    "kept": ["openssl", "zstd", "age", "tar"],
}
"""The stock tools that an area needs."""


def result(area: str, vector: Vector) -> Result:
    """What this reader comes to."""
    try:
        return AREAS[area](vector)
    except plain.Refused:
        return {"refused": True}


def stated(vector: Vector) -> Result:
    """What the vector states, without the codes, which are the program's own."""
    expect = dict(vector["expect"])
    expect.pop("code", None)
    if "refused" in expect:
        return {"refused": True}
    if expect.get("then") is not None:
        expect["then"] = "refused"
    return expect


def disagreements(area: str) -> Iterator[str]:
    """A line for each vector of which this reader comes to another result."""
    for vector in load(area):
        found = result(area, vector)
        if found != stated(vector):
            yield f"{area}/{vector['name']}: {found} instead of {stated(vector)}"
