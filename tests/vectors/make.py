"""Writes the test vectors anew: ``python -m tests.vectors.make --write``. Without the switch it only tells.

Fixed keys and clock: the same program writes the same bytes, and a test holds the committed files to that; a
vector changes only when somebody means it. Apart from these, each released version leaves a bundle as it
really writes them (``--keep 0.1.0``; random salts and keys, its own zstd): once kept, never written again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.vectors.making import files, kept, lines, orders, rights, small
from tests.vectors.making.bundle import ROOT, US
from tests.vectors.making.hostile import damaged, hostile
from tests.vectors.making.lawful import lawful
from tests.vectors.making.vectors import Vector

DATA = Path(__file__).parent / "data"
AREAS: dict[str, Callable[[], list[Vector]]] = {
    "canonical": small.canonical,
    "hashes": small.hashes,
    "groups": small.groups,
    "rows": small.rows,
    "logs": small.logs,
    "lines": lines.lines,
    "heads": lines.heads,
    "runs": lines.runs,
    "statements": rights.statements,
    "rights": lambda: [*rights.rights(), *orders.rights()],
    "haves": rights.haves,
    "manifests": rights.manifests,
    "age": files.age_headers,
    "archives": files.archives,
    "frames": files.frames,
}


def made() -> dict[str, bytes]:
    """Every file, by its name below ``data``."""
    found = {f"{area}.json": _text(make()) for area, make in AREAS.items()}
    found["identity.txt"] = US.identity.encode() + b"\n"
    found["root.txt"] = ROOT.root.id.encode() + b"\n"
    bundles = [*lawful(), *orders.bundles(), *hostile()]
    sealed = {bundle.name: bundle.file() for bundle in bundles}
    found["bundles.json"] = _text([bundle.vector() for bundle in bundles] + damaged(sealed))
    return found | {f"bundles/{name}.bundle": data for name, data in sealed.items()}


def _text(vectors: list[Vector]) -> bytes:
    return (json.dumps(vectors, ensure_ascii=False, indent=1) + "\n").encode()


def differing(files_: dict[str, bytes]) -> list[str]:
    """Names of files that are not there, or not as they are made."""
    return sorted(
        name
        for name, data in files_.items()
        if not (DATA / name).is_file() or (DATA / name).read_bytes() != data
    )


def load(area: str) -> list[Vector]:
    """The vectors of an area as they are committed."""
    path = DATA / f"{area}.json"
    found: list[Vector] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return found


def keep(version: str) -> None:
    """Adds the bundle of a released version to the kept ones. Raises ``FileExistsError`` when it is there."""
    found, data = kept.written(version)
    with (DATA / found["file"]).open("xb") as file:
        file.write(data)
    (DATA / "kept.json").write_bytes(_text([*load("kept"), found]))


def main(arguments: list[str]) -> int:
    """Writes with ``--write``, else says what differs."""
    if arguments[:1] == ["--keep"]:
        keep(arguments[1])
        return 0
    everything = made()
    for name in differing(everything):
        sys.stdout.write(f"{name}\n")
        if arguments == ["--write"]:
            (DATA / name).parent.mkdir(parents=True, exist_ok=True)
            (DATA / name).write_bytes(everything[name])
    return 0 if arguments == ["--write"] or not differing(everything) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
