"""Name, ID and picture of the library's table stay in sight, whatever is scrolled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView

from cxrviewer.presenters.library_rows import COLUMNS, PICTURE_COLUMN, LibraryRow
from cxrviewer.qt import theme
from cxrviewer.qt.library_table import StudyModel, StudyTable
from cxrviewer.studies.index.worklist import Column

PLACES = {column: number for number, (column, _, _) in enumerate(COLUMNS)}
NAME, ID, BORN, ACCESSION = (PLACES[one] for one in (Column.NAME, Column.ID, Column.BIRTH_DATE, Column.ACCESSION))
WIDTH, HEIGHT = 700, 400


def row(number: int) -> LibraryRow:
    cells = tuple(f"{column.name.lower()} {number}" for column, _, _ in COLUMNS)
    return LibraryRow(number, cells, cells, frozenset({ID}), online=True, read=False, note="")


@pytest.fixture(params=[theme.DARK, theme.LIGHT], ids=["dark", "light"])
def table(qtbot: Any, request: pytest.FixtureRequest) -> Iterator[StudyTable]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, request.param)
    model = StudyModel()
    made = StudyTable()
    model.setParent(made)
    qtbot.addWidget(made)
    made.setModel(model)
    model.add_picture_column()
    made.verticalHeader().hide()
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    made.setAlternatingRowColors(True)
    made.setShowGrid(False)
    made.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
    made.setSortingEnabled(True)
    made.setWordWrap(False)
    made.horizontalHeader().setSectionsMovable(True)
    made.horizontalHeader().setHighlightSections(False)
    made.horizontalHeader().moveSection(PICTURE_COLUMN, 0)
    for number, (_, _, width) in enumerate(COLUMNS):
        made.setColumnWidth(number, width)
    made.setColumnWidth(PICTURE_COLUMN, 44)
    model.take_keys(range(1000))
    model.take_rows([row(number) for number in range(1000)])
    picture = QPixmap(20, 20)
    picture.fill(QColor("orange"))
    for number in range(60):
        model.take_picture(number, picture)
    made.resize(WIDTH, HEIGHT)
    made.show()
    qtbot.waitExposed(made)
    yield made
    theme.apply(application, theme.DARK)


def order(table: StudyTable) -> list[int]:
    header = table.horizontalHeader()
    return [header.logicalIndex(place) for place in range(header.count())]


def who(table: StudyTable) -> QImage:
    """Return what is on the screen where picture, name and ID lie before anything is scrolled."""
    return table.grab(QRect(1, 1, 44 + 210 + 110, HEIGHT - 20)).toImage()


def scroll(table: StudyTable, share: float = 1.0) -> None:
    bar = table.horizontalScrollBar()
    assert bar.maximum() > 300  # there is something to scroll to
    bar.setValue(round(share * bar.maximum()))


def at(table: StudyTable, column: int, row: int) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center()


def test_who_the_patient_is_looks_the_same_however_far_the_table_is_scrolled(table: StudyTable) -> None:
    table.selectRow(2)
    before = who(table)
    for share in (0.01, 0.5, 1.0):
        scroll(table, share)
        assert who(table) == before
    table.verticalScrollBar().setValue(7)
    scrolled = who(table)
    assert scrolled != before
    table.horizontalScrollBar().setValue(0)
    assert who(table) == scrolled


def test_what_changes_while_scrolled_is_drawn(table: StudyTable) -> None:
    scroll(table)
    before = who(table)
    table.selectRow(1)
    selected = who(table)
    model = table.model()
    assert isinstance(model, StudyModel)
    model.take_keys(list(range(1000))[::-1])
    assert table.columnWidth(BORN) == 90
    reordered = who(table)
    table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    sorted_ = who(table)
    table.setColumnWidth(NAME, 150)
    narrow = who(table)
    shown = [before, selected, reordered, sorted_, narrow]
    assert not [one for one in range(1, 5) if shown[one] == shown[one - 1]]
    table.horizontalHeader().hideSection(ID)
    assert table.pinned_widths() == {PICTURE_COLUMN: 44, NAME: 150}
    table.horizontalHeader().showSection(ID)
    assert table.pinned_widths() == {PICTURE_COLUMN: 44, NAME: 150, ID: 110}


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, of: QObject) -> None:
        super().__init__()
        self.count = 0
        of.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_a_picture_that_comes_while_its_column_is_scrolled_away_is_drawn(table: StudyTable, qtbot: Any) -> None:
    scroll(table)
    paints = Paints(table._cells)
    qtbot.waitUntil(lambda: paints.count > 0, timeout=60_000)
    before = paints.count
    picture = QPixmap(20, 20)
    picture.fill(QColor("blue"))
    model = table.model()
    assert isinstance(model, StudyModel)
    model.take_picture(0, picture)
    qtbot.waitUntil(lambda: paints.count > before, timeout=60_000)
    assert who(table).pixelColor(18, 45) == QColor("blue")


def test_a_click_on_the_patient_chooses_the_study_scrolls_nothing_and_shift_goes_on_from_it(table: StudyTable) -> None:
    scroll(table)
    where = table.horizontalScrollBar().value()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at(table, NAME, 1))
    assert table.currentIndex() == table.model().index(1, NAME)
    assert table.indexAt(QPoint(20, 5)).column() == PICTURE_COLUMN
    last = table.viewport().rect().right() - 5
    QTest.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        QPoint(last, at(table, NAME, 4).y()),
    )
    assert sorted(index.row() for index in table.selectionModel().selectedRows()) == [1, 2, 3, 4]
    assert table.horizontalScrollBar().value() == where
    # The mouse is the table's, whose tooltips and menu are of the row and column that are seen.
    assert table.childAt(table.viewport().mapTo(table, at(table, NAME, 1))) is table.viewport()


def test_keys_bring_each_column_out_from_behind_the_patient(table: StudyTable) -> None:
    scroll(table)
    table.setCurrentIndex(table.model().index(0, ACCESSION))
    for column in reversed(order(table)[3:]):
        assert table.currentIndex().column() == column
        assert table.columnViewportPosition(column) >= 44 + 210 + 110
        assert table.columnViewportPosition(column) + table.columnWidth(column) <= table.viewport().width()
        QTest.keyClick(table, Qt.Key.Key_Left)
    assert table.currentIndex().column() == ID


def test_a_cell_that_is_brought_to_the_screen_is_not_behind_the_patient(table: StudyTable) -> None:
    scroll(table)
    place = table.model().index(3, BORN)
    assert table.columnViewportPosition(BORN) < 0
    table.scrollTo(place)
    assert table.visualRect(place).left() >= 44 + 210 + 110


def test_the_titles_that_stay_sort_and_resize_the_table(table: StudyTable) -> None:
    scroll(table)
    header, chosen = table.pinned_header, []
    model = table.model()
    assert isinstance(model, StudyModel)
    model.order_chosen.connect(lambda column, descending: chosen.append((column, descending)))
    place = QPoint(header.sectionViewportPosition(ID) + 40, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert sorted(chosen) == [(ID, False), (ID, True)]
    assert table.horizontalHeader().sortIndicatorSection() == ID
    header.resizeSection(NAME, 123)
    assert table.columnWidth(NAME) == 123
    table.horizontalHeader().setSortIndicator(BORN, Qt.SortOrder.AscendingOrder)
    assert header.sortIndicatorSection() == BORN


def test_the_columns_that_stay_come_first_and_keep_their_own_order(table: StudyTable) -> None:
    header = table.horizontalHeader()
    header.moveSection(header.visualIndex(ID), 0)
    assert order(table)[:3] == [ID, PICTURE_COLUMN, NAME]
    header.moveSection(header.visualIndex(NAME), 9)
    header.moveSection(header.visualIndex(ACCESSION), 0)
    assert order(table)[:4] == [ID, PICTURE_COLUMN, NAME, ACCESSION]


def test_in_a_narrow_table_the_picture_gives_way_and_others_have_a_place(table: StudyTable) -> None:
    table.resize(500, HEIGHT)
    scroll(table)
    assert list(table.pinned_widths()) == [NAME, ID]
    assert sum(table.pinned_widths().values()) <= 0.6 * table.viewport().width()
    assert table.visualRect(table.model().index(0, NAME)).width() > 100
    table.horizontalScrollBar().setValue(0)
    assert table.pinned_widths() == {} and table.pinned_header.isHidden()


def test_a_short_id_stays_whole_beside_a_name_that_needs_all_the_place(table: StudyTable) -> None:
    table.setColumnWidth(NAME, 4000)
    scroll(table)
    most = int(0.6 * table.viewport().width())
    assert table.pinned_widths() == {NAME: most - 110, ID: 110}
    table.setColumnWidth(ID, 3000)
    assert table.pinned_widths() == {NAME: most - most // 2, ID: most // 2} or table.pinned_widths() == {
        NAME: most // 2, ID: most - most // 2,
    }  # fmt: skip


def test_a_double_click_at_the_edge_of_a_title_that_stays_fits_its_column(table: StudyTable) -> None:
    scroll(table)
    header = table.pinned_header
    edge = QPoint(header.sectionViewportPosition(NAME) + header.sectionSize(NAME) - 1, header.height() // 2)
    QTest.mouseMove(header.viewport(), edge)
    QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    assert 40 < table.columnWidth(NAME) < 120  # "name 0" in place of 210 pixels
    assert table.pinned_widths()[NAME] == table.columnWidth(NAME)


def test_from_right_to_left_the_patient_stays_at_the_right_with_the_titles_above_the_columns(table: StudyTable) -> None:
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    wide = table.viewport().width()
    before = [table.visualRect(table.model().index(2, number)) for number in (PICTURE_COLUMN, NAME, ID)]
    right = table.viewport().geometry().right() - 44 - 210 - 110 + 2
    place = QRect(right, 1, 44 + 210 + 108, HEIGHT - 20)  # without the line beside it
    seen = table.grab(place).toImage()
    scroll(table)
    assert [table.visualRect(table.model().index(2, number)) for number in (PICTURE_COLUMN, NAME, ID)] == before
    assert table.pinned_rect(NAME) == (wide - 44 - 210, 210)
    assert table.grab(place).toImage() == seen
    assert table.indexAt(QPoint(wide - 20, 5)).column() == PICTURE_COLUMN
    assert table.indexAt(QPoint(wide - 44 - 210 - 20, 5)).column() == ID
    header = table.pinned_header
    for number, rect in zip((PICTURE_COLUMN, NAME, ID), before, strict=True):
        title = header.viewport().mapTo(table, QPoint(header.sectionViewportPosition(number), 0))
        assert (title.x(), header.sectionSize(number)) == (table.viewport().x() + rect.x(), rect.width())
    table.setCurrentIndex(table.model().index(0, ACCESSION))
    for column in reversed(order(table)[3:]):
        assert table.currentIndex().column() == column
        left = table.columnViewportPosition(column)
        assert left >= 0 and left + table.columnWidth(column) <= wide - 44 - 210 - 110
        QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.currentIndex().column() == ID


def test_a_screen_reader_finds_each_cell_once_and_where_it_is_seen(table: StudyTable) -> None:
    table.selectRow(2)
    scroll(table)
    seen = QAccessible.queryAccessibleInterface(table)
    # With both headers and their corner: what is laid over the table adds nothing.
    assert seen.childCount() == (1000 + 1) * (len(COLUMNS) + 1 + 1)
    where = table.viewport().mapToGlobal(at(table, NAME, 1))
    cell = seen.childAt(where.x(), where.y())
    assert cell.text(QAccessible.Text.Name) == "name 1"
    assert cell.rect().topLeft() == table.viewport().mapToGlobal(
        table.visualRect(table.model().index(1, NAME)).topLeft()
    )
    for part in (table.pinned_header, table._cells):
        assert part.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_a_screen_reader_is_told_what_a_warning_is_about_and_not_the_cell_again(table: StudyTable) -> None:
    model = table.model()
    assert isinstance(model, StudyModel)
    cells = tuple(f"cell {number}" for number in range(len(COLUMNS)))
    tips = ("", "ID\nAnother patient has it.", *cells[2:])
    model.take_rows([LibraryRow(0, cells, tips, frozenset({ID}), online=True, read=False, note="")])
    role = Qt.ItemDataRole.AccessibleDescriptionRole
    assert [model.index(0, number).data(role) or "" for number in (NAME, ID, BORN)] == ["", tips[ID], ""]


class Asked(StudyModel):
    """Counts what it is asked about cells that may be selected."""

    count = 0

    def flags(self, index: Any) -> Qt.ItemFlag:
        self.count += 1
        return super().flags(index)


def test_a_screen_of_100_000_selected_studies_asks_about_the_rows_on_it_only(table: StudyTable) -> None:
    model = Asked(table)
    table.setModel(model)
    model.add_picture_column()
    model.take_keys(range(100_000))
    table.setCurrentIndex(model.index(0, NAME))
    scroll(table)
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_rows() == list(range(100_000))
    table.grab()
    assert 0 < model.count < 10_000


def test_100_000_selected_studies_stay_selected_in_another_order_without_an_index_for_each(table: StudyTable) -> None:
    model = table.model()
    assert isinstance(model, StudyModel)
    model.take_keys(range(100_000))
    table.setCurrentIndex(model.index(1, NAME))
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    held = []
    model.layoutAboutToBeChanged.connect(lambda *_: held.append(len(model.persistentIndexList())))
    table.take_keys(range(99_999, -1, -1))
    assert held and held[0] < 100
    assert table.selected_rows() == list(range(99_999))  # all but study 0, which is the last one now
    table.take_keys([5, 0, 7, 6, 3])
    assert table.selected_rows() == [0, 2, 3, 4]


def test_letters_that_are_typed_in_the_table_are_not_looked_for_among_the_rows_that_are_here(table: StudyTable) -> None:
    typed: list[str] = []
    table.typed.connect(typed.append)
    table.setCurrentIndex(table.model().index(0, NAME))
    QTest.keyClicks(table, "id 7")
    assert "".join(typed) == "id7" and table.currentIndex().row() == 0
