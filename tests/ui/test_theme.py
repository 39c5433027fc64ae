"""Colours come from one palette, dark and light from the same roles, and every text can be read."""

from __future__ import annotations

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop.errors import RESOURCES
from desktop.ui.application import theme
from desktop.ui.theme import colour, icon, palette

PAIRS = [
    *product(("text", "muted", "accent"), ("ground", "surface", "raised")),
    *product(("law", "soon", "done"), ("surface", "raised")),
    ("text", "accent_soft"),
    ("law", "law_soft"),
    ("soon", "soon_soft"),
    ("done", "done_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("nav_text", "nav"),
    ("nav_active", "nav_soft"),
]


def _luminance(value: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    found = QColor(value)
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (found.redF(), found.greenF(), found.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_every_text_has_enough_contrast(front: str, back: str, dark: bool) -> None:
    roles = palette(dark=dark)
    light, deep = sorted((_luminance(roles[front]), _luminance(roles[back])), reverse=True)
    assert (light + 0.05) / (deep + 0.05) >= 4.5


def test_light_and_dark_have_the_same_roles() -> None:
    assert palette(dark=False).keys() == palette(dark=True).keys()


def test_the_style_sheet_uses_roles_and_no_colours_of_its_own() -> None:
    text = (RESOURCES / "ui" / "style.qss").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    assert set(re.findall(r"@([a-z_]+)", text)) <= palette(dark=False).keys() | {"ui", "tone"}
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", text)


def test_an_icon_is_drawn_in_the_colour_of_its_role(qapp: QApplication) -> None:
    for dark in (False, True):
        theme(qapp).apply(dark=dark)
        image = icon("house", "accent").pixmap(20, 20).toImage()
        drawn = {
            image.pixelColor(x, y).name()
            for x in range(20)
            for y in range(20)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert colour("accent").name() in drawn
    theme(qapp).apply(dark=False)


def test_every_icon_s_family_is_one_and_licensed() -> None:
    folder = RESOURCES / "icons"
    assert (folder / "LICENSE").read_text("utf-8").startswith("ISC License")
    for path in folder.glob("*.svg"):
        assert 'viewBox="0 0 24 24"' in path.read_text("utf-8"), path.name
