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
from cxrviewer.qt.image_canvas import ImageCanvas
from cxrviewer.qt.tools import Tool
from cxrviewer.qt.worklist_panel import IMAGE_MIME
from cxrviewer.reading.values import WindowGrey
from cxrviewer.workspace.layout import Layout
from tests.fakes import fake_image
from tests.qt.window_fixture import drag, pixels


def beside(make_window: Any) -> Any:
    """Return a desk with ``a`` and ``b`` side by side; the second viewport is the active one."""
    grey = np.full((400, 300), 1000, np.uint16)
    fixture = make_window(images={"a": fake_image(codes=grey), "b": fake_image(codes=grey + 1500, key="b")}).open()
    fixture.window.canvas.setFocus()
    key(fixture, Qt.Key.Key_F6)
    key(fixture, Qt.Key.Key_V)
    fixture.room.worklist.select(fixture.key("b"))
    fixture.jobs.release_all()
    QApplication.processEvents()
    return fixture


def key(fixture: Any, which: Qt.Key) -> None:
    QTest.keyClick(fixture.window, which)
    QApplication.processEvents()


def canvas(fixture: Any, number: int) -> ImageCanvas:
    found: ImageCanvas = fixture.window.viewports.canvas(number)
    return found


def identity(fixture: Any, number: int) -> str:
    return canvas(fixture, number).words()["identity"][:1]


def middle(one: ImageCanvas) -> QPointF:
    return QPointF(one.rect().center())


def window(fixture: Any, number: int) -> tuple[float, float]:
    grey = fixture.room.viewports.pane(number).image.seen.grey
    assert isinstance(grey, WindowGrey)
    return grey.center, grey.width


