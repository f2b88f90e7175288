"""The tag browser."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from cxrviewer.presenters.tags import TagsPresenter, TagsState
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import ENTER, FirstRow, SearchAbove, label, set_widths, tip
from cxrviewer.text import tr

NUMBER = Qt.ItemDataRole.UserRole


class TagsDialog(Dialog):
    """The header as a tree, with search and copy."""

    def __init__(self, presenter: TagsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("DICOM header"), parent)
        self._presenter = presenter
        self.state: TagsState | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search tag, name or value…"))
        self.search.setAccessibleName(tr("Search the header"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(presenter.search)
        self.tree = QTreeWidget()
        FirstRow(self.tree)
        SearchAbove(self.search, self.tree)
        self.tree.setAccessibleName(tr("Elements of the header"))
        self.tree.setHeaderLabels([tr("Tag"), tr("Name"), tr("VR"), tr("Value")])
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.itemSelectionChanged.connect(self._enable)
        set_widths(self.tree.header(), {0: 150, 1: 230, 2: 40})
        self.message = label("", "quiet", wrap=True)
        for part in (self.search, self.tree, self.message):
            self.column.addWidget(part, 1 if part is self.tree else 0)
        self.copy = QPushButton(tr("&Copy"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
        keys = QShortcut(QKeySequence.StandardKey.Copy, self.tree)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self._copy)
        self.fit(860, 600)
        self.search.setFocus()
        self.finished.connect(presenter.detach)
        presenter.attach(self)

    # TagsView.

    def show_tags(self, state: TagsState) -> None:
        """Draw what `TagsPresenter` decided."""
        self.state = state
        self.tree.clear()
        items: dict[int, QTreeWidgetItem] = {}
        top: list[QTreeWidgetItem] = []
        for row in state.rows:
            item = QTreeWidgetItem([row.tag, row.name, row.vr, row.value])
            item.setData(0, NUMBER, row.number)
            item.setToolTip(3, tip(row.value))
            items[row.number] = item
            above = items.get(row.parent)
            if above is None:
                top.append(item)
            else:
                above.addChild(item)
        self.tree.addTopLevelItems(top)
        self.tree.expandAll()
        self.message.setText(state.message)
        self._enable()

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.tree.hasFocus():
            self.copy.animateClick()  # so that it is seen
            return
        super().keyPressEvent(event)

    # Inside.

    def _enable(self) -> None:
        self.copy.setEnabled(bool(self.tree.selectedItems()))

    def _copy(self) -> None:
        numbers = {int(item.data(0, NUMBER)) for item in self.tree.selectedItems()}
        if numbers:
            QApplication.clipboard().setText(self._presenter.text(numbers))
