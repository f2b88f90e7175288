"""Colours and style as values: dark, light, and a reading room that is nearly black.

Every text colour reaches a contrast of 4.5:1 on every ground it is used on (WCAG 2.2, 1.4.3), in every theme;
``tests/qt/test_theme.py`` computes it. The canvas is black in all of them, for the image should be the
brightest thing in the room, so what is written on it has colours of its own.
"""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

ON_WHITE = "#2d2d2d"
"""What the veil behind words on the canvas, black at 210 of 255, leaves of a white image."""


class Theme(Struct, frozen=True, kw_only=True):
    """Colours as ``#rrggbb``.

    Attributes
    ----------
    name : str
        What the settings call it.
    window, panel, card, card_hover, chosen : str
        Grounds, from the back to the front.
    text, quiet, disabled, flag, wrong : str
        Words: ordinary, secondary, of commands that cannot run, of warnings, of failures.
    line, accent, switch_edge, handle : str
        Rules, focus and sliders, the edge of a switch, the scroll bar.
    canvas, canvas_text, canvas_quiet, canvas_flag : str
        The ground of the image and the words on it.
    canvas_mark, canvas_chosen : str
        Annotations and their labels, and the selected one.
    """

    name: str
    window: str
    panel: str
    card: str
    card_hover: str
    chosen: str
    line: str
    text: str
    quiet: str
    disabled: str
    flag: str
    wrong: str
    accent: str
    switch_edge: str
    handle: str
    canvas: str = "#000000"
    canvas_text: str = "#e8ebf0"
    canvas_quiet: str = "#c3cad5"
    canvas_flag: str = "#e9b44c"
    canvas_mark: str = "#ffd75e"
    canvas_chosen: str = "#7fd6ff"

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return every pair of text and ground in use."""
        grounds = (self.window, self.panel, self.card, self.card_hover, self.chosen)
        words = [(colour, ground) for colour in (self.text, self.quiet) for ground in grounds]
        words += [(self.flag, ground) for ground in (self.panel, self.card, self.chosen)]
        words += [(self.wrong, ground) for ground in (self.panel, self.card)]
        on_canvas = (self.canvas_text, self.canvas_quiet, self.canvas_flag, self.canvas_mark, self.canvas_chosen)
        return (*words, *((colour, ground) for colour in on_canvas for ground in (self.canvas, ON_WHITE)))


DARK = Theme(
    name="dark",
    window="#14161b",
    panel="#1a1d24",
    card="#242831",
    card_hover="#2b303b",
    chosen="#23425e",
    line="#323843",
    text="#e8ebf0",
    quiet="#a6afbd",
    disabled="#7d8592",
    flag="#e9b44c",
    wrong="#f0938a",
    accent="#62b0ee",
    switch_edge="#7d8798",
    handle="#414857",
)
LIGHT = Theme(
    name="light",
    window="#e9edf2",
    panel="#f4f6f9",
    card="#ffffff",
    card_hover="#e3eaf2",
    chosen="#c4ddf3",
    line="#c3cad4",
    text="#14181f",
    quiet="#444d5b",
    disabled="#7d8592",
    flag="#704300",
    wrong="#a3231b",
    accent="#0b62a8",
    switch_edge="#5b6675",
    handle="#a9b2bf",
)
READING_ROOM = Theme(
    name="reading room",
    window="#040405",
    panel="#08090b",
    card="#121417",
    card_hover="#1a1d22",
    chosen="#15293b",
    line="#1d2127",
    text="#b4bac3",
    quiet="#9098a4",
    disabled="#5f6670",
    flag="#bd8f3c",
    wrong="#cf7d75",
    accent="#4c8fc7",
    switch_edge="#6a7380",
    handle="#2a2f37",
    canvas_text="#b4bac3",
    canvas_quiet="#9098a4",
    canvas_flag="#bd8f3c",
    canvas_mark="#c2a248",
    canvas_chosen="#5ea6cc",
)
THEMES: dict[str, Theme] = {theme.name: theme for theme in (DARK, LIGHT, READING_ROOM)}

_current = [DARK]


def current() -> Theme:
    """Return the theme of the application; what is painted by hand asks for it at every paint."""
    return _current[0]


def style_sheet(t: Theme) -> str:
    """Return the style sheet of the whole application."""
    return f"""
