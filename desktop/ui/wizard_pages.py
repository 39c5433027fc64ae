"""The pages of the first-start wizard that ask for something: office, first officer, passphrase, folder.

Each says in place what is missing. Knows the code tables and no case file.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.codes import code_table
from desktop.casework.offices import AUTHORITIES, Region, office_id, regions, usual_names
from desktop.errors import UserError
from desktop.ui.asking import Entry, Form, PlaceEntry, folder_browser, in_documents
from desktop.ui.new_passphrase import NewPassphrase
from desktop.ui.theme import SPACE
from desktop.wire.groups import is_office

_CODE = Qt.ItemDataRole.UserRole
_TREE_WIDTH = 72 * SPACE


class WizardPage(QWidget):
    """One page: a form, and whether it is filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)

    def begin(self) -> None:
        """Puts the cursor where to begin."""
        self.form.entries[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def complete(self) -> bool:
        """True when it is filled in; else what is missing is said and has the cursor."""
        faults = [entry for entry in self.form.entries if isinstance(entry, Entry) and not entry.needed()]
        if faults:
            faults[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return not faults

    def forget(self) -> None:
        """Forgets what was typed."""
        for entry in self.form.entries:
            if isinstance(entry, Entry):
                entry.put("")
                entry.say("")


class OfficePage(WizardPage):
    """The office: its region from the tree or typed, its authority, its names as they are usually written."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Regions"))
        self.tree.setHeaderLabels([self.tr("Region"), self.tr("Code")])
        self.tree.setFixedWidth(_TREE_WIDTH)
        for region in regions():
            self._add(region, self.tree.invisibleRootItem())
        self.tree.expandToDepth(0)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.currentItemChanged.connect(self._picked)
        self.authority = QComboBox()
        self.authority.setAccessibleName(self.tr("Authority"))
        for name in AUTHORITIES:
            self.authority.addItem(code_table("authorities").codes[name].name, name)
        self.authority.currentIndexChanged.connect(self._choose)
        self.code = Entry(
            self.tr("Office id"), self.tr("Six figures of the region; police with -ga behind, as 450923-ga.")
        )
        self.code.line.textEdited.connect(self._typed)
        self.name = Entry(self.tr("Printed name"), self.tr("As it stands at the head of documents."))
        self.short = Entry(self.tr("Short name"), self.tr("What document numbers begin with, as 博市监."))
        self._usual = ("", "")
        self._lay_out()

    def _lay_out(self) -> None:
        self.form.add(self.tr("Authority"), self.authority)
        self.form.ask(self.code, self.name, self.short)
        side = QVBoxLayout()
        side.addWidget(self.form)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(6 * SPACE)
        row.addWidget(self.tree)
        row.addLayout(side, 1)
        self.box.addLayout(row, 1)

    def _add(self, region: Region, parent: QTreeWidgetItem) -> None:
        item = QTreeWidgetItem(parent, [region.name, region.code])
        item.setData(0, _CODE, region.code)
        for below in region.below:
            self._add(below, item)

    def begin(self) -> None:
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _picked(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self._choose()

    def _choose(self) -> None:
        item = self.tree.currentItem()
        if item is not None and not str(item.data(0, _CODE)).endswith("0000"):
            self.code.put(office_id(str(item.data(0, _CODE)), self.authority.currentData()))
            self._name_it()

    def _typed(self) -> None:
        region, _, suffix = self.code.text().partition("-")
        found = self.tree.findItems(region, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive, 1)
        for widget in (self.tree, self.authority):
            widget.blockSignals(True)
        self.tree.setCurrentItem(found[0] if found else None)  # type: ignore[arg-type]
        self.authority.setCurrentIndex(max(0, self.authority.findData(suffix or "amr")))
        for widget in (self.tree, self.authority):
            widget.blockSignals(False)
        self._name_it()

    def _name_it(self) -> None:
        """Fills in the usual names, but never over what somebody typed."""
        found = usual_names(self.code.text())
        names = ("", "") if found is None else (found.name, found.short_name)
        for entry, before, now in zip((self.name, self.short), self._usual, names, strict=True):
            if entry.text() in ("", before):
                entry.put(now)
        self._usual = names
        self.code.say("")

    def complete(self) -> bool:
        if self.code.text() and not is_office(self.code.text()):
            self.code.say(UserError("casefile.office").sentence())
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        return super().complete()


class OfficerPage(WizardPage):
    """The officer who signs in first."""

    def __init__(self) -> None:
        super().__init__()
        self.name = Entry(self.tr("Name"))
        self.credential = Entry(
            self.tr("Credential no."), self.tr("The number of the enforcement credential.")
        )
        self.form.ask(self.name, self.credential)
        self.box.addWidget(self.form)
        self.box.addStretch(1)


class PassphrasePage(WizardPage):
    """The first officer's passphrase."""

    def __init__(self) -> None:
        super().__init__()
        self.new = NewPassphrase(self.form)
        self.box.addWidget(self.form)
        self.box.addStretch(1)

    def complete(self) -> bool:
        return self.new.good()

    def forget(self) -> None:
        self.new.clear()


class FolderPage(WizardPage):
    """Where the case file is made."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = PlaceEntry(
            self.tr("Folder"),
            folder_browser(self.tr("A new or empty folder for the case file")),
            self.tr("A new or empty folder on this PC's own disk; not a stick, not a network share."),
        )
        self.form.ask(self.folder)
        self.box.addWidget(self.form)
        self.box.addStretch(1)

    def suggest(self, name: str) -> None:
        """Suggests a folder, if none is chosen yet."""
        if not self.folder.text():
            self.folder.put(in_documents(f"联动/{name}"))

    def complete(self) -> bool:
        path = self.folder.path()
        if path is not None and not path.is_absolute():
            self.folder.say(self.tr("Please give the whole path."))
            return False
        return super().complete()
