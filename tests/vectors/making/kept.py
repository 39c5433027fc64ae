"""A bundle that this version of the program really writes: random salts, its own zstd and age. Kept for ever."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

from desktop.casefile.blobs import BlobStore
from desktop.casefile.database import memory_engine
from desktop.changes.journal import Journal
from desktop.changes.outline import dump
from desktop.changes.pen import put_setting
from desktop.changes.recorder import Recorder
from desktop.models.schema import metadata
from desktop.sync.exchange import export
from tests.vectors.making.bundle import ONE, ROOT, STATED
from tests.vectors.making.fixed import Device, secret
from tests.vectors.making.vectors import Vector


def written(version: str) -> tuple[Vector, bytes]:
    """The vector and the file."""
    engine = memory_engine()
    metadata.create_all(engine)
    with tempfile.TemporaryDirectory() as place, engine.begin() as conn:
        blobs = BlobStore(Path(place, "blobs"), secret("master key"))
        _settle(Journal(conn), ONE)
        photograph = blobs.put(io.BytesIO(b"photograph" * 1000))
        _act(Journal(conn), photograph.sha256)
        conn.commit()
        stick = Path(place, "stick")
        stick.mkdir()
        (sent,) = export(engine, blobs, stick)
        data = (stick / "liandong" / sent.file).read_bytes()
    with engine.connect() as conn:
        verdicts = {
            dot.hex(): verdict for dot, verdict in conn.exec_driver_sql("SELECT id, verdict FROM entry")
        }
        expect = {"outcome": "read", "blobs": [photograph.sha256], "verdicts": verdicts}
        expect["dump"] = [json.loads(line) for line in dump(conn)]
    engine.dispose()
    name = f"written-by-{version}"
    why = f"as version {version} of the program wrote it"
    return {"name": name, "why": why, "file": f"bundles/{name}.bundle", "expect": expect}, data


def _settle(journal: Journal, device: Device) -> None:
    """Gives a file the fixed keys, and the city's statements."""
    settings = {
        "office": device.office.encode(),
        "incarnation": secret("kept").hex()[:32].encode(),
        "signing_seed": device.signing.seed,
        "age_identity": device.identity.encode(),
    }
    for key, value in settings.items():
        put_setting(journal.connection, key, value)
    journal.add_statements(STATED)
    journal.trust(ROOT.root.id)


def _act(journal: Journal, sha256: str) -> None:
    recorder = Recorder(journal, "")
    people = [
        recorder.create("person", {"name": f"人员{number}", "phone": str(number)}) for number in range(60)
    ]
    recorder.create("attachment", {"name": "x.jpg", "sha256": sha256, "size": 10_000})
    recorder.close("people.add")
    recorder.finish()
    recorder.change("person", people[0], {"name": "“<b>&\"';--”", "phone": None})
    recorder.close("person.correct")
    recorder.withdraw("person", people[1], "重复登记")
    recorder.close("record.withdraw")
    recorder.finish()