def test_two_images_side_by_side_each_under_its_own_name(make_window: Any) -> None:
    fixture = beside(make_window)
    first, second = canvas(fixture, 0), canvas(fixture, 1)
    assert first.isVisible() and second.isVisible()
    assert abs(first.width() - second.width()) <= 1
    assert (identity(fixture, 0), identity(fixture, 1)) == ("A", "B")
    left, right = (pixels(one.grab().toImage()) for one in (first, second))
    assert right[right.shape[0] // 2, right.shape[1] // 2, 0] > left[left.shape[0] // 2, left.shape[1] // 2, 0] + 50
    assert fixture.window.worklist.current() == fixture.key("b")


def test_the_active_viewport_has_the_accent_as_its_border_and_one_alone_has_none(make_window: Any) -> None:
    fixture = beside(make_window)

    def borders() -> list[str]:
        grid = fixture.window.viewports
        picture = grid.grab().toImage()
        frames = [canvas(fixture, number).parentWidget().geometry() for number in (0, 1)]
        return [picture.pixelColor(frame.left(), frame.center().y()).name() for frame in frames]

    assert borders() == [theme.current().line, theme.current().accent]
    drag(canvas(fixture, 0), middle(canvas(fixture, 0)), [middle(canvas(fixture, 0))])  # a click
    assert borders() == [theme.current().accent, theme.current().line]
    assert fixture.window.canvas is canvas(fixture, 0)
    key(fixture, Qt.Key.Key_F5)
    assert canvas(fixture, 0).geometry() == canvas(fixture, 0).parentWidget().rect()
    assert not canvas(fixture, 1).isVisible()


def test_a_window_drag_in_one_is_followed_by_the_other_until_it_leaves(make_window: Any) -> None:
    fixture = beside(make_window)
    first = canvas(fixture, 0)
    drag(first, middle(first), [middle(first) + QPointF(20, 40), middle(first) + QPointF(40, 80)])
    assert window(fixture, 1) == pytest.approx(window(fixture, 0))  # both began with the same window
    before = window(fixture, 1)
    key(fixture, Qt.Key.Key_Y)
    assert "not synced" in first.words()["readout"] and "not synced" not in canvas(fixture, 1).words()["readout"]
    drag(first, middle(first), [middle(first) + QPointF(30, 0)])
    assert window(fixture, 1) == before != window(fixture, 0)


def test_zoom_and_pan_are_followed_and_fit_brings_both_back(make_window: Any) -> None:
    fixture = beside(make_window)
    first, second = canvas(fixture, 0), canvas(fixture, 1)
    fitted = second.scale_factor()
    assert second.fit_scale() == pytest.approx(fitted)
    start = middle(first)
    drag(first, start, [start - QPointF(0, 75)], Qt.MouseButton.RightButton)
    assert first.scale_factor() == pytest.approx(fitted * 2**0.5, rel=0.01)
    assert second.scale_factor() == pytest.approx(first.scale_factor(), rel=0.01)
    drag(first, start, [start + QPointF(25, 10)], Qt.MouseButton.MiddleButton)
    shown = [one.image_point(middle(one)) for one in (first, second)]
    assert (shown[0] - shown[1]).manhattanLength() < 1.5
    key(fixture, Qt.Key.Key_F)
    assert second.scale_factor() == pytest.approx(fitted)


def double_click(one: ImageCanvas) -> None:
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick):
        button = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
        place = middle(one)
        event = QMouseEvent(kind, place, one.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(one.viewport(), event)
    QApplication.processEvents()


def test_a_double_click_shows_one_alone_and_then_all_again(make_window: Any) -> None:
    fixture = beside(make_window)
    double_click(canvas(fixture, 0))
    assert canvas(fixture, 0).isVisible() and not canvas(fixture, 1).isVisible()
    assert canvas(fixture, 0).width() > 700
    double_click(canvas(fixture, 0))
    assert canvas(fixture, 1).isVisible() and identity(fixture, 1) == "B"
    fixture.window.action("tool.length").trigger()
    double_click(canvas(fixture, 0))  # two points of a distance, no other layout
    assert canvas(fixture, 1).isVisible()


def test_tools_are_those_of_all_viewports_also_of_new_ones(make_window: Any) -> None:
    fixture = beside(make_window)
    fixture.window.action("tool.length").trigger()
    key(fixture, Qt.Key.Key_F7)
    assert [one.tool for one in fixture.window.viewports.canvases] == [Tool.DRAW] * 3
    first = canvas(fixture, 0)
    drag(first, first.view_point(50, 50), [first.view_point(150, 50)])
    drawn = fixture.room.viewports.pane(0).annotations._open.reading.reading.annotations
    assert len(drawn) == 1
    key(fixture, Qt.Key.Key_V)
    fixture.window.action("tool.zoom").trigger()
    assert [one.tool for one in fixture.window.viewports.canvases] == [Tool.ZOOM] * 3


def test_a_image_is_dragged_from_the_worklist_into_a_viewport(
    make_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture = beside(make_window)
    work, window_ = fixture.window.worklist, fixture.window
    dragged: list[QMimeData] = []

    def drop(self: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        data, button, free = self.mimeData(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        dragged.append(QMimeData())
        dragged[-1].setData(IMAGE_MIME, data.data(IMAGE_MIME))
        assert data.formats() == [IMAGE_MIME] and data.data(IMAGE_MIME).data() == b"1"  # nothing about the patient
        place = canvas(fixture, 0).mapTo(window_, canvas(fixture, 0).rect().center())
        enter = QDragEnterEvent(place, actions, data, button, free)
        window_.dragEnterEvent(enter)
        assert enter.isAccepted()
        window_.dropEvent(QDropEvent(QPointF(place), actions, data, button, free))
        return actions

    monkeypatch.setattr(QDrag, "exec", drop)
    index = work.model.index_of(fixture.key("b"))
    fixture.window.viewports.active.setFocus()
    work.list.setCurrentIndex(index)
    work.list.startDrag(Qt.DropAction.CopyAction)
    fixture.jobs.release_all()
    assert (identity(fixture, 0), identity(fixture, 1)) == ("B", "B")
    assert fixture.room.viewports.workspace.active == 0
    assert work.dragged(dragged[0]) == ""  # after the drag, or from another program, it says nothing


def test_a_press_on_a_row_opens_it_at_once_only_while_there_is_one_viewport(make_window: Any) -> None:
    fixture = make_window(images={"a": fake_image(), "b": fake_image(key="b")}).open()
    work = fixture.window.worklist

    def press(name: str, send: Any) -> None:
        place = work.list.visualRect(work.model.index_of(fixture.key(name))).center()
        send(work.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    press("b", QTest.mousePress)
    assert fixture.room.worklist.current == fixture.key("b")
    press("b", QTest.mouseRelease)
    fixture.room.viewports.set_layout(Layout.TWO)
    press("a", QTest.mousePress)
    assert fixture.room.worklist.current == fixture.key("b")  # it may become a drag
    press("a", QTest.mouseRelease)
    assert fixture.room.worklist.current == fixture.key("a")


def test_the_keyboard_reaches_every_viewport(make_window: Any) -> None:
    fixture = beside(make_window)
    canvas(fixture, 0).setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert fixture.room.viewports.workspace.active == 0
    key(fixture, Qt.Key.Key_V)
    assert fixture.window.canvas is canvas(fixture, 1)
    key(fixture, Qt.Key.Key_I)
    assert fixture.room.viewports.pane(1).image.seen.inverted


def test_a_name_that_is_longer_than_its_viewport_is_broken_and_not_cut(make_window: Any) -> None:
    fixture = beside(make_window)
    key(fixture, Qt.Key.Key_F7)
    one = canvas(fixture, 0)
    one.show_identity("LONG, NAME OF SOMEBODY   ID PHANTOM-0001-0002-0003   58 y F", "CHEST PA   2026-11-01")
    label = one._words.identity
    assert label.geometry().right() < one.viewport().width()
    assert label.height() >= label.heightForWidth(label.width()) > 3 * label.fontMetrics().height()
    one.show_identity("A   ID 1", "")
    assert label.height() < 2 * label.fontMetrics().height()


def test_an_empty_viewport_says_in_whole_lines_how_to_fill_it(make_window: Any) -> None:
    fixture = beside(make_window)
    key(fixture, Qt.Key.Key_F8)
    label = canvas(fixture, 2)._words.message
    assert label.text().startswith("Drag a film here")
    assert label.isVisible() and label.height() >= label.heightForWidth(label.width())
