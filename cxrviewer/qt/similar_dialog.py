"""The list of similar images: small picture, patient, date and distance."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.presenters.similar import WARNING, SimilarPresenter, SimilarState
from cxrviewer.presenters.small_pictures import Picture
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.widgets import ChoiceBox, FirstRow, label, set_widths, tip
from cxrviewer.qt.worklist_rows import pixmap
from cxrviewer.text import tr, translated

PICTURE = 64


class SimilarDialog(Dialog):
    """Draws what `SimilarPresenter` decided."""

    def __init__(self, presenter: SimilarPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("Similar images in the library"), parent)
        self._presenter = presenter
        self._first = True
        self.state = SimilarState()
        self.column.addWidget(label(translated(WARNING), "flag", wrap=True))
        self.heads = ChoiceBox()
        self.heads.setAccessibleName(tr("Model"))
        self.heads.activated.connect(presenter.choose_head)
        self.column.addWidget(self.heads)
        self.message = label("", "quiet", wrap=True)
        self.column.addWidget(self.message)
        titles = [tr("Image"), tr("Patient"), tr("Study date"), tr("Distance"), tr("Projection")]
        self.table = QTableWidget(0, len(titles))
        FirstRow(self.table)
        self.table.setAccessibleName(tr("Similar images in the library"))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(PICTURE + 6)
        self.table.setIconSize(QSize(PICTURE, PICTURE))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setStretchLastSection(True)
        set_widths(self.table.horizontalHeader(), {0: PICTURE + 16, 1: 260, 2: 110, 3: 90})
        self.table.itemSelectionChanged.connect(self._enable)
        self.table.activated.connect(lambda _: self._open())
        self.column.addWidget(self.table, 1)
        self.open_button = QPushButton(tr("&Open the study"))
        self.open_button.setToolTip(tr("Open this study with its priors, instead of what is open"))
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open)
        self.buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()
        self.fit(820, 640)
        self.finished.connect(lambda _: presenter.detach())
        presenter.attach(self)

    # SimilarView.

    def show_similar(self, state: SimilarState) -> None:
        self.state = state
        self.message.setText(state.message)
        self.heads.clear()
        self.heads.addItems(list(state.heads))
        self.heads.setCurrentIndex(state.head)
        self.heads.setVisible(len(state.heads) > 1)
        self.table.setVisible(bool(state.rows))
        self.table.setRowCount(0)
        self.table.setRowCount(len(state.rows))
        for number, row in enumerate(state.rows):
            for column, text in enumerate(("", row.patient, row.when, row.distance, row.detail)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(text))
                self.table.setItem(number, column, item)
            self._presenter.want_picture(row.key)
        if state.rows and self._first:  # of another model's, the reader stays where the model is chosen
            self._first = False
            self.table.selectRow(0)  # Enter opens it
            self.table.setFocus()
        self._enable()

    def show_similar_picture(self, key: str, picture: Picture) -> None:
        number = next((number for number, row in enumerate(self.state.rows) if row.key == key), -1)
        item = self.table.item(number, 0) if number >= 0 else None
        if item is not None:
            fitted = pixmap(picture).scaled(
                PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            item.setIcon(QIcon(fitted))

    def leave(self) -> None:
        self.accept()

    # Inside.

    def _enable(self) -> None:
        self.open_button.setEnabled(bool(self.table.selectionModel().selectedRows()))

    def _open(self) -> None:
        chosen = self.table.selectionModel().selectedRows()
        if chosen:
            self._presenter.open(self.state.rows[chosen[0].row()].study)
