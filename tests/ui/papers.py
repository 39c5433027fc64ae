"""What the tests of papers and property share: a window whose services take notes, printers as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtPrintSupport import QPrinter

from desktop.ui.doorway import Doorway
from desktop.ui.page import Services
from desktop.ui.printing import a4_printer


@dataclass
class Window:
    """Services that note what they were asked for."""

    doorway: Doorway
    told: list[tuple[str, str]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    acts: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    corrected: list[Mapping[str, Any]] = field(default_factory=list)
    previewed: list[tuple[str, str]] = field(default_factory=list)

    def services(self) -> Services:
        return Services(
            doorway=self.doorway,
            tell=lambda words, tone: self.told.append((words, tone)),
            go_to=lambda kind, row: self.gone.append((kind, row)),
            act=lambda act, values: self.acts.append((act, values)),
            correct=self.corrected.append,
            preview=lambda form, row: self.previewed.append((form, row)),
            disclose=lambda *_: None,
        )


def into_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Lets every print job end in a file."""

    def ask(_: object, title: str, __: int) -> QPrinter:
        printer = a4_printer(title)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        printer.setResolution(72)
        return printer

    monkeypatch.setattr("desktop.ui.paper_out.ask_printer", ask)


def saved_as(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[str]:
    """Answers the question where a PDF is written; returns the names that were proposed."""
    names: list[str] = []

    def ask(_: object, __: str, name: str) -> Path | None:
        names.append(name)
        return path

    monkeypatch.setattr("desktop.ui.paper_out.ask_where", ask)
    return names
