"""Colours and style: dark and calm, so that the film is the brightest thing in the room.

Every text colour reaches a contrast of 4.5:1 on every ground it is used on (WCAG 2.2,
1.4.3); ``../tests/qt/test_theme.py`` computes it.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

CANVAS = "#000000"
WINDOW = "#14161b"
PANEL = "#1a1d24"
CARD = "#242831"
CARD_HOVER = "#2b303b"
CHOSEN = "#23425e"
LINE = "#323843"
TEXT = "#e8ebf0"
QUIET = "#a6afbd"
FLAG = "#e9b44c"
WRONG = "#f0938a"
ACCENT = "#62b0ee"
SWITCH_EDGE = "#7d8798"

#: Every pair of text and ground in use.
PAIRS = (
    (TEXT, WINDOW), (TEXT, PANEL), (TEXT, CARD), (TEXT, CARD_HOVER), (TEXT, CHOSEN), (TEXT, CANVAS),
    (QUIET, WINDOW), (QUIET, PANEL), (QUIET, CARD), (QUIET, CARD_HOVER), (QUIET, CHOSEN), (QUIET, CANVAS),
    (FLAG, PANEL), (FLAG, CARD), (FLAG, CHOSEN), (FLAG, CANVAS), (WRONG, PANEL), (WRONG, CARD),
)  # fmt: skip

STYLE = f"""
* {{ color: {TEXT}; }}
QMainWindow, QDialog {{ background: {WINDOW}; }}
QToolTip {{ background: {CARD}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px; }}
QMenuBar {{ background: {WINDOW}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 3px 9px; border-radius: 4px; background: transparent; color: {QUIET}; }}
QMenuBar::item:selected {{ background: {CARD_HOVER}; color: {TEXT}; }}
QMenu {{ background: {CARD}; border: 1px solid {LINE}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {CHOSEN}; }}
QMenu::item:disabled {{ color: #7d8592; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 5px 8px; }}
QToolBar {{ background: {WINDOW}; border: 0; border-bottom: 1px solid {LINE}; padding: 4px 6px; spacing: 3px; }}
QToolBar::separator {{ background: {LINE}; width: 1px; margin: 5px 6px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 5px 9px; }}
QToolButton:hover {{ background: {CARD_HOVER}; }}
QToolButton:checked {{ background: {CHOSEN}; }}
QToolButton:disabled {{ color: #7d8592; }}
QToolButton:focus {{ border-color: {ACCENT}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QStatusBar {{ background: {WINDOW}; border-top: 1px solid {LINE}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ color: {QUIET}; padding: 2px 8px; }}
QSplitter::handle {{ background: {LINE}; }}
QLabel {{ background: transparent; }}
QLabel#quiet, QLabel#heading, QLabel#research {{ color: {QUIET}; }}
QLabel#title {{ font-weight: 600; }}
QLabel#flag {{ color: {FLAG}; }}
QLabel#wrong {{ color: {WRONG}; font-weight: 600; }}
QLabel#identity, QLabel#readout, QLabel#probe, QLabel#layerLabel, QLabel#notes {{
    background: rgba(0, 0, 0, 165); border-radius: 4px; padding: 3px 6px; }}
QLabel#readout, QLabel#probe {{ color: #c3cad5; }}
QLabel#notes {{ color: {FLAG}; }}
QLabel#message {{ color: {TEXT}; background: {PANEL}; border: 1px solid {LINE}; border-radius: 8px;
    padding: 18px 22px; }}
QWidget#panel, QWidget#startPage {{ background: {PANEL}; }}
QWidget#startPage {{ background: {CANVAS}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: 0; }}
QFrame#rule {{ background: {LINE}; max-height: 1px; border: 0; }}
QFrame#notice {{ background: {CARD}; border-radius: 7px; }}
QLineEdit {{ background: {WINDOW}; border: 1px solid {LINE}; border-radius: 5px; padding: 6px 8px;
    selection-background-color: {CHOSEN}; }}
QLineEdit:focus {{ border-color: {ACCENT}; }}
QListView {{ background: {PANEL}; border: 1px solid transparent; outline: 0; }}
QListView:focus {{ border-color: {LINE}; }}
QListWidget {{ background: {PANEL}; border: 1px solid {LINE}; }}
QListWidget::item {{ padding: 5px 10px; border-radius: 4px; }}
QListWidget::item:selected {{ background: {CHOSEN}; }}
QTableWidget {{ background: {PANEL}; alternate-background-color: {CARD}; border: 1px solid {LINE};
    gridline-color: {LINE}; }}
QTableWidget::item {{ padding: 0 6px; }}
QHeaderView::section {{ background: {CARD}; color: {QUIET}; border: 0; padding: 5px 8px; }}
QPushButton {{ background: {CARD}; border: 1px solid {LINE}; border-radius: 5px; padding: 6px 14px; }}
QPushButton:hover {{ background: {CARD_HOVER}; }}
QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:disabled {{ color: #7d8592; background: transparent; }}
QPushButton:default {{ background: {CHOSEN}; border-color: {CHOSEN}; }}
QPushButton:default:focus {{ border-color: {ACCENT}; }}
QPushButton#finding {{ text-align: left; border: 1px solid transparent; border-radius: 7px; padding: 0; }}
QPushButton#finding:checked {{ background: {CHOSEN}; }}
QPushButton#finding:focus {{ border-color: {ACCENT}; }}
QPushButton#section, QPushButton#link {{ background: transparent; border: 1px solid transparent; color: {QUIET};
    text-align: left; padding: 3px 2px; }}
QPushButton#section:hover, QPushButton#link:hover {{ color: {TEXT}; }}
QPushButton#section:focus, QPushButton#link:focus {{ border-color: {ACCENT}; }}
QPushButton#link {{ text-decoration: underline; }}
QToolButton#choice {{ background: {CARD}; border: 1px solid {LINE}; padding: 2px 8px; }}
QToolButton#choice:focus {{ border-color: {ACCENT}; }}
QSlider {{ min-height: 22px; }}
QSlider::groove:horizontal {{ height: 4px; background: {LINE}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {ACCENT}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {LINE}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {ACCENT}; }}
QSlider::handle:horizontal:disabled {{ background: #5a6272; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {TEXT}; margin: -6px 0; border-radius: 8px; }}
QProgressBar {{ background: {LINE}; border: 0; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 2px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: #414857; border-radius: 4px; min-height: 28px; margin: 1px 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollBar:horizontal {{ height: 0; }}
"""


def apply(app: QApplication) -> None:
    """Dress the application; Fusion first, so that all three platforms look alike."""
    app.setStyle("Fusion")
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, WINDOW),
        (QPalette.ColorRole.WindowText, TEXT),
        (QPalette.ColorRole.Base, PANEL),
        (QPalette.ColorRole.AlternateBase, CARD),
        (QPalette.ColorRole.Text, TEXT),
        (QPalette.ColorRole.Button, CARD),
        (QPalette.ColorRole.ButtonText, TEXT),
        (QPalette.ColorRole.Highlight, CHOSEN),
        (QPalette.ColorRole.HighlightedText, TEXT),
        (QPalette.ColorRole.PlaceholderText, QUIET),
        (QPalette.ColorRole.ToolTipBase, CARD),
        (QPalette.ColorRole.ToolTipText, TEXT),
        (QPalette.ColorRole.Link, ACCENT),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setStyleSheet(STYLE)


def small(font: QFont) -> QFont:
    """Return `font` one step smaller, for what stands beside the point."""
    made = QFont(font)
    made.setPointSizeF(max(8.0, font.pointSizeF() * 0.9))
    return made
