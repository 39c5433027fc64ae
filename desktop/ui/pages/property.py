"""涉案财物: lists with their clocks above, the items of the chosen one below, the chosen item beside.

Knows the listings and the acts by name. Files dropped on a row are attached to that item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QTabWidget, QWidget

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.custody import custody, holder
from desktop.casework.desk import Desk
from desktop.casework.fields import record_field
from desktop.casework.listing import Query
from desktop.changes.store import Changes
from desktop.ui.choices import RecordEditor, record_choices
from desktop.ui.clock_delegate import ClockDelegate
from desktop.ui.custody_view import CustodyView
from desktop.ui.doorway import Failure
from desktop.ui.drafting import Drafting
from desktop.ui.dropping import RowDrops
from desktop.ui.form_panel import FormPanel
from desktop.ui.item_forms import AddItemsForm, MoveForm
from desktop.ui.ledger_panel import LedgerPanel
from desktop.ui.list_items import Items
from desktop.ui.page import Page, Services, action_button, allow
from desktop.ui.record_panel import RecordPanel
from desktop.ui.table import ListView
from desktop.ui.theme import SPACE, icon, look

_SCOPE = 60 * SPACE
_NARROW = 220 * SPACE


class PropertyPage(Page):
    """Property lists, their items, the custody of each."""

    name = "property"
    picture = "package"
    kinds = frozenset({"property_list", "item", "movement"})

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, "", parent)
        self.title.setText(self.tr("Property"))
        self.setAccessibleName(self.title.text())
        self.item: str | None = None
        self._drafting = Drafting(self.doorway, self)
        self.scope = RecordEditor(record_field("property_list", "raid"), self.doorway, "raid")
        begin = (self.tr("Seal or seize"), self.begin_list)
        self.lists = ListView(
            self.doorway,
            Query(listing="property_lists", sort=("started_at", True)),
            empty=self.tr("No property list yet. Sealing or seizing begins one."),
            begin=begin,
        )
        self.items = Items(services)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.items)
        self.item_panel = RecordPanel(services)
        self.custody = CustodyView(services)
        self.list_panel = RecordPanel(services)
        self.detail = QTabWidget()
        self.detail.setDocumentMode(True)
        self.detail.addTab(self.custody, self.tr("Custody"))
        self.detail.addTab(self.item_panel, self.tr("Item"))
        self.detail.addTab(self.list_panel, self.tr("List"))
        self.beside = QStackedWidget()
        self.beside.addWidget(self.detail)
        self._clocks = ClockDelegate(self)
        self.drops = RowDrops(self.items.list.table)
        self._lay_out()
        self._add_acts()
        self._wire()
        self._tell_acts()

    # looks

    def _lay_out(self) -> None:
        self.scope.setFixedWidth(_SCOPE)
        self.scope.line.setPlaceholderText(self.tr("All raids"))
        self.head.insertWidget(1, self.scope)
        self._lower = lower = QSplitter(Qt.Orientation.Horizontal)
        lower.addWidget(self.middle)
        lower.addWidget(self.beside)
        lower.setStretchFactor(0, 1)
        lower.setChildrenCollapsible(False)
        self.middle.setContentsMargins(0, 0, 3 * SPACE, 0)
        self.beside.setContentsMargins(2 * SPACE, 0, 0, 0)
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(self.lists)
        whole.addWidget(lower)
        whole.setStretchFactor(1, 1)
        whole.setSizes([45 * SPACE, 110 * SPACE])
        whole.setChildrenCollapsible(False)
        self.body.addWidget(whole, 1)
        words = [column.word for column in self.lists.model.listing.columns]
        for word in ("due", "approval"):
            self.lists.table.setItemDelegateForColumn(words.index(word), self._clocks)
            self.lists.table.setColumnWidth(words.index(word), 44 * SPACE)
        lower.hide()

    def _add_acts(self) -> None:
        self.paper_act = self.add_act(self.tr("Papers"), "file-text", self._papers, key="Ctrl+P")
        self.begin_act = self.add_act(
            self.tr("Seal or seize"), "plus", self.begin_list, key="Ctrl+N", primary=True
        )
        self.add_items_act = self._item_act(self.tr("Add items"), "plus", self.add_items, "Ctrl+Shift+N")
        self.ledger_act = self._item_act(self.tr("Read ledger"), "sheet", self.read_ledger, "Ctrl+Shift+R")
        self.move_act = self._item_act(self.tr("Move"), "arrow-right", self.move_items, "Ctrl+M")
        self.attach_act = self._item_act(self.tr("Attach photo"), "paperclip", self.attach, "Ctrl+Shift+A")
        self.withdraw_act = self._item_act(self.tr("Withdraw"), "undo-2", self.withdraw, "Ctrl+Delete")
        self.items.buttons.addStretch(1)

    def _item_act(self, text: str, picture: str, run: Callable[[], object], key: str) -> QAction:
        action = QAction(icon(picture), text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(run)
        self.addAction(action)
        button = action_button(action)
        look(button, "quiet")
        self.items.buttons.addWidget(button)
        return action

    def _wire(self) -> None:
        self.scope.left.connect(self._ask_lists)
        self.scope.combo.activated.connect(lambda _: self._ask_lists())
        self.lists.table.chosen.connect(self.choose_list)
        self.lists.model.counted.connect(lambda _: self._find_list())
        table = self.items.list.table
        table.chosen.connect(self.choose_item)
        table.opened.connect(lambda _: self.detail.setCurrentWidget(self.item_panel))
        table.selectionModel().selectionChanged.connect(lambda *_: self._tell_acts())
        self.items.list.model.counted.connect(lambda _: self._find_item())
        self.drops.dropped.connect(self._dropped)
        self.doorway.changed.connect(self._changed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where there is little room, as beside an open form, the items come before the detail."""
        form = self.beside.currentWidget() is not self.detail
        self.beside.setVisible(form or self.width() >= _NARROW)

    def _tell_acts(self) -> None:
        a_list, an_item = self.items.property_list is not None, bool(self.items.list.table.records())
        first_list, first_item = self.tr("First choose a list above"), self.tr("First choose an item")
        for act in (self.paper_act, self.add_items_act, self.ledger_act):
            allow(act, a_list, first_list)
        for act in (self.move_act, self.attach_act, self.withdraw_act):
            allow(act, an_item, first_item)

    # what is shown

    def opened(self) -> None:
        self._ask_lists()

    def _ask_lists(self) -> None:
        self.lists.ask(Query(listing="property_lists", within=self.scope.value(), sort=("started_at", True)))

    def _changed(self, changes: Changes) -> None:
        if "raid" in changes:
            self.doorway.read(self, lambda desk: record_choices(desk, "raid"), self._offer)

    def _offer(self, choices: list[tuple[str, Any, str]]) -> None:
        if not self.scope.line.isModified():
            chosen = self.scope.value()
            self.scope.offer(choices)
            self.scope.put(chosen)

    def _find_list(self) -> None:
        """Puts the cursor on the list that is shown; on the first while none is."""
        table, shown = self.lists.table, self.items.property_list
        if shown is not None:
            if table.record() != shown:
                table.choose(shown)
        elif self.lists.model.rowCount():
            table.choose(self.lists.model.record(0))

    def choose_list(self, row: str) -> None:
        """Shows the items of a list."""
        if row != self.items.property_list:
            self._close_form()
            self.middle.setCurrentWidget(self.items)
            self._lower.show()
            self.items.ask(row)
            self.list_panel.show_record("property_list", row)
            self.choose_item(None)
        self._tell_acts()

    def choose_item(self, row: str | None) -> None:
        """Shows an item and its custody; of none the list."""
        self.item = row
        self.custody.show_item(row)
        if row is None:
            self.item_panel.clear()
            self.detail.setCurrentWidget(self.list_panel)
            return
        self.item_panel.show_record("item", row)
        if self.detail.currentWidget() is self.list_panel:
            self.detail.setCurrentWidget(self.custody)

    def show_record(self, kind: str, record: str) -> None:
        """Shows a list, an item in its list, or the item that was moved."""
        self.doorway.read(self, lambda desk: _home(desk, kind, record), self._found_home)

    def _found_home(self, found: tuple[str | None, str | None]) -> None:
        row, item = found
        self.scope.put(None)
        if row is not None:
            self.choose_list(row)
        if item is not None:
            self.choose_item(item)
        self._find_list()
        self._find_item()
        self._ask_lists()

    def _find_item(self) -> None:
        """Puts the cursor on the item that is shown, once its row has come."""
        table = self.items.list.table
        if self.item is not None and table.record() != self.item:
            table.choose(self.item)

    def where(self) -> dict[str, Any]:
        """The list and item that are shown."""
        return {"list": self.items.property_list, "item": self.item}

    def return_to(self, where: Mapping[str, Any]) -> None:
        """Shows a list and an item again."""
        if where.get("item"):
            self.show_record("item", str(where["item"]))
        elif where.get("list"):
            self.show_record("property_list", str(where["list"]))

    # acts

    def begin_list(self) -> None:
        """Begins a new list: sealing or seizing, approved before or on the spot."""
        now = datetime.now().astimezone().isoformat(timespec="minutes")
        self.services.act("property.list", {"raid": self.scope.value() or self._raid(), "started_at": now})

    def _raid(self) -> str | None:
        """The raid of the list that is shown."""
        shown = self.items.property_list
        row = None if shown is None else self.lists.model.row_of(shown)
        line = None if row is None else self.lists.model.line(row)
        return None if line is None else line.related

    def _papers(self) -> None:
        if self.items.property_list is not None:
            self.services.preview("property_list", self.items.property_list)

    def add_items(self) -> None:
        """Opens the grid in which items are typed."""
        if self.items.property_list is not None:
            form = AddItemsForm(self.doorway, self.items.property_list)
            self._open(form, self.middle)
            form.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def read_ledger(self) -> None:
        """Reads a property ledger into the list: first what becomes of each row."""
        if self.items.property_list is None:
            return
        panel = LedgerPanel(self.doorway, "property", self.items.property_list)
        panel.closed.connect(self._close_form)
        self._close_form()
        self.middle.addWidget(panel)
        self.middle.setCurrentWidget(panel)
        panel.choose.setFocus()

    def move_items(self) -> None:
        """Opens the form that moves the selected items."""
        chosen = self.items.chosen()
        if chosen:
            rows = [row for row, _ in chosen]
            self.doorway.read(
                self, lambda desk: _holder(desk, rows), lambda who: self._open_move(chosen, who)
            )

    def _open_move(self, chosen: Sequence[tuple[str, str]], who: str) -> None:
        self._open(MoveForm(self.doorway, chosen, who), self.beside)

    def _open(self, form: FormPanel, stack: QStackedWidget) -> None:
        self._close_form()
        form.setMinimumWidth(0)
        form.performed.connect(self._performed)
        form.closed.connect(self._close_form)
        stack.addWidget(form)
        stack.setCurrentWidget(form)
        self._make_room()
        self._drafting.attach(form)
        form.begin()

    def _performed(self, outcomes: Sequence[Any]) -> None:
        self._close_form()
        self.services.tell(self.tr("Recorded: {} entries.").format(_made(outcomes)), "done")
        self.items.list.table.setFocus()

    def _close_form(self) -> None:
        for stack, first in ((self.middle, self.items), (self.beside, self.detail)):
            form = stack.currentWidget()
            if form is not first and form is not None:
                stack.removeWidget(form)
                form.deleteLater()
            stack.setCurrentWidget(first)
        self._make_room()

    def withdraw(self) -> None:
        """Begins the withdrawal of the item under the cursor, with its reason."""
        if self.item is not None:
            row = self.item
            self.doorway.read(self, lambda desk: desk.show("item", row)[0], self._withdraw)

    def _withdraw(self, view: Mapping[str, Any]) -> None:
        self.services.act("record.withdraw", {word: view[word] for word in ("kind", "id", "seen")})

    # attachments

    def attach(self) -> None:
        """Chooses photos for the item under the cursor."""
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Attach to the item"), "", self.tr("Pictures and documents (*)")
        )
        if names and self.item is not None:
            self.attach_files(self.item, [Path(name) for name in names])

    def attach_files(self, item: str, paths: Sequence[Path]) -> None:
        """Seals files away with an item, all or none."""

        def work(desk: Desk) -> int:
            acts = [
                parse_act("file.attach", {"subject_kind": "item", "subject": item, "path": str(path)})
                for path in paths
            ]
            desk.do([("file.attach", act) for act in acts])
            return len(acts)

        self.doorway.write(self, work, self._attached, self._refused)

    def _attached(self, count: int) -> None:
        self.services.tell(self.tr("{} files attached.").format(count), "done")

    def _refused(self, failure: Failure) -> None:
        self.services.tell(f"{failure.sentence} [{failure.code}]", "law")

    def _dropped(self, row: str, paths: list[Path]) -> None:
        self.items.list.table.choose(row)
        self.attach_files(row, paths)


def _home(desk: Desk, kind: str, record: str) -> tuple[str | None, str | None]:
    """The list that a record belongs to, and the item, if there is one."""
    if kind == "property_list":
        return record, None
    item = desk.show("movement", record)[0]["item"] if kind == "movement" else record
    return (desk.show("item", item)[0]["list"], item) if item else (None, None)


def _holder(desk: Desk, items: Sequence[str]) -> str:
    """Who has these items now, where that is one person."""
    found = {holder(custody(desk, item)) for item in items}
    return found.pop() if len(found) == 1 else ""


def _made(outcomes: Sequence[Any]) -> int:
    return sum(len(outcome.ids.get("items", [])) or 1 for outcome in outcomes)
