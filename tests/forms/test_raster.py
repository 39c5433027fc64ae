"""Finished pages as pictures, and several documents as one, in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from desktop.forms.catalogue import render
from desktop.forms.raster import joined, page_sizes, raster
from tests.forms.samples import FILLED, page_texts

SITE, REGISTER = (
    render("site_record", FILLED["site_record"]),
    render("people_register", FILLED["people_register"]),
)


def test_the_sizes_of_all_pages_are_told() -> None:
    assert {tuple(map(round, size)) for size in page_sizes(SITE)} == {(595, 842)}
    assert {tuple(map(round, size)) for size in page_sizes(REGISTER)} >= {(842, 595)}


def test_a_page_has_the_pixels_of_its_scale_in_grey_and_in_colour() -> None:
    colour, grey = raster(SITE, 0, 2), raster(SITE, 0, 2, grey=True)
    assert (colour.width, colour.height) == (grey.width, grey.height) == (1191, 1684)
    assert len(colour.pixels) == colour.stride * colour.height >= 4 * 1191 * 1684
    assert len(grey.pixels) == grey.stride * grey.height
    assert min(grey.pixels) < 64
    assert max(grey.pixels) == 255


def test_joined_documents_have_all_pages_in_order_with_their_text() -> None:
    whole = joined([SITE, REGISTER, SITE])
    assert page_sizes(whole) == [*page_sizes(SITE), *page_sizes(REGISTER), *page_sizes(SITE)]
    assert page_texts(whole) == [*page_texts(SITE), *page_texts(REGISTER), *page_texts(SITE)]


def test_several_threads_may_ask_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: raster(SITE, 0, 1), range(12)))
    assert len(set(found)) == 1
