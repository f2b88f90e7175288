"""Reports that files were written, by whichever program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

LOOK_AFTER = 1000
"""Milliseconds from a first write until it is reported: who writes does so many times in a row."""


class WrittenFiles(QObject):
    """Goes by what the system reports; nothing is asked in between."""

    written = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher: QFileSystemWatcher | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.written)

    @property
    def watched(self) -> list[str]:
        """Paths of the files; empty too where the system reports no writing."""
        return self._watcher.files() if self._watcher is not None else []

    def watch(self, path: Path) -> None:
        """Report what is written into a file from now on; harmless when called again."""
        if self._watcher is None:  # it starts a thread
            self._watcher = QFileSystemWatcher(self)
            # Not begun anew by each write: a long scan elsewhere is reported while it runs.
            self._watcher.fileChanged.connect(lambda _: self._soon.isActive() or self._soon.start(LOOK_AFTER))
        if str(path) not in self.watched:
            self._watcher.addPath(str(path))

    def stop(self) -> None:
        """Report nothing of what was written until now."""
        self._soon.stop()