* {{ color: {t.text}; }}
QMainWindow, QDialog {{ background: {t.window}; }}
QToolTip {{ background: {t.card}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QMenuBar {{ background: {t.window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 3px 9px; border-radius: 4px; background: transparent; color: {t.quiet}; }}
QMenuBar::item:selected {{ background: {t.card_hover}; color: {t.text}; }}
QMenu {{ background: {t.card}; border: 1px solid {t.line}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.chosen}; }}
QMenu::item:disabled {{ color: {t.disabled}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 5px 8px; }}
QToolBar {{ background: {t.window}; border: 0; border-bottom: 1px solid {t.line}; padding: 4px 6px; spacing: 3px; }}
QToolBar::separator {{ background: {t.line}; width: 1px; margin: 5px 6px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 5px 7px; }}
QToolBar QToolButton {{ font-size: 11px; padding: 3px 6px 2px 6px; }}
QToolBar QToolButton#qt_toolbar_ext_button {{ background: {t.card}; border-color: {t.line}; padding: 0; }}
QToolButton:hover {{ background: {t.card_hover}; }}
QToolButton:checked {{ background: {t.chosen}; }}
QToolButton:disabled {{ color: {t.disabled}; }}
QToolButton:focus {{ border-color: {t.accent}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QRadioButton::indicator, QCheckBox::indicator {{
    width: 12px; height: 12px; border: 1px solid {t.switch_edge}; background: {t.card};
}}
QRadioButton::indicator {{ border-radius: 7px; }}
QCheckBox::indicator {{ border-radius: 3px; }}
QRadioButton::indicator:checked, QCheckBox::indicator:checked {{
    background: {t.accent}; border-color: {t.text};
}}
QRadioButton::indicator:focus, QCheckBox::indicator:focus {{ border: 2px solid {t.text}; width: 10px; height: 10px; }}
QRadioButton::indicator:disabled, QCheckBox::indicator:disabled {{ border-color: {t.disabled}; }}
QRadioButton:disabled, QCheckBox:disabled {{ color: {t.disabled}; }}
QStatusBar {{ background: {t.window}; border-top: 1px solid {t.line}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ color: {t.quiet}; padding: 2px 8px; }}
QSplitter::handle {{ background: {t.line}; }}
QLabel {{ background: transparent; }}
QLabel#quiet, QLabel#heading, QLabel#research {{ color: {t.quiet}; }}
QLabel#title {{ font-weight: 600; }}
QLabel#flag {{ color: {t.flag}; }}
QLabel#wrong {{ color: {t.wrong}; font-weight: 600; }}
QLabel#identity, QLabel#readout, QLabel#probe, QLabel#layerLabel, QLabel#notes {{ color: {t.canvas_text};
    background: rgba(0, 0, 0, 210); border-radius: 4px; padding: 3px 6px; }}
QLabel#sideLeft, QLabel#sideRight, QLabel#sideUpper, QLabel#sideLower {{ color: {t.canvas_text};
    background: rgba(0, 0, 0, 210); border-radius: 4px; padding: 2px 7px; font-size: 15px; font-weight: 600; }}
QLabel#readout, QLabel#probe {{ color: {t.canvas_quiet}; }}
QLabel#notes {{ color: {t.canvas_flag}; }}
QLabel#message {{ color: {t.text}; background: {t.panel}; border: 1px solid {t.line}; border-radius: 8px;
    padding: 18px 22px; }}
QWidget#panel, QWidget#startPage {{ background: {t.panel}; }}
QWidget#startPage {{ background: {t.canvas}; }}
QWidget#startPage QLabel {{ color: {t.canvas_text}; }}
QWidget#startPage QLabel#quiet {{ color: {t.canvas_quiet}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: 0; }}
QFrame#rule {{ background: {t.line}; max-height: 1px; border: 0; }}
QFrame#tour {{ background: {t.card}; border: 1px solid {t.accent}; border-radius: 8px; }}
QFrame#frames {{ background: {t.panel}; border: 0; border-top: 1px solid {t.line}; }}
QFrame#frames QToolButton {{ padding: 3px 5px; }}
QFrame#notice {{ background: {t.card}; border-radius: 7px; }}
QLineEdit {{ background: {t.window}; border: 1px solid {t.line}; border-radius: 5px; padding: 6px 8px;
    selection-background-color: {t.chosen}; placeholder-text-color: {t.quiet}; }}
QLineEdit:focus {{ border-color: {t.accent}; }}
QListView {{ background: {t.panel}; border: 1px solid transparent; outline: 0; }}
QListView:focus {{ border-color: {t.line}; }}
QListWidget {{ background: {t.panel}; border: 1px solid {t.line}; }}
QListWidget::item {{ padding: 5px 10px; border-radius: 4px; }}
QListWidget::item:selected {{ background: {t.chosen}; }}
QTreeWidget {{ background: {t.panel}; border: 1px solid {t.line}; outline: 0; }}
QTreeWidget::item {{ padding: 3px 4px; }}
QTreeWidget::item:selected {{ background: {t.chosen}; }}
QDialog#palette {{ border: 1px solid {t.accent}; }}
QTableWidget, QTableView {{ background: {t.panel}; alternate-background-color: {t.card}; border: 1px solid {t.line};
    gridline-color: {t.line}; outline: 0; }}
