"""The Heads dialog: what is installed, its evidence, and installing more."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.presenters.head_details import Approval, FindingLine
from cxrviewer.presenters.heads import HeadDetail, HeadRow, HeadsPresenter, HeadsState, Notice
from cxrviewer.presenters.heads_state import HeadStatus, ResultRow
from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt import theme
from cxrviewer.qt.dialogs import Dialog
from cxrviewer.qt.head_card_dialog import HeadCardDialog
from cxrviewer.qt.widgets import ENTER, Switch, heading, label, local_paths, tip
from cxrviewer.text import tr, translated

KEY = Qt.ItemDataRole.UserRole
TICK_MS = 150
STATUS_STYLES = {HeadStatus.DEFAULT: "title", HeadStatus.AWAITS_APPROVAL: "title", HeadStatus.NOT_USABLE: "wrong"}


class HeadsDialog(Dialog):
    """A list at the left, what the chosen head declares about itself at the right. Packs may be dropped on it."""

    def __init__(self, presenter: HeadsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(tr("Model heads"), parent)
        self._presenter = presenter
        self.setAcceptDrops(True)
        self.state: HeadsState | None = None
        self._drawn: HeadDetail | None = None
        self._rows: tuple[HeadRow, ...] = ()
        self._left = ""
        """The command of the page that had the focus, and lost it when commands went off or the page was drawn anew."""
        self._make_top()
        self._make_middle()
        self._make_buttons()
        self.resize(1040, 660)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(presenter.tick)
        self.finished.connect(presenter.detach)
        presenter.attach(self)

    # HeadsView.

    def show_heads(self, state: HeadsState) -> None:
        self.state = state
        focused, before = self._focused(), self._drawn
        self._show_busy(state.busy)
        self._show_notice(state.notice)
        self._show_rows(state.rows, state.chosen.key if state.chosen is not None else "")
        self.empty.setVisible(not state.rows and not state.busy)
        if _lasting(state.chosen) != _lasting(self._drawn):
            self._show_detail(state.chosen)
        elif state.chosen is not None:
            self._show_commands(state.chosen)
        self._drawn = state.chosen
        if before is not None and state.chosen is not None and before.key == state.chosen.key:
            self._focus_again(focused, waits=bool(state.busy))

    # Events.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.list.hasFocus() and self._drawn is not None:
            # On to what can be done with the chosen head; nothing is switched by that.
            for one in (self.use, self.enabled, self.withdraw, self.remove):
                if one.isEnabled() and one.isVisible():
                    one.setFocus(Qt.FocusReason.TabFocusReason)
                    return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event)
        if paths:
            event.acceptProposedAction()
            self._presenter.install_all(paths)

    # Inside.

    def _make_top(self) -> None:
        self.busy = QFrame()
        self.busy.setObjectName("notice")
        row = QHBoxLayout(self.busy)
        self.busy_text = label()
        bar = QProgressBar()
        bar.setAccessibleName(tr("Progress"))
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self._presenter.cancel)
        row.addWidget(self.busy_text)
        row.addWidget(bar, 1)
        row.addWidget(cancel)
        self.notice = QFrame()
        self.notice.setObjectName("notice")
        across = QHBoxLayout(self.notice)
        words = QVBoxLayout()
        self.notice_title = label(wrap=True)
        self.notice_problems = label("", "quiet", wrap=True)
        self.notice_problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(self.notice_title)
        self._problems = _scroll(self.notice_problems)
        words.addWidget(self._problems)
        self.results = QScrollArea()
        self.results.setWidgetResizable(True)
        self.results.setFrameShape(QFrame.Shape.NoFrame)
        words.addWidget(self.results)
        across.addLayout(words, 1)
        self.undo = QPushButton()
        self.undo.setAutoDefault(False)
        self.undo.clicked.connect(self._presenter.undo)
        self.offer = QPushButton()
        self.offer.setAutoDefault(False)
        self.offer.clicked.connect(lambda _: self._presenter.accept_offer(0))
        across.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignTop)
        for part in (self.busy, self.notice):
            part.hide()
            self.column.addWidget(part)

    def _make_middle(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(18)
        left = QVBoxLayout()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Model heads"))
        self.list.setFixedWidth(310)
        self.list.setSpacing(1)
        self.list.currentItemChanged.connect(self._row_chosen)
        self.empty = label(tr("No model head is installed. Drop a .cxrhead file here."), "quiet", wrap=True)
        left.addWidget(self.empty)
        left.addWidget(self.list, 1)
        across.addLayout(left)
        self.detail = QScrollArea()
        self.detail.setWidgetResizable(True)
        self.detail.setFrameShape(QFrame.Shape.NoFrame)
        self.detail.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        across.addWidget(self.detail, 1)
        self.column.addLayout(across, 1)

    def _make_buttons(self) -> None:
        for words, slot in (
            (tr("Install a &file…"), self._choose_file),
            (tr("Install a f&older…"), self._choose_folder),
        ):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.finish()

    def _choose_file(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Install model heads"), "", tr("Model heads (*.cxrhead)"))
        if names:
            self._presenter.install_all([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Install a model head's folder"))
        if name:
            self._presenter.install(Path(name))

    def _row_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._presenter.choose(str(item.data(KEY)))

    def _show_busy(self, words: str) -> None:
        self.busy_text.setText(words)
        self.busy.setVisible(bool(words))
        if words:
            self._timer.start()
        else:
            self._timer.stop()

    def _show_notice(self, notice: Notice | None) -> None:
        self.notice.setVisible(notice is not None)
        if notice is None:
            return
        self.notice_title.setObjectName("wrong" if notice.wrong else "title")
        style = self.notice_title.style()  # a style by name is looked up again only when asked to
        style.unpolish(self.notice_title)
        style.polish(self.notice_title)
        self.notice_title.setText(notice.title)
        self.notice_problems.setText("\n".join(notice.problems))
        self._problems.setVisible(bool(notice.problems))
        width = self.width() - 90
        for button, text in ((self.undo, notice.undo), (self.offer, notice.offer)):
            button.setText(text)
            button.setVisible(bool(text))
            width -= button.sizeHint().width() + 12 if text else 0
        height = self.notice_problems.heightForWidth(max(200, width))
        self._problems.setFixedHeight(min(150, height + 6))
        self._show_results(notice.results)

    def _show_results(self, results: tuple[ResultRow, ...]) -> None:
        self.results.setVisible(bool(results))
        old = self.results.takeWidget()
        if old is not None:
            old.deleteLater()  # not at once: it may hold the very button whose signal brought us here
        if not results:
            return
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 10, 0)
        grid.setColumnStretch(1, 1)
        for number, row in enumerate(results):
            grid.addWidget(label(row.name, "wrong" if row.wrong else "quiet"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_selectable(row.words), number, 1)
            if row.offer:
                button = QPushButton(row.offer)
                button.setAutoDefault(False)
                button.clicked.connect(lambda _, number=number: self._presenter.accept_offer(number))
                grid.addWidget(button, number, 2, Qt.AlignmentFlag.AlignTop)
        self.results.setWidget(page)
        self.results.setFixedHeight(min(180, page.heightForWidth(max(200, self.width() - 90)) + 6))

    def _show_rows(self, rows: tuple[HeadRow, ...], chosen: str) -> None:
        self.list.blockSignals(True)
        if rows != self._rows:  # not on every choice: the list may be in the middle of telling us of one
            self._rows = rows
            self._fill_list(rows)
        for number, row in enumerate(rows):
            if row.key == chosen:
                self.list.setCurrentRow(number)
        self.list.blockSignals(False)

    def _fill_list(self, rows: tuple[HeadRow, ...]) -> None:
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.title}\n{translated(row.status.value)} · {row.detail}")
            item.setData(KEY, row.key)
            item.setToolTip(tip(f"{row.title}\n{row.detail}"))
            item.setSizeHint(QSize(0, 50))
            if row.wrong:
                item.setForeground(QColor(theme.current().wrong))
            self.list.addItem(item)

    def _show_detail(self, detail: HeadDetail | None) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        if detail is not None:
            self._fill(column, detail)
        column.addStretch(1)
        column.addWidget(label(translated(RESEARCH), "quiet"))
        old = self.detail.takeWidget()
        if old is not None:
            old.deleteLater()  # not at once: it may hold the very switch whose signal brought us here
        self.detail.setWidget(page)
        if detail is not None:
            self._order_keys(detail)

    def _order_keys(self, detail: HeadDetail) -> None:
        """Let Tab go from the list through the page, which is newer than the buttons below, and then to those."""
        order: list[QWidget] = [self.list, self.use, self.enabled, self.card, self.withdraw, self.remove]
        if detail.approval is not None:
            order += [self.understood, self.approve]
        for before, after in itertools.pairwise(order):
            QWidget.setTabOrder(before, after)

    def _fill(self, column: QVBoxLayout, detail: HeadDetail) -> None:
        top = QHBoxLayout()
        title = label(detail.title, "title", wrap=True)
        top.addWidget(title, 1)
        top.addWidget(label(translated(detail.status.value), STATUS_STYLES.get(detail.status, "quiet")))
        column.addLayout(top)
        column.addLayout(self._commands(detail))
        if detail.approval is not None:
            self._fill_approval(column, detail.key, detail.approval)
        if detail.reasons:
            column.addWidget(heading(tr("Why it cannot be used")))
            column.addWidget(_selectable("\n".join(detail.reasons)))
        if detail.facts:
            column.addLayout(_grid(detail.facts))
        if detail.findings:
            column.addWidget(heading(tr("Findings and their evidence")))
            column.addWidget(_findings(detail.findings))
            for made in _images(detail.findings):
                column.addWidget(made)

    def _fill_approval(self, column: QVBoxLayout, key: str, approval: Approval) -> None:
        column.addWidget(heading(tr("Let this program run?")))
        column.addWidget(label(approval.warning, wrap=True))
        column.addLayout(_grid([*approval.files, (tr("Digest"), f"SHA-256 {approval.digest}")]))
        row = QHBoxLayout()
        self.understood = Switch(tr("I have read &this and want it to run"))
        self.approve = QPushButton(tr("&Approve"))
        self.approve.setAutoDefault(False)
        self.approve.setEnabled(False)
        self.understood.toggled.connect(self.approve.setEnabled)
        self.approve.clicked.connect(lambda: self._presenter.approve(key, approval.digest))
        row.addWidget(self.understood)
        row.addStretch(1)
        row.addWidget(self.approve)
        column.addLayout(row)

    def _focused(self) -> str:
        """Return the name of the command of the page that has the focus, or would have it; empty for none."""
        if self._drawn is None:
            return ""
        if self._left and self.list.hasFocus():
            return self._left
        return next((name for name in ("use", "enabled", "card") if getattr(self, name).hasFocus()), "")

    def _focus_again(self, name: str, *, waits: bool) -> None:
        """Give the focus back to a command; while it is off the list has it, which is not drawn anew."""
        self._left = ""
        if name:
            command: QWidget = getattr(self, name)
            self._left = name if waits and not command.isEnabled() else ""
            (command if command.isEnabled() and not command.isHidden() else self.list).setFocus()

    def _show_commands(self, detail: HeadDetail) -> None:
        self.use.setEnabled(detail.can_use)
        self.enabled.setEnabled(detail.can_switch)
        self.remove.setEnabled(detail.can_remove)
        self.withdraw.setEnabled(detail.can_switch)

    def _commands(self, detail: HeadDetail) -> QHBoxLayout:
        row = QHBoxLayout()
        self.use = QPushButton(tr("Make &default"))
        self.use.setToolTip(tr("Its findings come first, and its map is the one chosen when a film opens"))
        self.use.setAutoDefault(False)
        self.use.clicked.connect(lambda: self._presenter.use(detail.key))
        self.enabled = Switch(tr("On"))
        self.enabled.setToolTip(tr("Every head that is on scores every film that is opened"))
        self.enabled.setChecked(detail.enabled and not detail.reasons and detail.approval is None)
        self.enabled.toggled.connect(lambda on: self._presenter.set_enabled(detail.key, on))
        self.remove = QPushButton(tr("&Remove"))
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(lambda: self._presenter.remove(detail.key))
        row.addWidget(self.use)
        row.addWidget(self.enabled)
        self.card = QPushButton(tr("Model &card…"))
        self.card.setAutoDefault(False)
        self.card.setVisible(bool(detail.card))
        self.card.clicked.connect(lambda: HeadCardDialog(detail.title, detail.card, self).open())
        row.addWidget(self.card)
        row.addStretch(1)
        self.withdraw = QPushButton(tr("&Withdraw approval"))
        self.withdraw.setAutoDefault(False)
        self.withdraw.setVisible(detail.can_withdraw)
        self.withdraw.clicked.connect(lambda: self._presenter.withdraw(detail.key))
        row.addWidget(self.withdraw)
        self._show_commands(detail)
        row.addWidget(self.remove)
        return row


def _lasting(detail: HeadDetail | None) -> HeadDetail | None:
    """Return what the page is drawn from, without the buttons: they go off and on with everything that runs."""
    if detail is None:
        return None
    return replace(detail, can_use=False, can_switch=False, can_remove=False)


def _scroll(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


def _selectable(text: str) -> QLabel:
    made = label(text, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _grid(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, 96)  # two of them on a page begin their second column at one place
    for number, (name, value) in enumerate(rows):
        grid.addWidget(label(name, "quiet"), number, 0, Qt.AlignmentFlag.AlignTop)
        # A hash has no blank to break at, and would make the page as wide as itself.
        grid.addWidget(_selectable(value.replace("SHA-256 ", "SHA-256\n")), number, 1)
    return grid


def _findings(lines: tuple[FindingLine, ...]) -> QTableWidget:
    columns = (tr("Finding"), tr("Threshold"), tr("AUC (95 % interval)"), tr("Positives"))
    table = QTableWidget(len(lines), len(columns))
    table.setAccessibleName(", ".join(columns))
    table.setHorizontalHeaderLabels(columns)
    for column, title in enumerate(columns):  # the last one gives way in a narrow window
        table.model().setHeaderData(column, Qt.Orientation.Horizontal, title, Qt.ItemDataRole.ToolTipRole)
    table.verticalHeader().hide()
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setTabKeyNavigation(False)  # Tab leaves it, arrow keys read it
    for row, line in enumerate(lines):
        for column, text in enumerate((line.name, line.threshold, line.auc, line.positives)):
            item = QTableWidgetItem(text)
            item.setToolTip(tip(text))
            if not line.validated:
                item.setForeground(QColor(theme.current().quiet))
            table.setItem(row, column, item)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    height = header.sizeHint().height() + sum(table.rowHeight(row) for row in range(len(lines))) + 4
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setFixedHeight(height)  # the page scrolls, not the table in it
    return table


def _images(lines: tuple[FindingLine, ...]) -> list[QLabel]:
    """Return on which films the findings were measured: too long for a column, and the same for most of them."""
    names: dict[str, list[str]] = {}
    for line in lines:
        if line.data:
            names.setdefault(line.data, []).append(line.name)
    return [
        _selectable(tr("{findings}: {images}", findings=", ".join(findings), images=images))
        for images, findings in names.items()
    ]
