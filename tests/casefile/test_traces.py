"""Nothing readable lies in the folder, whatever was done."""

from __future__ import annotations

import io
import math
from collections import Counter
from pathlib import Path

from tests.casefile.sample import add_person, create, reopen

NAMES = ["欧阳测试", "𫖯试名", "王测五", "450923199001011234", "OFFICERNAME"]
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "gbk"]


def test_no_seeded_name_is_readable_in_any_file_while_open_and_after(tmp_path: Path) -> None:
    made, _ = create(tmp_path)
    for number, name in enumerate(NAMES):
        add_person(made.engine, number, name * 50)
        made.blobs.put(io.BytesIO((name * 5000).encode()))
        made.add_officer(f"row-{number}-{name}", "long enough passphrase")
    with made.drafts.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE draft (text)")
        connection.exec_driver_sql("INSERT INTO draft VALUES (?)", ("".join(NAMES),))
    made.backup()
    _search(tmp_path)
    made.remove_officer(f"row-0-{NAMES[0]}")
    _search(tmp_path)
    made.close()
    reopen(tmp_path).close()
    _search(tmp_path)
    database = (tmp_path / "案件库" / "case.db").read_bytes()
    assert _entropy(database) > 7.98


def _search(base: Path) -> None:
    files = [path for path in base.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        data = path.read_bytes()
        for name in NAMES:
            for encoding in ENCODINGS:
                sought = name.encode(encoding, "ignore")
                assert not sought or sought not in data, (path, name, encoding)


def _entropy(data: bytes) -> float:
    counts = Counter(data)
    return -sum(n / len(data) * math.log2(n / len(data)) for n in counts.values())
