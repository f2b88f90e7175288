"""The mouse of the benchmarks, and a map to drag over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from cxrviewer.presenters.layer import LayerPicture
from cxrviewer.qt.image_canvas import ImageCanvas

LEFT = Qt.MouseButton.LeftButton


def send(canvas: ImageCanvas, kind: QEvent.Type, at: QPointF, held: Qt.MouseButton = LEFT) -> None:
    """Send a press, move or release of the button that is `held`."""
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else held
    event = QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(canvas.viewport(), event)


def drag_rates(
    canvases: Iterable[ImageCanvas],
    frames: int,
    held: Qt.MouseButton = LEFT,
    after: Callable[[], object] = lambda: None,
) -> tuple[float, float]:
    """Drag over the first canvas; all are painted after every event, and `after` is called.

    Returns
    -------
    tuple of float
        Frames a second by the clock, and by the processor time of this process.
    """
    shown = tuple(canvases)
    first = shown[0]
    place = QPointF(first.width() / 2, first.height() / 2)
    send(first, QEvent.Type.MouseButtonPress, place, held)
    started, used = time.perf_counter(), time.process_time()
    for frame in range(frames):
        send(first, QEvent.Type.MouseMove, place + QPointF(frame % 90, 0.5 * (frame % 160)), held)
        for canvas in shown:
            canvas.viewport().repaint()
        after()
    rates = frames / (time.perf_counter() - started), frames / (time.process_time() - used)
    send(first, QEvent.Type.MouseButtonRelease, place, held)
    return rates


def show_map(canvas: ImageCanvas) -> None:
    """Draw a map of 21 x 18 cells over an image of 3000 x 2500."""
    intensity = np.random.default_rng(0).random((21, 18)).astype(np.float32)
    cell = 2500 / 18
    to_image = np.array([[cell, 0, cell / 2 - 0.5], [0, cell, cell / 2 - 0.5]])
    canvas.show_layer(LayerPicture(intensity, to_image, 0.45, "inferno"), "Map")
