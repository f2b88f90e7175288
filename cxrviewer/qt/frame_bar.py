"""Controls under a viewport for the frames of its image: slider, number, play, rate and loop."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QHBoxLayout, QLabel, QSlider, QToolButton

from cxrviewer.presenters.frames import DEFAULT_RATE, RATES, FramesState
from cxrviewer.qt.symbols import symbol
from cxrviewer.text import tr

SIDE = 16
"""Units of the window system of a button's symbol."""


class FrameBar(QFrame):
    """Draws what `FramesPresenter` decided; hidden for an image with one frame."""

    requested = Signal(int)
    """A frame, from 0."""
    stepped = Signal(int)
    play_requested = Signal()
    rate_chosen = Signal(float)
    loop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("frames")
        self.setAccessibleName(tr("Frames"))
        self.previous = self._button("chevron-left", tr("Frame before"))
        self.play = self._button("play", tr("Play"))
        self.following = self._button("chevron-right", tr("Next frame"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Frame"))
        self.slider.setMinimumWidth(60)
        self.number = QLabel()
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.rate = QDoubleSpinBox()
        self.rate.setAccessibleName(tr("Frames per second"))
        self.rate.setRange(*RATES)
        self.rate.setDecimals(1)
        self.rate.setSuffix(tr(" /s"))
        self.rate.setKeyboardTracking(False)
        self.rate.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.loop = self._button("repeat", tr("Loop"))
        self.loop.setCheckable(True)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.following.clicked.connect(lambda: self.stepped.emit(1))
        self.play.clicked.connect(self.play_requested)
        self.slider.valueChanged.connect(self.requested)
        self.rate.valueChanged.connect(self.rate_chosen)
        self.loop.clicked.connect(self.loop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(4)
        for widget in (self.previous, self.play, self.following):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        row.addSpacing(6)
        row.addWidget(self.rate)
        row.addWidget(self.loop)
        self.hide()

    def show_frames(self, state: FramesState | None) -> None:
        """Show where the reader is, None for an image with one frame."""
        if state is None:
            self.hide()
            return
        with QSignalBlocker(self.slider), QSignalBlocker(self.rate):
            self.slider.setRange(0, state.count - 1)
            self.slider.setPageStep(max(1, state.count // 10))
            # While the reader drags, the slider is where the mouse is; the number is that of the picture.
            if not self.slider.isSliderDown():
                self.slider.setValue(state.shown)
            self.rate.setValue(state.rate)
        widest = f"{state.count} / {state.count}"
        self.number.setMinimumWidth(self.number.fontMetrics().horizontalAdvance(widest) + 6)
        self.number.setText(f"{state.shown + 1} / {state.count}")
        self.rate.setToolTip(
            tr("Frames per second, as the file says")
            if state.stated
            else tr("Frames per second; {rate:g} where the file names no rate", rate=DEFAULT_RATE)
        )
        self.play.setIcon(symbol("pause" if state.playing else "play"))
        name = tr("Pause") if state.playing else tr("Play")
        self.play.setAccessibleName(name)
        self.play.setToolTip(name)
        self.loop.setChecked(state.loops)
        self.show()

    def _button(self, picture: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(symbol(picture))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
