"""Files dragged onto a row of a list. Knows tables, not what becomes of the files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent

from desktop.ui.table import ListTable

_DRAGGED = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class RowDrops(QObject):
    """Lets files be dropped on rows. ``dropped`` tells the record of the row and the files."""

    dropped = Signal(str, object)

    def __init__(self, table: ListTable) -> None:
        super().__init__(table)
        self._table = table
        table.setAcceptDrops(True)
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() not in _DRAGGED or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        index = self._table.indexAt(event.position().toPoint())
        paths = local_files(event.mimeData())
        if not paths or (event.type() != QEvent.Type.DragEnter and not index.isValid()):
            event.ignore()
            return True
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(self._table.paged.record(index.row()), paths)
        return True


def local_files(data: QMimeData) -> list[Path]:
    """The files of this PC that are being dragged."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]
