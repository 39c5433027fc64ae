"""Handing a stick over: the digest of its list, what is damaged, and whether a sheet still fits."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from desktop.errors import UserError
from desktop.sync.carrier import FOLDER, Carrier, CarrierError, bundle_name
from desktop.sync.handing import Handover, fits, handover_pdf, look_over
from desktop.sync.stickid import ensure_stick_id


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Two files and an id."""
    ensure_stick_id(Carrier(tmp_path))
    for content in (b"one" * 700_000, b"two"):
        Carrier(tmp_path).write(bundle_name, lambda out, content=content: out.write(content))
    return tmp_path


def test_the_digest_is_what_stock_tools_make(stick: Path) -> None:
    found = look_over(stick)
    assert (len(found.files), found.bytes, [file.whole for file in found.files]) == (2, 2_100_003, [True] * 2)
    if shutil.which("sha256sum") is None:
        pytest.skip("not installed: sha256sum")
    each = 'echo "$(sha256sum < $f | cut -c1-64) $(wc -c < $f)"'
    script = f"for f in *.bundle; do {each}; done | LC_ALL=C sort | sha256sum"
    done = subprocess.run(["sh", "-c", script], cwd=stick / FOLDER, capture_output=True, check=True)
    assert done.stdout.decode()[:64] == found.digest


def test_a_sheet_fits_until_a_byte_or_a_file_is_another(stick: Path) -> None:
    sheet = look_over(stick)
    spoken = f" {sheet.digest[:4].upper()} {sheet.digest[4:8]}-{sheet.digest[8:16]}\n"
    for text in (sheet.code, spoken, sheet.digest):
        assert fits(look_over(stick), text)
    (first, *_) = Carrier(stick).bundles()
    data = first.path.read_bytes()
    first.path.write_bytes(data[:-1] + b"x")
    changed = look_over(stick)
    assert not fits(changed, sheet.code)
    assert not fits(changed, spoken)
    assert [file.whole for file in changed.files].count(False) == 1
    first.path.unlink()
    assert not fits(look_over(stick), sheet.code)
    first.path.write_bytes(data)
    assert fits(look_over(stick), sheet.code)


@pytest.mark.parametrize("text", ["", "3F9A", "x" * 16, "liandong-handover:2:1:1:" + "0" * 64, "0" * 65])
def test_what_is_no_code_is_said_so(stick: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        fits(look_over(stick), text)
    assert caught.value.code == "exchange.no_handover_code"


def test_an_empty_or_missing_carrier_is_no_sheet(tmp_path: Path) -> None:
    for folder, code in ((tmp_path, "carrier.nothing_here"), (tmp_path / "none", "carrier.no_folder")):
        with pytest.raises(CarrierError) as caught:
            look_over(folder)
        assert caught.value.code == code


def test_progress_is_told_and_nothing_is_changed(stick: Path) -> None:
    def state() -> list[tuple[str, int, bytes]]:
        files = sorted(path for path in stick.rglob("*") if path.is_file())
        return [
            (path.name, path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).digest()) for path in files
        ]

    before = state()
    heard: list[float] = []
    look_over(stick, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert state() == before


def test_the_sheet_names_files_and_nothing_else(stick: Path) -> None:
    found = look_over(stick)
    pdf = handover_pdf(found, "博白县市场监督管理局", "2026-11-24")
    text = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].get_textpage().get_text_range()
    for file in found.files:
        assert file.sha256[:20] in text
        assert f"{file.size:,}" in text
    assert found.stick in text
    assert " ".join(found.digest[at : at + 4] for at in range(0, 16, 4)).upper() in text


def test_many_files_fill_pages_and_keep_the_signatures() -> None:
    from desktop.sync.handing import Handed

    files = [Handed(f"{n:064x}", n, True, f"{n:064x}.bundle") for n in range(120)]
    pdf = handover_pdf(Handover("", files, "0" * 64), "局", "2026-11-24")
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    assert len(document) > 3
    assert "交出人" in document[len(document) - 1].get_textpage().get_text_range()
