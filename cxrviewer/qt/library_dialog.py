"""The dialog of the library: folders, search, and the table of studies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QActionGroup, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.library import LibraryPresenter
from cxrviewer.presenters.library_charsets import CharsetChoices
from cxrviewer.presenters.library_rows import (
    COLUMNS,
    FIRST_SEEN,
    NOTE_COLUMN,
    PICTURE_COLUMN,
    PICTURE_TITLE,
    LibraryRow,
)
from cxrviewer.presenters.library_unscored import NotScored
from cxrviewer.presenters.library_view import LibraryState
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.small_pictures import Picture
from cxrviewer.qt.dialogs import Dialog, NotScoredDialog, SkippedDialog
from cxrviewer.qt.library_table import StudyModel, StudyTable
from cxrviewer.qt.widgets import ENTER, ElidedLabel, FirstRow, label, local_paths, set_widths, tip
from cxrviewer.qt.worklist_rows import pixmap
from cxrviewer.qt.written_files import WrittenFiles
from cxrviewer.studies.index.store import SkippedFile
from cxrviewer.studies.index.user_store import StudyStatus
from cxrviewer.studies.index.worklist import Column
from cxrviewer.studies.scan import Skipped
from cxrviewer.text import tr, translated

SEARCH_AFTER = 150
"""Milliseconds without another letter, after which the list is searched."""

PAINTED_AFTER = 30
"""Milliseconds after which a new list is on the screen. A window system is told to paint some 5 ms after a change."""

ROOT = Qt.ItemDataRole.UserRole
PICTURE = 36
"""Pixels of a small picture's longer side."""
PICTURE_WIDTH = PICTURE + 8