QListWidget:focus, QTreeWidget:focus, QTableView:focus, QTextBrowser:focus {{ border: 1px solid {t.accent}; }}
QPlainTextEdit {{ border: 1px solid {t.line}; }}
QPlainTextEdit:focus {{ border: 1px solid {t.accent}; }}
QScrollArea:focus {{ border: 1px solid {t.accent}; }}
QTabBar::tab {{ border: 1px solid transparent; border-radius: 5px; padding: 5px 14px; margin: 2px; color: {t.quiet}; }}
QTabBar::tab:selected {{ background: {t.chosen}; color: {t.text}; }}
QTabBar::tab:focus {{ border-color: {t.accent}; }}
QAbstractScrollArea::corner {{ background: {t.panel}; border: 0; }}
QTableWidget::item, QTableView::item {{ padding: 0 6px; }}
QTableView::item:selected {{ background: {t.chosen}; color: {t.text}; }}
QHeaderView::section {{ background: {t.card}; color: {t.quiet}; border: 0; padding: 5px 8px; }}
QPushButton {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 5px; padding: 6px 14px; }}
QPushButton:hover {{ background: {t.card_hover}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled {{ color: {t.disabled}; background: transparent; }}
QPushButton:default {{ background: {t.chosen}; border-color: {t.chosen}; }}
QPushButton:default:focus {{ border-color: {t.accent}; }}
QComboBox {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 5px; padding: 5px 10px; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QComboBox:hover {{ background: {t.card_hover}; }}
QComboBox:focus {{ border-color: {t.accent}; }}
QComboBox:disabled {{ color: {t.disabled}; background: transparent; }}
QComboBox QAbstractItemView {{ background: {t.card}; border: 1px solid {t.line};
    selection-background-color: {t.chosen}; selection-color: {t.text}; }}
QPushButton#finding {{ text-align: left; border: 1px solid transparent; border-radius: 7px; padding: 0; }}
QPushButton#finding:checked {{ background: {t.chosen}; }}
QPushButton#finding:focus {{ border-color: {t.accent}; }}
QTextBrowser#paper {{ background: #ffffff; color: #000000; padding: 14px; }}
QPushButton#verdict {{ padding: 4px 6px; }}
QPushButton#verdict:checked {{ border-color: {t.accent}; background: {t.chosen}; font-weight: 600; }}
QPushButton#section, QPushButton#link {{ background: transparent; border: 1px solid transparent; color: {t.quiet};
    text-align: left; padding: 3px 2px; }}
QPushButton#section:hover, QPushButton#link:hover {{ color: {t.text}; }}
QPushButton#section:focus, QPushButton#link:focus {{ border-color: {t.accent}; }}
QPushButton#link {{ text-decoration: underline; }}
QToolButton#choice {{ background: {t.card}; border: 1px solid {t.line}; padding: 2px 8px; }}
QToolButton#choice:focus {{ border-color: {t.accent}; }}
QSlider {{ min-height: 22px; }}
QSlider::groove:horizontal {{ height: 4px; background: {t.line}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {t.line}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {t.accent}; }}
QSlider::handle:horizontal:disabled {{ background: {t.disabled}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {t.text}; margin: -6px 0; border-radius: 8px; }}
QProgressBar {{ background: {t.line}; border: 0; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.handle}; border-radius: 4px; min-height: 28px; margin: 1px 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollBar:horizontal {{ height: 0; }}
QTableView QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QTableView QScrollBar::handle:horizontal {{ background: {t.handle}; border-radius: 4px; min-width: 28px;
    margin: 2px 1px; }}
"""


def apply(app: QApplication, theme: Theme = DARK) -> None:
    """Dress the application; Fusion first, so that all three platforms look alike."""
    _current[0] = theme
    app.setStyle("Fusion")
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, theme.window),
        (QPalette.ColorRole.WindowText, theme.text),
        (QPalette.ColorRole.Base, theme.panel),
        (QPalette.ColorRole.AlternateBase, theme.card),
        (QPalette.ColorRole.Text, theme.text),
        (QPalette.ColorRole.Button, theme.card),
        (QPalette.ColorRole.ButtonText, theme.text),
        (QPalette.ColorRole.Highlight, theme.chosen),
        (QPalette.ColorRole.HighlightedText, theme.text),
        (QPalette.ColorRole.PlaceholderText, theme.quiet),
        (QPalette.ColorRole.ToolTipBase, theme.card),
        (QPalette.ColorRole.ToolTipText, theme.text),
        (QPalette.ColorRole.Link, theme.accent),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setStyleSheet(style_sheet(theme))


def small(font: QFont) -> QFont:
    """Return `font` one step smaller, for what stands beside the point."""
    made = QFont(font)
    made.setPointSizeF(max(8.0, font.pointSizeF() * 0.9))
    return made
