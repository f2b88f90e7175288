"""Two images side by side in the real window: mouse, keys, drag and drop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.qt import theme
from cxrviewer.qt.image_canvas import ImageCanvas, Tool
from cxrviewer.qt.worklist_panel import FILM_MIME
from cxrviewer.reading.values import WindowGrey
from cxrviewer.workspace.layout import Layout
from tests.fakes import film
from tests.qt.desk import drag, pixels


def beside(make_desk: Any) -> Any:
    """Return a desk with ``a`` and ``b`` side by side; the second viewport is the active one."""
    grey = np.full((400, 300), 1000, np.uint16)
    desk = make_desk(films={"a": film(codes=grey), "b": film(codes=grey + 1500, key="b")}).open()
    desk.window.canvas.setFocus()
    key(desk, Qt.Key.Key_F6)
    key(desk, Qt.Key.Key_V)
    desk.room.worklist.select(desk.key("b"))
    desk.jobs.release_all()
    QApplication.processEvents()
    return desk


def key(desk: Any, which: Qt.Key) -> None:
    QTest.keyClick(desk.window, which)
    QApplication.processEvents()


def canvas(desk: Any, number: int) -> ImageCanvas:
    found: ImageCanvas = desk.window.viewports.canvas(number)
    return found


def identity(desk: Any, number: int) -> str:
    return canvas(desk, number).words()["identity"][:1]


def middle(one: ImageCanvas) -> QPointF:
    return QPointF(one.rect().center())


def window(desk: Any, number: int) -> tuple[float, float]:
    grey = desk.room.viewports.pane(number).film.seen.grey
    assert isinstance(grey, WindowGrey)
    return grey.center, grey.width


def test_two_images_side_by_side_each_under_its_own_name(make_desk: Any) -> None:
    desk = beside(make_desk)
    first, second = canvas(desk, 0), canvas(desk, 1)
    assert first.isVisible() and second.isVisible()
    assert abs(first.width() - second.width()) <= 1
    assert (identity(desk, 0), identity(desk, 1)) == ("A", "B")
    left, right = (pixels(one.grab().toImage()) for one in (first, second))
    assert right[right.shape[0] // 2, right.shape[1] // 2, 0] > left[left.shape[0] // 2, left.shape[1] // 2, 0] + 50
    assert desk.window.worklist.current() == desk.key("b")


def test_the_active_viewport_has_the_accent_as_its_border_and_one_alone_has_none(make_desk: Any) -> None:
    desk = beside(make_desk)

    def borders() -> list[str]:
        grid = desk.window.viewports
        picture = grid.grab().toImage()
        frames = [canvas(desk, number).parentWidget().geometry() for number in (0, 1)]
        return [picture.pixelColor(frame.left(), frame.center().y()).name() for frame in frames]

    assert borders() == [theme.current().line, theme.current().accent]
    drag(canvas(desk, 0), middle(canvas(desk, 0)), [middle(canvas(desk, 0))])  # a click
    assert borders() == [theme.current().accent, theme.current().line]
    assert desk.window.canvas is canvas(desk, 0)
    key(desk, Qt.Key.Key_F5)
    assert canvas(desk, 0).geometry() == canvas(desk, 0).parentWidget().rect()
    assert not canvas(desk, 1).isVisible()


def test_a_window_drag_in_one_is_followed_by_the_other_until_it_leaves(make_desk: Any) -> None:
    desk = beside(make_desk)
    first = canvas(desk, 0)
    drag(first, middle(first), [middle(first) + QPointF(20, 40), middle(first) + QPointF(40, 80)])
    assert window(desk, 1) == pytest.approx(window(desk, 0))  # both began with the same window
    before = window(desk, 1)
    key(desk, Qt.Key.Key_Y)
    assert "not synced" in first.words()["readout"] and "not synced" not in canvas(desk, 1).words()["readout"]
    drag(first, middle(first), [middle(first) + QPointF(30, 0)])
    assert window(desk, 1) == before != window(desk, 0)


def test_zoom_and_pan_are_followed_and_fit_brings_both_back(make_desk: Any) -> None:
    desk = beside(make_desk)
    first, second = canvas(desk, 0), canvas(desk, 1)
    fitted = second.scale_factor()
    assert second.fit_scale() == pytest.approx(fitted)
    start = middle(first)
    drag(first, start, [start - QPointF(0, 75)], Qt.MouseButton.RightButton)
    assert first.scale_factor() == pytest.approx(fitted * 2**0.5, rel=0.01)
    assert second.scale_factor() == pytest.approx(first.scale_factor(), rel=0.01)
    drag(first, start, [start + QPointF(25, 10)], Qt.MouseButton.MiddleButton)
    shown = [one.film_point(middle(one)) for one in (first, second)]
    assert (shown[0] - shown[1]).manhattanLength() < 1.5
    key(desk, Qt.Key.Key_F)
    assert second.scale_factor() == pytest.approx(fitted)


def double_click(one: ImageCanvas) -> None:
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick):
        button = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
        place = middle(one)
        event = QMouseEvent(kind, place, one.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(one.viewport(), event)
    QApplication.processEvents()


def test_a_double_click_shows_one_alone_and_then_all_again(make_desk: Any) -> None:
    desk = beside(make_desk)
    double_click(canvas(desk, 0))
    assert canvas(desk, 0).isVisible() and not canvas(desk, 1).isVisible()
    assert canvas(desk, 0).width() > 700
    double_click(canvas(desk, 0))
    assert canvas(desk, 1).isVisible() and identity(desk, 1) == "B"
    desk.window.action("tool.length").trigger()
    double_click(canvas(desk, 0))  # two points of a distance, no other layout
    assert canvas(desk, 1).isVisible()


def test_tools_are_those_of_all_viewports_also_of_new_ones(make_desk: Any) -> None:
    desk = beside(make_desk)
    desk.window.action("tool.length").trigger()
    key(desk, Qt.Key.Key_F7)
    assert [one.tool for one in desk.window.viewports.canvases] == [Tool.DRAW] * 3
    first = canvas(desk, 0)
    drag(first, first.view_point(50, 50), [first.view_point(150, 50)])
    drawn = desk.room.viewports.pane(0).annotations._open.reading.reading.annotations
    assert len(drawn) == 1
    key(desk, Qt.Key.Key_V)
    desk.window.action("tool.zoom").trigger()
    assert [one.tool for one in desk.window.viewports.canvases] == [Tool.ZOOM] * 3


def test_a_film_is_dragged_from_the_worklist_into_a_viewport(make_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = beside(make_desk)
    work, window_ = desk.window.worklist, desk.window
    dragged: list[QMimeData] = []

    def drop(self: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        data, button, free = self.mimeData(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        dragged.append(QMimeData())
        dragged[-1].setData(FILM_MIME, data.data(FILM_MIME))
        assert data.formats() == [FILM_MIME] and data.data(FILM_MIME).data() == b"1"  # nothing about the patient
        place = canvas(desk, 0).mapTo(window_, canvas(desk, 0).rect().center())
        enter = QDragEnterEvent(place, actions, data, button, free)
        window_.dragEnterEvent(enter)
        assert enter.isAccepted()
        window_.dropEvent(QDropEvent(QPointF(place), actions, data, button, free))
        return actions

    monkeypatch.setattr(QDrag, "exec", drop)
    index = work.model.index_of(desk.key("b"))
    desk.window.viewports.active.setFocus()
    work.list.setCurrentIndex(index)
    work.list.startDrag(Qt.DropAction.CopyAction)
    desk.jobs.release_all()
    assert (identity(desk, 0), identity(desk, 1)) == ("B", "B")
    assert desk.room.viewports.workspace.active == 0
    assert work.dragged(dragged[0]) == ""  # after the drag, or from another program, it says nothing


def test_a_press_on_a_row_opens_it_at_once_only_while_there_is_one_viewport(make_desk: Any) -> None:
    desk = make_desk(films={"a": film(), "b": film(key="b")}).open()
    work = desk.window.worklist

    def press(name: str, send: Any) -> None:
        place = work.list.visualRect(work.model.index_of(desk.key(name))).center()
        send(work.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    press("b", QTest.mousePress)
    assert desk.room.worklist.current == desk.key("b")
    press("b", QTest.mouseRelease)
    desk.room.viewports.set_layout(Layout.TWO)
    press("a", QTest.mousePress)
    assert desk.room.worklist.current == desk.key("b")  # it may become a drag
    press("a", QTest.mouseRelease)
    assert desk.room.worklist.current == desk.key("a")


def test_the_keyboard_reaches_every_viewport(make_desk: Any) -> None:
    desk = beside(make_desk)
    canvas(desk, 0).setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert desk.room.viewports.workspace.active == 0
    key(desk, Qt.Key.Key_V)
    assert desk.window.canvas is canvas(desk, 1)
    key(desk, Qt.Key.Key_I)
    assert desk.room.viewports.pane(1).film.seen.inverted


def test_a_name_that_is_longer_than_its_viewport_is_broken_and_not_cut(make_desk: Any) -> None:
    desk = beside(make_desk)
    key(desk, Qt.Key.Key_F7)
    one = canvas(desk, 0)
    one.show_identity("LONG, NAME OF SOMEBODY   ID PHANTOM-0001-0002-0003   58 y F", "CHEST PA   2026-11-01")
    label = one._words.identity
    assert label.geometry().right() < one.viewport().width()
    assert label.height() >= label.heightForWidth(label.width()) > 3 * label.fontMetrics().height()
    one.show_identity("A   ID 1", "")
    assert label.height() < 2 * label.fontMetrics().height()


def test_an_empty_viewport_says_in_whole_lines_how_to_fill_it(make_desk: Any) -> None:
    desk = beside(make_desk)
    key(desk, Qt.Key.Key_F8)
    label = canvas(desk, 2)._words.message
    assert label.text().startswith("Drag a film here")
    assert label.isVisible() and label.height() >= label.heightForWidth(label.width())
