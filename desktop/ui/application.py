"""The Qt application: one a process, with its language, fonts and look. Knows no case file."""

from __future__ import annotations

import sys

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop.errors import RESOURCES, session_language
from desktop.ui.theme import Theme, icon
from desktop.ui.tips import PlainTips

TRANSLATIONS = RESOURCES / "translations"


def make_application(arguments: list[str] | None = None, *, language: str | None = None) -> QApplication:
    """The application, made once, in Chinese or English (by the session when not said)."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(arguments or sys.argv[:1])
    app.setApplicationName("liandong")
    app.setApplicationDisplayName("联动")
    app.setDesktopFileName("liandong")
    speak(app, language or session_language())
    if app.property("theme") is None:
        dark = app.styleHints().colorScheme().name == "Dark"
        app.setProperty("theme", Theme(app, dark=dark))
        app.installEventFilter(PlainTips(app))
    app.setWindowIcon(icon("radar", "accent"))
    return app


def theme(app: QApplication) -> Theme:
    """The look of the application."""
    found = app.property("theme")
    assert isinstance(found, Theme)
    return found


def speak(app: QApplication, language: str) -> None:
    """Lets the application speak ``zh`` or ``en``; windows made from now on do."""
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    app.setProperty("language", language)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
    if language != "zh":
        return
    for folder, name in (
        (str(TRANSLATIONS), "liandong_zh_CN"),
        (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), "qtbase_zh_CN"),
    ):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)


def spoken() -> str:
    """The language of the application: ``zh`` or ``en``."""
    app = QApplication.instance()
    found = app.property("language") if app is not None else None
    return str(found) if found else session_language()
