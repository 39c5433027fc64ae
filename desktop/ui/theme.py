"""How everything looks: colours by role, the one style sheet, icons drawn in a role's colour, the fonts.

Light and dark come from the same roles of ``resources/ui/palette.toml``. Knows no record and no page.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.errors import RESOURCES

SPACE = 4
"""The spacing scale in px: margins and gaps are multiples of it."""

ROW = 30
"""The height of a list row in px."""

_FAMILIES = ["Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"]
_ROLE = re.compile(r"@([a-z_]+)")


@lru_cache(maxsize=1)
def _palettes() -> dict[str, dict[str, str]]:
    return tomllib.loads((RESOURCES / "ui" / "palette.toml").read_text("utf-8"))


def palette(*, dark: bool) -> dict[str, str]:
    """The colours by role."""
    return _palettes()["dark" if dark else "light"]


class Theme:
    """The look of one application: which palette it uses now."""

    def __init__(self, app: QApplication, *, dark: bool = False) -> None:
        self._app = app
        self.dark = dark
        self._use_fonts()
        self.apply(dark=dark)

    def apply(self, *, dark: bool) -> None:
        """Uses the light or the dark palette everywhere from now on."""
        self.dark = dark
        roles = palette(dark=dark)
        self._app.setStyle("Fusion")
        self._app.setPalette(_qt_palette(roles))
        text = (RESOURCES / "ui" / "style.qss").read_text("utf-8")
        words = {**roles, "ui": (RESOURCES / "ui").as_posix(), "tone": "dark" if dark else "light"}
        self._app.setStyleSheet(_ROLE.sub(lambda found: words[found[1]], text))
        self._app.setProperty("theme_dark", dark)

    def _use_fonts(self) -> None:
        installed = set(QFontDatabase.families())
        family = next((name for name in _FAMILIES if name in installed), None)
        if family is None:
            path = RESOURCES / "fonts" / "NotoSansSC-Regular.ttf"
            QFontDatabase.addApplicationFont(str(path))
            family = "Noto Sans SC"
        font = QFont(family)
        font.setPixelSize(14)
        font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        self._app.setFont(font)


def _qt_palette(roles: dict[str, str]) -> QPalette:
    found = QPalette()
    for role, name in {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "raised",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Highlight: "accent_soft",
        QPalette.ColorRole.HighlightedText: "text",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
    }.items():
        found.setColor(role, QColor(roles[name]))
    return found


def colour(role: str) -> QColor:
    """The colour of a role in the palette that is in use."""
    app = QApplication.instance()
    dark = bool(app.property("theme_dark")) if app is not None else False
    return QColor(palette(dark=dark)[role])


def icon(name: str, role: str = "muted") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the colour of a role."""
    return _icon(name, colour(role).name())


@lru_cache(maxsize=256)
def _icon(name: str, value: str) -> QIcon:
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", value)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    made = QIcon()
    for size in (16, 20, 32, 40):
        pixmap = QPixmap(QSize(size, size))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(pixmap)
    return made


def as_written(text: str) -> str:
    """A text for a button so that it is shown as it is: ``&`` would underline the next character."""
    return text.replace("&", "&&")


def look(widget: QWidget, name: str, *, part: str | None = None) -> None:
    """Says what a widget is to the style sheet, and draws it so."""
    widget.setProperty("look", name)
    if part is not None:
        widget.setProperty("part", part)
    restyle(widget)


def mark(widget: QWidget, state: str) -> None:
    """Marks a field: ``law`` (an error), ``soon`` (a warning) or ``""``."""
    if widget.property("state") != state:
        widget.setProperty("state", state)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Draws a widget anew after one of its properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
