"""The forms as they were approved: text of every page, and first and last page as pictures.

To accept a deliberate change, look at the new pages and run the tests with ``LIANDONG_GOLDEN_FORMS=write`` in
the environment: the files in ``tests/golden_forms/`` are then written anew, and the run fails once to say so.
Where a picture differs, the difference is saved in the test's temporary folder, which the message names.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops

from desktop.forms.catalogue import FORMS, render
from tests.forms.samples import DECISION, FILLED, page_texts, rasters

GOLDEN = Path(__file__).resolve().parent.parent / "golden_forms"
_WRITE = os.environ.get("LIANDONG_GOLDEN_FORMS") == "write"
_CASES: dict[str, tuple[str, msgspec.Struct | None]] = {
    **{form_id: (form_id, FILLED[form_id]) for form_id in FORMS},
    **{f"{form_id}-blank": (form_id, None) for form_id in FORMS if FORMS[form_id].blank},
    "measure_decision-2026": (
        "measure_decision",
        msgspec.structs.replace(DECISION, date="2026-11-24", practice=True),
    ),
}
_STEP = 48  # of 255 grey levels: what a pixel may differ by for another rounding of a curve
_SHARE = 0.002  # of the pixels that may differ by more


def _compare(name: str, picture: Image.Image, golden: Path, folder: Path) -> None:
    with Image.open(golden) as file:
        approved = file.convert("L")
    assert picture.size == approved.size, name
    difference = ImageChops.difference(picture, approved)
    wrong = sum(difference.histogram()[_STEP:])
    if wrong > _SHARE * picture.width * picture.height:
        saved = folder / f"{name}-difference.png"
        difference.point(lambda value: 255 - value).save(saved)
        pytest.fail(f"{name}: {wrong} pixels differ from {golden.name}; see {saved}")


@pytest.mark.parametrize("name", _CASES)
def test_a_form_looks_and_reads_as_approved(name: str, tmp_path: Path) -> None:
    form_id, data = _CASES[name]
    pdf = render(form_id, data)
    texts = page_texts(pdf)
    text = "\n\f\n".join(texts) + "\n"
    numbers = sorted({0, len(texts) - 1})
    pictures = dict(zip([f"{name}-p{number + 1}" for number in numbers], rasters(pdf, numbers), strict=True))
    if _WRITE:
        (GOLDEN / f"{name}.txt").write_text(text, "utf-8")
        for page, picture in pictures.items():
            picture.quantize(16).save(GOLDEN / f"{page}.png", optimize=True)
        pytest.fail("golden files were written; look at them, then run again without LIANDONG_GOLDEN_FORMS")
    assert text == (GOLDEN / f"{name}.txt").read_text("utf-8")
    for page, picture in pictures.items():
        _compare(page, picture, GOLDEN / f"{page}.png", tmp_path)


def test_the_comparison_sees_a_missing_word(tmp_path: Path) -> None:
    changed = msgspec.structs.replace(DECISION, allegation="")
    picture = rasters(render("measure_decision", changed), [0])[0]
    with pytest.raises(pytest.fail.Exception, match="pixels differ"):
        _compare("changed", picture, GOLDEN / "measure_decision-p1.png", tmp_path)
    assert list(tmp_path.glob("*-difference.png"))
