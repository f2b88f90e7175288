"""Windows beside the main one, each with one viewport, and on which screen they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QMoveEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cxrviewer.presenters.messages import RESEARCH
from cxrviewer.qt.widgets import press_by_enter
from cxrviewer.text import tr, translated

LEAST = 80
"""Units of a window's upper edge that must be on a screen, or nobody could move it."""


def free_screen(screens: Iterable[QScreen], taken: Iterable[QScreen]) -> QScreen | None:
    """Return a screen on which there is no window of the program yet."""
    used = list(taken)
    return next((screen for screen in screens if screen not in used), None)


def reachable(window: QRect, screens: Iterable[QRect]) -> bool:
    """Return whether enough of a window's upper edge lies on one of the screens."""
    edge = QRect(window.topLeft(), QSize(window.width(), 1))
    return any(edge.intersected(screen).width() >= min(LEAST, window.width()) for screen in screens)


def brought_back(window: QRect, home: QRect) -> QRect:
    """Return a window in the middle of the screen `home`, no larger than that."""
    size = window.size().boundedTo(home.size())
    room = home.size() - size
    return QRect(home.topLeft() + QPoint(room.width() // 2, room.height() // 2), size)


class FurtherWindow(QWidget):
    """A window for one viewport.

    Signals
    -------
    closed
        The reader closed it.
    changed
        It was moved or resized.
    """

    closed = Signal()
    changed = Signal()

    def __init__(
        self, viewport: QWidget, accepts: Callable[[QDragEnterEvent], bool], drop: Callable[[QDropEvent], None]
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("panel")
        self.setWindowTitle(tr("cxrviewer, further window"))
        self.setAcceptDrops(True)
        self._accepts, self._drop = accepts, drop
        self._ended = False
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        research = QLabel(translated(RESEARCH))
        research.setObjectName("research")
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 3, 8, 3)
        foot.addWidget(self.hint, 1)
        foot.addWidget(research)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(viewport, 1)
        column.addLayout(foot)
        self.viewport = viewport

    def open_on(self, screen: QScreen | None, beside: QRect, place: str) -> None:
        """Show it where it was last (`keep`), else on `screen`, else beside the main window."""
        if not (place and self.restoreGeometry(QByteArray.fromBase64(place.encode("ascii", "ignore")))):
            if screen is not None:
                self.setGeometry(screen.availableGeometry().adjusted(0, 28, 0, 0))
            else:
                self.setGeometry(QRect(beside.topLeft() + QPoint(60, 60), beside.size() * 0.6))
        self.show()

    def keep(self) -> str:
        """Return where it is, for the settings."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def come_back(self, screens: Iterable[QScreen], home: QScreen) -> None:
        """Move to the screen of the main window where its own has gone."""
        if not reachable(self.frameGeometry(), [screen.availableGeometry() for screen in screens]):
            self.setGeometry(brought_back(self.geometry(), home.availableGeometry()))

    def end(self) -> None:
        """Close without telling anybody; the viewport has gone elsewhere."""
        self._ended = True
        self.close()
        self.deleteLater()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._accepts(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_by_enter(event, self.focusWidget()):
            super().keyPressEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.changed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._ended:
            self.closed.emit()
        event.accept()
