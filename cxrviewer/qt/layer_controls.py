"""Switch, opacity, colours and legend of the layer over the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.qt.theme import small
from cxrviewer.qt.widgets import ElidedLabel, Switch, label
from cxrviewer.settings import COLOUR_MAPS
from cxrviewer.text import msg, tr, translated

if TYPE_CHECKING:
    from cxrviewer.presenters.layer import LayerControls

NAMES = {
    "inferno": msg("Inferno"),
    "viridis": msg("Viridis"),
    "cividis": msg("Cividis"),
    "turbo": msg("Turbo"),
    "red": msg("Red"),
}
SAFE = frozenset({"viridis", "cividis"})
"""Maps whose order of colours is kept in red-green colour blindness (docs/decisions/0022-what-the-layer-shows.md)."""
#: The grey the legend is drawn over: dark, so that "no evidence" shows as nothing.
GROUND = 36
TICK_MS = 100


class Legend(QWidget):
    """The colours from no evidence to the head's fixed reference, at full opacity."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = ""  # until the presenter names them
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def take(self, colours: str) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._colours:
            return
        import numpy as np

        from cxrviewer.qt.image_canvas import layer_colours

        table = layer_colours(self._colours).astype(np.float64)
        alpha = table[:, 3:] / 255
        mixed = np.rint(table[:, :3] * alpha + GROUND * (1 - alpha)).astype(np.uint8)
        image = QImage(mixed.tobytes(), 256, 1, 768, QImage.Format.Format_RGB888)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), image)


class LayerControlsWidget(QWidget):
    """Draws what `LayerPresenter` decided."""

    visible_toggled = Signal(bool)
    opacity_changed = Signal(int)
    colours_changed = Signal(str)
    map_requested = Signal()
    tick = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._compute_key = ""
        self._running = False
        self.switch = Switch(tr("Heat map"))
        self.switch.clicked.connect(self.visible_toggled)
        self.finding = ElidedLabel()
        self.finding.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(tr("Opacity of the heat map"))
        self.slider.valueChanged.connect(self.opacity_changed)
        self.value = label("", little=False)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setFixedWidth(self.fontMetrics().horizontalAdvance("100 %") + 4)
        self.colours = QToolButton()
        self.colours.setObjectName("choice")
        self.colours.setAccessibleName(tr("Colours of the heat map"))
        self.colours.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.colours.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self.colours)
        for name in COLOUR_MAPS:
            words = translated(NAMES.get(name, name))
            if name in SAFE:
                words = tr("{name} (colour-blind safe)", name=words)
            menu.addAction(words).setData(name)
        menu.triggered.connect(lambda action: self.colours_changed.emit(action.data()))
        self.colours.setMenu(menu)
        self.whose = ElidedLabel()
        self.whose.setObjectName("quiet")
        self.whose.setFont(small(self.font()))
        self.compute = QPushButton()
        self.compute.clicked.connect(self.map_requested)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress"))
        self.progress.setTextVisible(False)
        self._timer = QTimer(self)  # runs only while a map is computed
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.legend = Legend()
        self.caption = label("", "quiet", wrap=True, little=True)
        self._lay_out()
        self.compute.hide()
        self.progress.hide()

    def show_layer_controls(self, controls: LayerControls) -> None:
        self.switch.setChecked(controls.visible)
        self.finding.setText(controls.finding)
        # The presenter gets the reader's moves only, not its own answer.
        self.slider.blockSignals(True)
        self.slider.setValue(controls.opacity)
        self.slider.blockSignals(False)
        self.value.setText(f"{controls.opacity} %")
        self.colours.setText(f"{translated(NAMES.get(controls.colours, controls.colours))} ▾")
        self.legend.take(controls.colours)
        self.caption.setText(controls.caption)
        self.whose.setText(controls.whose)
        self.whose.setVisible(bool(controls.whose))
        self._show_request(controls)

    def name_keys(self, heat_map: str, compute: str) -> None:
        """Write the keys of the two commands behind their words."""
        self._compute_key = compute
        self.switch.setText(f"{tr('Heat map')}  {heat_map}".rstrip())
        self._name_compute()

    def _name_compute(self) -> None:
        words = tr("Cancel") if self._running else tr("Compute the map")
        self.compute.setText(f"{words}  {self._compute_key}".rstrip())

    def _show_request(self, controls: LayerControls) -> None:
        running = self._running = controls.of > 0
        self.compute.setVisible(controls.offer)
        self._name_compute()
        self.progress.setVisible(running)
        if running:
            self.progress.setRange(0, controls.of)
            self.progress.setValue(controls.done)
            self._timer.start()
        else:
            self._timer.stop()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.switch)
        first.addWidget(self.finding, 1)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(label(tr("Opacity"), "quiet", little=True))
        second.addWidget(self.slider, 1)
        second.addWidget(self.value)
        ends = QHBoxLayout()
        nothing = label(tr("no evidence", context="map"), "quiet", little=True, wrap=True)
        most = label(tr("scale fixed by the head"), "quiet", little=True, wrap=True)
        most.setAlignment(Qt.AlignmentFlag.AlignRight)
        ends.addWidget(nothing, 1)
        ends.addWidget(most, 1)
        last = QHBoxLayout()
        last.addWidget(label(tr("Colours"), "quiet", little=True))
        last.addStretch(1)
        last.addWidget(self.colours)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(5)
        column.addLayout(first)
        column.addWidget(self.whose)
        request_row = QHBoxLayout()
        request_row.setSpacing(8)
        request_row.addWidget(self.compute)
        request_row.addWidget(self.progress, 1)
        column.addLayout(request_row)
        column.addLayout(second)
        column.addWidget(self.legend)
        column.addLayout(ends)
        column.addLayout(last)
        column.addWidget(self.caption)
