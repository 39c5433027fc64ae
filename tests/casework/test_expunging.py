"""What was expunged is nowhere on the disk any more: database, its log, the index, drafts, blobs."""

from __future__ import annotations

import io
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from desktop.casework.desk import Desk
from desktop.casework.drafts import DraftStore
from desktop.casework.expunging import clean_up
from desktop.casework.search_index import SearchIndex
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.sync import enrolment, stating
from tests.desks import new_desk

SECRET = "欧阳绝密修"
NUMBER = "450923199001011234"
PAGE, RESERVED = 4096, 80
"""Of SQLCipher 4: what it keeps at the end of a page is the vector and the code that authenticates it."""


def _create(desk: Desk, kind: str, **values: object) -> str:
    with desk.casefile.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        row = recorder.create(kind, values)  # type: ignore[arg-type]
        recorder.close("people.add")
        recorder.finish()
    return row


def _pages(desk: Desk, name: str = "case.db") -> bytes:
    """A database through its cipher, page by page: what tables hold, slack and free pages alike."""
    data = (desk.casefile.folder / name).read_bytes()
    key = desk.casefile._key.reveal()
    assert len(data) % PAGE == 0
    found = b""
    for at in range(0, len(data), PAGE):
        page = data[at : at + PAGE]
        start = 16 if at == 0 else 0
        cipher = Cipher(algorithms.AES(key), modes.CBC(page[PAGE - RESERVED : PAGE - RESERVED + 16]))
        decryptor = cipher.decryptor()
        found += decryptor.update(page[start : PAGE - RESERVED]) + decryptor.finalize()
    return found


def _rows(desk: Desk) -> bytes:
    """Every value of every table, what is only in the write-ahead log among them."""
    found = b""
    with desk.casefile.engine.connect() as conn:
        tables = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for table in tables:
            for row in conn.exec_driver_sql(f'SELECT * FROM "{table}"'):
                found += b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    return found


def test_nothing_of_an_expunged_entry_is_left_on_the_disk(tmp_path: Path) -> None:
    with new_desk(tmp_path, office="450900") as desk:
        casefile = desk.casefile
        with casefile.engine.begin() as conn:
            enrolment.make_root(Journal(conn), 1, 1)
        kept = casefile.blobs.put(io.BytesIO(b"photograph"))
        other = _create(desk, "person", name="不相干的人", phone="13800000000")
        with casefile.engine.begin() as conn:
            recorder = Recorder(Journal(conn), "")
            row = recorder.create("person", {"name": SECRET, "id_number": NUMBER})
            recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": 10})
            recorder.close("people.add")
            recorder.finish()
            entry = conn.exec_driver_sql("SELECT id FROM entry ORDER BY no DESC LIMIT 1").scalar_one().hex()
        SearchIndex().catch_up_all(casefile.engine)
        drafts = DraftStore(casefile)
        drafts.keep("act:person.correct", {"id": row, "name": SECRET}, "o")
        drafts.keep("act:raid.record", {"id": other, "title": "别的"}, "o")
        assert SECRET.encode() in _rows(desk)
        raw = casefile.engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        raw.close()
        assert SECRET.encode() in _pages(desk)
        assert not clean_up(casefile)
        with casefile.engine.begin() as conn:
            desk.announce(stating.expunge(Journal(conn), entry))
        assert clean_up(casefile)
        assert not clean_up(casefile)
        for text in (SECRET, NUMBER):
            assert text.encode() not in _rows(desk)
            assert text.encode() not in _pages(desk)
            assert text.encode() not in _pages(desk, "drafts.db")
        assert "不相干的人".encode() in _pages(desk)
        with casefile.engine.connect() as conn:
            assert conn.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
            assert conn.exec_driver_sql("SELECT count(*) FROM person WHERE name = '不相干的人'").scalar() == 1
        with casefile.drafts_transaction(write=False) as conn:
            assert not any(
                SECRET.encode() in bytes(v) for v in conn.exec_driver_sql("SELECT value FROM draft").scalars()
            )
            assert conn.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
        assert drafts.load("act:person.correct") is None
        assert drafts.load("act:raid.record") is not None
        assert not casefile.blobs.has(kept.sha256)
        assert (casefile.folder / "case.db-wal").stat().st_size == 0
        for path in casefile.folder.rglob("*"):
            assert path.is_dir() or SECRET.encode() not in path.read_bytes()