class LibraryDialog(Dialog):
    """Draws what `LibraryPresenter` decided.

    Parameters
    ----------
    presenter : LibraryPresenter
    privacy : Privacy
    columns : str
        What `columns` returned in an earlier run.
    """

    columns_changed = Signal(str)

    def __init__(
        self, presenter: LibraryPresenter, privacy: Privacy, columns: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Library"), parent)
        self._presenter, self._privacy = presenter, privacy
        self._written = WrittenFiles(self)
        self._written.written.connect(presenter.look_again)
        self.state = LibraryState()
        self._taking = False
        self.setAcceptDrops(True)
        self._make_search()
        self._make_table(columns)
        self._make_middle()
        self._make_disc()
        self._make_foot()
        self._make_buttons()
        self.finish()
        self.fit(1240, 760)
        self.search.setFocus()
        self.finished.connect(self._left)
        privacy.listen(self._show_privacy)
        self._show_privacy()
        self._enable()
        presenter.attach(self)

    # LibraryView.

    def show_library(self, state: LibraryState) -> None:
        before, self.state = self.state, state
        if before.roots != state.roots:
            self._fill_folders(state)
        self.message.setText(state.message)
        self.message.setVisible(bool(state.message))
        self.table.setVisible(not state.message)
        self.count.setText("" if state.message else state.count)
        self.problems.setText(state.problems)
        self.problems.setVisible(bool(state.problems))
        self.notice.setText(state.notice)
        self.notice.setVisible(bool(state.notice))
        self.progress.setText(state.progress)
        self.bar.setVisible(state.scanning)
        self.bar.setMaximum(state.total)
        self.bar.setValue(state.done)
        self.scoring.setText(state.scoring.text)
        self.scoring.setVisible(bool(state.scoring.text or state.unscored))  # it keeps the link at its place
        if self.take_up.hasFocus() and not state.scoring.left:
            self.score_button.setFocus()  # where the run is paused and stopped
        self.take_up.setText(tr("Score now") if state.scoring.waited else tr("Resume scoring"))
        self.take_up.setVisible(bool(state.scoring.left))
        self.take_up.setEnabled(state.usable)
        self.not_scored.setText(tr("{n:,} not fully scored: why?", n=state.unscored))
        self.not_scored.setVisible(bool(state.unscored))
        self.pause_action.setText(tr("Resume scoring") if state.scoring.paused else tr("Pause scoring"))
        self.pause_action.setEnabled(state.scoring.running)
        self.stop_action.setEnabled(state.scoring.running)
        self.score_button.setEnabled(state.usable)
        self.scan_button.setText(
            tr("&Stop") if state.scanning else tr("Re&sume") if state.resumable else tr("&Scan again")
        )
        self.scan_button.setEnabled(state.usable and bool(state.roots))
        self._show_disc(state)
        self.skipped.setText(tr("{n:,} skipped: why?", n=state.skipped))
        self.skipped.setVisible(bool(state.skipped))
        self.add_folder.setEnabled(state.usable)
        self.add_file.setEnabled(state.usable)
        log = self._presenter.log_path
        if log is not None:
            self._written.watch(log)
        self._enable()

    def show_keys(self, keys: Sequence[int], *, fresh: bool, more: bool = False) -> None:
        self._unfilled.stop()
        noted = self.table.noted_row()
        looked_at = noted if noted >= 0 else self.table.rowAt(0)
        held = self.model.key(looked_at) if not fresh and (looked_at > 0 or noted == 0) else None
        bar = self.table.verticalScrollBar()
        above = looked_at - bar.value()
        header = self.table.horizontalHeader()
        # PySide emits no hint that only rows move: the header takes its columns anew, and shows the hidden ones.
        arranged = header.saveState()
        self._taking = True
        self.table.take_keys(keys)
        header.restoreState(arranged)
        self.table.keep_first()
        self._taking = False
        if fresh:
            self.table.scrollToTop()
        elif held is not None and held in self.model.keys:
            # What the reader looks at, or writes about, stays where it is while studies are added above it.
            bar.setValue(self.model.keys.index(held) - above)
        if more:
            self._unfilled.start()
        self._enable()

    def show_rows(self, rows: Sequence[LibraryRow]) -> None:
        self.model.take_rows(rows)

    def outdate_rows(self) -> None:
        self.model.outdate(keep=not self._privacy.hidden)

    def show_picture(self, study: int, picture: Picture) -> None:
        ratio = self.devicePixelRatioF()
        side = round(PICTURE * ratio)
        fitted = pixmap(picture).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        fitted.setDevicePixelRatio(ratio)
        self.model.take_picture(study, fitted)

    def outdate_pictures(self) -> None:
        self.model.outdate_pictures()
        self.table.viewport().update()

    def show_skipped(self, skipped: Sequence[SkippedFile]) -> None:
        listed = [Skipped(one.path, one.reason) for one in skipped]
        SkippedDialog(listed, self, hidden=self._privacy.hidden).open()

    def show_not_scored(self, images: Sequence[NotScored]) -> None:
        NotScoredDialog(images, self, hidden=self._privacy.hidden).open()

    def show_charsets(self, choices: CharsetChoices) -> None:
        from cxrviewer.qt.charset_dialog import CharsetDialog

        CharsetDialog(choices, self._presenter.use_charset, self).open()

    def leave(self) -> None:
        self.accept()

    # What is chosen.

    def chosen(self) -> list[int]:
        """Return the studies that are selected, top to bottom."""
        return [self.model.key(row) for row in self.table.selected_rows()]

    def columns(self) -> str:
        """Return which columns are shown, in which order, how wide and sorted by what."""
        header = self.table.horizontalHeader()
        return f"{header.count()}:" + bytes(header.saveState().toBase64().data()).decode("ascii")

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down, enter = event.key() == Qt.Key.Key_Down, event.key() in ENTER
        if (down or enter) and self.search.hasFocus():
            if self.model.rowCount():
                self.table.setFocus()
                current = self.table.currentIndex()
                # Not `selectRow`: it takes the column at the left edge, which may lie behind the patient.
                self.table.setCurrentIndex(self.model.index(max(0, current.row()), max(0, current.column())))
        elif not enter or isinstance(self.focusWidget(), QPushButton):  # the table has opened its study by itself
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:  # a system that reports no writing
            self._presenter.look_again()
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event)
        if paths:
            event.acceptProposedAction()
            self._presenter.add(paths)

    # Inside.

    def _make_search(self) -> None:
        presenter = self._presenter
        self.search = QLineEdit(presenter.list.query)
        self.search.setPlaceholderText(tr("Search the library"))
        self.search.setAccessibleName(tr("Search the library"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(1000)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(SEARCH_AFTER)
        self._typed.timeout.connect(lambda: presenter.list.search(self.search.text()))
        self.search.textChanged.connect(lambda _: self._typed.start())
        self.help = label(
            tr(
                "Fields: {fields}. Words are joined by “and”; quoted text is found as it stands.",
                fields="name:  id:  date:2025-03..2025-06  modality:DX  view:PA  status:read  finding:effusion  "
                "note:  text:",
            ),
            "quiet",
            wrap=True,
        )
        self.problems = label("", "wrong", wrap=True)
        self.columns_button = self._button(tr("&Columns…"), lambda: self._choose_columns(None))
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.columns_button)
        self.column.addLayout(row)
        self.column.addWidget(self.help)
        self.column.addWidget(self.problems)

    def _make_middle(self) -> None:
        self.message = label("", "quiet", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.message, 1)
        beside.addWidget(self.table, 1)
        self.count = label("", "quiet")
        beside.addWidget(self.count)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._make_folders())
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([190, 900])  # less than the texts of the buttons need is never given
        self.column.addWidget(splitter, 1)

    def _make_buttons(self) -> None:
        self.open_button = self._button(tr("&Open"), self._open)
        self.read_button = self._button(tr("Mark as &read"), lambda: self._mark(StudyStatus.READ))
        self.new_button = self._button(tr("Mark as &new"), lambda: self._mark(StudyStatus.NEW))
        self.note_button = self._button(tr("No&te"), self._edit_note)
        self.undo = self._button(tr("&Undo"), self._presenter.undo)
        self.undo.setToolTip(tr("Take back what was marked, noted or removed last"))
        QShortcut(QKeySequence.StandardKey.Undo, self, self._presenter.undo)
        for button in (self.open_button, self.read_button, self.new_button, self.note_button, self.undo):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        for made in self.findChildren(QPushButton):
            made.setAutoDefault(False)  # Enter belongs to the list

    def _make_table(self, columns: str) -> None:
        self.model = StudyModel(self)
        self._unfilled = QTimer(self)
        self._unfilled.setSingleShot(True)
        self._unfilled.setInterval(PAINTED_AFTER)
        self._unfilled.timeout.connect(self._presenter.list.fill)
        table = self.table = StudyTable()
        FirstRow(table)
        table.setAccessibleName(tr("Studies"))
        table.setModel(self.model)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.setIconSize(QSize(PICTURE, PICTURE))
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for one in (header, table.pinned_header):  # they begin at the same place
            one.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            one.customContextMenuRequested.connect(self._choose_columns)
        set_widths(header, {number: width for number, (_, _, width) in enumerate(COLUMNS)})
        if not self._arrange(columns):
            self._arrange_first()
            self._show_order()
        table.keep_first()
        header.setStretchLastSection(True)  # behind what was arranged, which holds this too
        self._fit_rows()
        self.model.order_chosen.connect(self._sort)
        self.model.wanted.connect(self._presenter.list.want)
        # The last wish is served first: so the top of the screen is.
        self.model.pictures_wanted.connect(lambda keys: self._presenter.list.want_pictures(keys[::-1]))
        self.model.noted.connect(self._presenter.write_note)
        table.setSortingEnabled(True)
        for signal in (header.sectionResized, header.sectionMoved, header.sortIndicatorChanged):
            signal.connect(lambda *_: self._keep_columns())
        table.activated.connect(self._activated)
        table.typed.connect(self._search_for)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        table.selectionModel().selectionChanged.connect(lambda *_: self._enable())

    def _arrange(self, columns: str) -> bool:
        """Add the pictures and take an arrangement; return whether it was one.

        An earlier version's has no pictures. Qt takes an arrangement of fewer columns, and can restore none after it.
        """
        header = self.table.horizontalHeader()
        number, _, state = columns.rpartition(":")
        kept = QByteArray.fromBase64(state.encode("ascii", "ignore"))
        earlier = not number and header.restoreState(kept)
        self.model.add_picture_column()
        header.resizeSection(PICTURE_COLUMN, PICTURE_WIDTH)
        header.moveSection(header.visualIndex(PICTURE_COLUMN), 0)
        return earlier or (number == str(header.count()) and header.restoreState(kept))

    def _arrange_first(self) -> None:
        header, places = self.table.horizontalHeader(), [column for column, _, _ in COLUMNS]
        for column in FIRST_SEEN:
            place = header.visualIndex(places.index(Column.DESCRIPTION))
            header.moveSection(header.visualIndex(places.index(column)), place)

    def _show_order(self) -> None:
        """Let the header show what the list is sorted by."""
        column, descending = self._presenter.list.order
        place = next(number for number, one in enumerate(COLUMNS) if one[0] is column)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(place, order)

    def _fit_rows(self) -> None:
        """Make the rows as high as what they show."""
        text = self.table.fontMetrics().height() + 10
        shown = not self.table.isColumnHidden(PICTURE_COLUMN)
        self.table.verticalHeader().setDefaultSectionSize(max(text, PICTURE + 4) if shown else text)

    def _keep_columns(self) -> None:
        if not self._taking:
            self.columns_changed.emit(self.columns())

    def _make_folders(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(label(tr("Folders"), "title"))
        self.folders = QListWidget()
        self.folders.setAccessibleName(tr("Folders of the library"))
        self.folders.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.folders.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.folders.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        FirstRow(self.folders)
        self.folders.itemSelectionChanged.connect(self._folders_chosen)
        column.addWidget(self.folders, 1)
        self.add_folder = self._button(tr("&Add folder…"), self._add_folder)
        self.add_file = self._button(tr("Add &ZIP or DICOMDIR…"), self._add_file)
        self.remove = self._button(tr("R&emove"), self._remove)
        self.remove.setToolTip(
            tr("Forget the folder; its files, status and notes stay. The copy of a disc is deleted, after a question.")
        )
        self.watch = QCheckBox(tr("&Watch for new files"))
        self.watch.setToolTip(tr("Files that come into the folder are listed without a scan by hand"))
        self.watch.clicked.connect(lambda on: self._presenter.watch(self._chosen_folders(), on=on))
        column.addWidget(self.watch)
        for button in (self.add_folder, self.add_file, self.remove):
            column.addWidget(button)
        return panel

    def _make_disc(self) -> None:
        discs = self._presenter.discs
        self.disc = QFrame()
        self.disc.setObjectName("notice")
        row = QHBoxLayout(self.disc)
        self.disc_words = label("", "", wrap=True)
        self.copy_button = self._button(tr("Copy &first"), discs.copy_first)
        self.in_place_button = self._button(tr("Read in &place"), discs.read_in_place)
        self.no_disc_button = self._button(tr("Cancel"), discs.cancel)
        row.addWidget(self.disc_words, 1)
        for button in (self.copy_button, self.in_place_button, self.no_disc_button):
            row.addWidget(button)
        self.disc_bar = QProgressBar()
        self.disc_bar.setAccessibleName(tr("Progress of the copy"))
        self.disc_bar.setTextVisible(False)
        self.column.addWidget(self.disc)
        self.column.addWidget(self.disc_bar)

    def _show_disc(self, state: LibraryState) -> None:
        disc = state.disc
        self.disc_words.setText(disc.question or disc.progress)
        self.disc.setVisible(bool(disc.question or disc.progress))
        self.copy_button.setVisible(bool(disc.question))
        self.in_place_button.setVisible(bool(disc.question))
        self.disc_bar.setVisible(bool(disc.progress))
        self.disc_bar.setMaximum(disc.total)
        self.disc_bar.setValue(disc.done)

    def _show_menu(self, at: QPoint) -> None:
        """Offer what can be done with the chosen studies, at the mouse or, by the menu key, in the table."""
        chosen = self.chosen()
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(chosen) == 1:
            menu.addAction(tr("Open")).triggered.connect(self._open)
        menu.addAction(tr("Mark as read")).triggered.connect(lambda: self._mark(StudyStatus.READ))
        menu.addAction(tr("Mark as new")).triggered.connect(lambda: self._mark(StudyStatus.NEW))
        if len(chosen) == 1:
            menu.addAction(tr("Note")).triggered.connect(self._edit_note)
            menu.addSeparator()
            charset = menu.addAction(tr("Character set…"))
            charset.triggered.connect(lambda: self._presenter.ask_charset(chosen[0]))
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _make_foot(self) -> None:
        self.notice = label("", "title", wrap=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setTextVisible(False)
        self.progress = ElidedLabel()
        self.skipped = self._button("", self._presenter.list_skipped)
        self.skipped.setObjectName("link")
        self.scan_button = self._button("", self._scan_or_stop)
        foot = QHBoxLayout()
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.skipped)
        self._make_scoring()
        foot.addWidget(self.score_button)
        foot.addWidget(self.scan_button)
        self.column.addWidget(self.notice)
        self.column.addWidget(self.bar)
        self.column.addLayout(foot)
        self.scoring = ElidedLabel()
        self.not_scored = self._button("", self._presenter.list_not_scored)
        self.not_scored.setObjectName("link")
        below = QHBoxLayout()
        self.take_up = self._button(tr("Resume scoring"), self._presenter.scoring.take_up)
        self.take_up.setToolTip(tr("Score what is left; what has its scores is not scored again"))
        below.addWidget(self.scoring, 1)
        below.addWidget(self.take_up)
        below.addWidget(self.not_scored)
        self.column.addLayout(below)

    def _make_scoring(self) -> None:
        self.score_button = QPushButton(tr("A&I scores"))
        menu = QMenu(self.score_button)
        scoring = self._presenter.scoring
        self.selected_action = menu.addAction(tr("Score the selected studies"))
        self.selected_action.triggered.connect(lambda: self._presenter.score(self.chosen()))
        menu.addAction(tr("Score the whole library")).triggered.connect(lambda: self._presenter.score(None))
        menu.addSeparator()
        self.pause_action = menu.addAction(tr("Pause scoring"))
        self.pause_action.triggered.connect(lambda: scoring.resume() if scoring.state.paused else scoring.pause())
        self.stop_action = menu.addAction(tr("Stop scoring"))
        self.stop_action.triggered.connect(scoring.stop)
        menu.aboutToShow.connect(lambda: self.selected_action.setEnabled(bool(self.chosen())))
        self.score_button.setMenu(menu)

    def _fill_folders(self, state: LibraryState) -> None:
        chosen = self._chosen_folders()
        blocked = QSignalBlocker(self.folders)  # the reader has chosen nothing
        self.folders.clear()
        for root in state.roots:
            words = f"{root.title}\n{root.state}" if root.state else root.title
            item = QListWidgetItem(words)
            item.setData(ROOT, root.id)
            item.setToolTip(tip(words))
            if not root.online:
                item.setForeground(self.palette().placeholderText())
            self.folders.addItem(item)
            item.setSelected(root.id in chosen)
        blocked.unblock()

    def _folders_chosen(self) -> None:
        self._enable()
        self._presenter.check(self._chosen_folders())

    def _chosen_folders(self) -> list[int]:
        return [int(item.data(ROOT)) for item in self.folders.selectedItems()]

    def _remove(self) -> None:
        """Remove the chosen folders; before the copy of a disc is deleted, which nothing brings back, ask."""
        chosen = self._chosen_folders()
        copies = [row for row in self.state.roots if row.copy and row.id in chosen]
        if not copies:
            self._presenter.remove(chosen)
            return
        words = (
            tr(
                "Delete “{copy}” from this computer? Its images can then be opened only from the disc itself.",
                copy=copies[0].title,
            )
            if len(copies) == 1
            else tr(
                "Delete {n} copies of discs from this computer? Their images can then be opened only from the discs "
                "themselves.",
                n=len(copies),
            )
        )
        more = tr("Status and notes stay. Undo does not bring the files back.")
        if len(copies) < len(chosen):
            more = tr("{words} The other chosen folders are only forgotten; their files stay.", words=more)
        box = QMessageBox(QMessageBox.Icon.Question, tr("Library"), words, parent=self)
        box.setInformativeText(more)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        delete = box.addButton(tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        delete.clicked.connect(lambda: self._presenter.remove(chosen))
        self.question = box
        box.open()

    def _enable(self) -> None:
        chosen = len(self.table.selected_rows())
        self.open_button.setEnabled(chosen == 1)
        self.note_button.setEnabled(chosen == 1)
        self.read_button.setEnabled(chosen > 0)
        self.new_button.setEnabled(chosen > 0)
        if self.undo.hasFocus() and not self.state.can_undo:
            # Or Qt goes on to “Close”, which the next press of the space bar would press. No study, no table.
            (self.table if self.table.isVisible() else self.search).setFocus()
        self.undo.setEnabled(self.state.can_undo)
        folders = self._chosen_folders()
        self.remove.setEnabled(bool(folders))
        rows = [row for row in self.state.roots if row.id in folders]
        self.watch.setEnabled(bool(rows) and all(row.watchable for row in rows))
        self.watch.setChecked(bool(rows) and all(row.watched for row in rows))

    def _sort(self, column: int, descending: bool) -> None:
        if self._taking:  # the header's arrangement comes back; nobody chose an order
            return
        if column == PICTURE_COLUMN:  # nothing is sorted by it
            self._show_order()
            return
        self._presenter.list.sort(COLUMNS[column][0], descending=descending)

    def _search_for(self, letters: str) -> None:
        self.search.setFocus()
        self.search.setCursorPosition(len(self.search.text()))
        self.search.insert(letters)

    def _activated(self, index: QModelIndex) -> None:
        self._presenter.open(self.model.key(index.row()))

    def _open(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self._presenter.open(chosen[0])

    def _mark(self, status: StudyStatus) -> None:
        self._presenter.mark(self.chosen(), status)

    def _edit_note(self) -> None:
        chosen = self.table.selected_rows()
        if len(chosen) == 1:
            self.table.setColumnHidden(NOTE_COLUMN, False)
            place = self.model.index(chosen[0], NOTE_COLUMN)
            self.table.scrollTo(place)
            self.table.setCurrentIndex(place)
            self.table.setFocus()
            self.table.edit(place)

    def _choose_columns(self, at: QPoint | None) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        header = self.table.horizontalHeader()
        self._add_orders(menu.addMenu(tr("&Sort by")))
        menu.addSeparator()
        shown = header.count() - header.hiddenSectionCount()
        for number, title in enumerate((*(title for _, title, _ in COLUMNS), PICTURE_TITLE)):
            action = menu.addAction(translated(title))
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(number))
            action.setEnabled(number > 0 and (shown > 1 or header.isSectionHidden(number)))  # who it is always shows
            action.toggled.connect(lambda on, number=number: self._show_column(number, on=on))
        menu.popup(self.columns_button.mapToGlobal(QPoint(0, 0)) if at is None else header.viewport().mapToGlobal(at))

    def _add_orders(self, menu: QMenu) -> None:
        """Offer what a click on a title does, for the keyboard: by which column, and which end comes first."""
        header = self.table.horizontalHeader()
        place, present = header.sortIndicatorSection(), header.sortIndicatorOrder()
        columns, orders = QActionGroup(menu), QActionGroup(menu)
        for number in sorted(range(len(COLUMNS)), key=header.visualIndex):
            if not header.isSectionHidden(number):
                first = self.model.headerData(number, Qt.Orientation.Horizontal, Qt.ItemDataRole.InitialSortOrderRole)
                action = columns.addAction(menu.addAction(translated(COLUMNS[number][1])))
                action.setCheckable(True)
                action.setChecked(number == place)
                order = Qt.SortOrder(first)
                action.triggered.connect(lambda _, number=number, order=order: header.setSortIndicator(number, order))
        menu.addSeparator()
        for words, order in (
            (tr("Ascending"), Qt.SortOrder.AscendingOrder),
            (tr("Descending"), Qt.SortOrder.DescendingOrder),
        ):
            action = orders.addAction(menu.addAction(words))
            action.setCheckable(True)
            action.setChecked(order is present)
            action.triggered.connect(lambda _, order=order: header.setSortIndicator(place, order))

    def _show_column(self, number: int, *, on: bool) -> None:
        self.table.setColumnHidden(number, not on)
        if on and self.table.columnWidth(number) < 20:
            self.table.setColumnWidth(number, PICTURE_WIDTH if number == PICTURE_COLUMN else COLUMNS[number][2])
        if number == PICTURE_COLUMN:
            self._fit_rows()
        self.columns_changed.emit(self.columns())

    def _add_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Add folder"))
        if name:
            self._presenter.add((Path(name),))

    def _add_file(self) -> None:
        kinds = tr("ZIP or DICOMDIR (*.zip *.ZIP DICOMDIR dicomdir);;All files (*)")
        names, _ = QFileDialog.getOpenFileNames(self, tr("Add files"), "", kinds)
        self._presenter.add([Path(name) for name in names])

    def _scan_or_stop(self) -> None:
        if self.state.scanning:
            self._presenter.stop()
        else:
            self._presenter.scan()

    def _show_privacy(self) -> None:
        mode = QLineEdit.EchoMode.Password if self._privacy.hidden else QLineEdit.EchoMode.Normal
        self.search.setEchoMode(mode)

    def _left(self) -> None:
        self._typed.stop()
        self._unfilled.stop()
        self._written.stop()
        self._privacy.forget(self._show_privacy)
        self._presenter.detach()

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: act())  # noqa: PLW0108  # without the signal's argument
        return button
