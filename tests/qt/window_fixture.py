"""A whole window over images and a head that tests make up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from cxrviewer.errors import NotDicomError
from cxrviewer.imaging.contents import Header, SmallPicture
from cxrviewer.imaging.directory import read_directory
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.presenters.head_plans import HeadPlan
from cxrviewer.presenters.reading_room import ReadingRoom
from cxrviewer.qt import theme
from cxrviewer.qt.main_window import MainWindow
from cxrviewer.studies.library import ImageEntry
from tests.fakes import FakeScorer, HeldJobs, fake_image, head_name, header


@dataclass(frozen=True)
class Image:
    header: Header
    radiograph: Radiograph


@dataclass
class Fixture:
    """A window over a folder; every background job waits until the test lets it run."""

    folder: Path
    images: dict[str, Any] = field(default_factory=lambda: {"a": fake_image()})
    """Name -> a radiograph, why it cannot be opened, or a tuple of these for its frames."""
    headers: dict[str, Header] = field(default_factory=dict)
    scorer: FakeScorer = field(default_factory=FakeScorer)
    jobs: Any = field(default_factory=HeldJobs)
    more: list[FakeScorer] = field(default_factory=list)
    ahead: bool = False
    """Decode the neighbours in the list ahead."""

    def __post_init__(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if app.styleSheet() != theme.style_sheet(theme.DARK):
            theme.apply(app)
        for name in self.images:
            (self.folder / name).write_bytes(b"x")
        self.window = MainWindow()
        self.room = ReadingRoom(
            self.window,
            self.jobs,
            read_header=self._header,
            open_image=self._image,
            open_ahead=self._image if self.ahead else None,
            read_directory=lambda path, _: read_directory(path),
            read_thumbnail=self._thumbnail,
            thumbnail=thumbnail,
        )
        self.window.use(self.room)
        self.room.complete()

    def open(self) -> Fixture:
        """Start the head, open the folder and let everything run."""
        self.room.start_heads(self.plans)
        self.room.open_paths((self.folder,))
        self.jobs.release_all()
        QApplication.processEvents()  # layouts show new children from the event loop
        return self

    def plans(self) -> list[HeadPlan]:
        """Return how to start the fake heads."""
        return [plan_of(scorer) for scorer in (self.scorer, *self.more)]

    def key(self, name: str) -> str:
        return ImageEntry(self.folder / name, self._header(self.folder / name)).key

    def picture(self) -> np.ndarray[Any, Any]:
        """Return what the canvas shows, (height, width, 3) uint8."""
        self.window.canvas.repaint()
        return pixels(self.window.canvas.grab().toImage())

    def _header(self, path: Path, cancel: object = None) -> Header:
        if path.name not in self.images:
            raise NotDicomError("The file is neither DICOM nor a picture this program reads.")
        return self.headers.get(path.name) or header(path.name.upper())

    def _thumbnail(self, path: Path, cancel: object) -> Any:
        fake_image = self._image(path, cancel)
        return SmallPicture(fake_image.header, thumbnail(fake_image.radiograph))

    def _image(self, path: Path, cancel: object, frame: int = 0) -> Image:
        found = self.images[path.name]
        if isinstance(found, tuple):
            found = found[frame]
        if isinstance(found, Exception):
            raise found
        return Image(self._header(path), found)


def plan_of(scorer: FakeScorer) -> HeadPlan:
    def make(note: Callable[[Any], None]) -> FakeScorer:
        note(scorer)
        return scorer

    return HeadPlan(head_name(scorer), make)


def pixels(image: QImage) -> np.ndarray[Any, Any]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def drag(canvas: Any, start: QPointF, steps: list[QPointF], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Press, move and release without waiting for a real mouse."""
    kinds = [(QEvent.Type.MouseButtonPress, start, button)]
    kinds += [(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton) for place in steps]
    kinds += [(QEvent.Type.MouseButtonRelease, steps[-1], button)]
    for kind, place, which in kinds:
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(kind, place, canvas.mapToGlobal(place), which, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas.viewport(), event)


Maker = Callable[..., Fixture]
