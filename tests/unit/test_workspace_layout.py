"""Layout, active viewport and sync groups."""

from __future__ import annotations

from typing import Any

import pytest

from cxrviewer.reading.values import ImageRef, Point, PresetGrey, RegionGrey, ViewState, WindowGrey, Zoom, ZoomKind
from cxrviewer.workspace.layout import ALL_ASPECTS, Aspect, Frame, Layout, Workspace, followed

CURRENT, PRIOR, LATERAL = (ImageRef("1", "1.1", f"1.1.{n}") for n in range(3))
SQUARE = Frame(rows=1000, columns=1000, scale=0.5)


def hung() -> Workspace:
    return Workspace().with_layout(Layout.TWO).with_image(0, CURRENT).with_image(1, PRIOR)


def test_images_keep_their_places_while_the_layout_changes() -> None:
    workspace = hung().with_layout(Layout.FOUR).with_image(3, LATERAL).activated(3)
    small = workspace.with_layout(Layout.TWO)
    assert (small.shown, small.active, small.images()) == ((0, 1), 1, (PRIOR, CURRENT))
    again = small.with_layout(Layout.FOUR)
    assert again.images() == (PRIOR, CURRENT, LATERAL)


def test_a_double_click_shows_one_viewport_and_goes_back() -> None:
    alone = hung().toggled(1)
    assert (alone.shown, alone.active, alone.images()) == ((1,), 1, (PRIOR,))
    assert alone.followers(1, Aspect.WINDOW) == ()
    assert alone.toggled(1).shown == (0, 1)
    assert Workspace().toggled(0).shown == (0,) and not Workspace().toggled(0).single


def test_the_active_viewport_is_always_one_that_is_shown() -> None:
    with pytest.raises(ValueError, match="not shown"):
        hung().activated(2)
    with pytest.raises(ValueError, match="not shown"):
        hung().toggled(1).activated(0)
    assert hung().stepped(-1).active == 1 and hung().stepped(2).active == 0


def test_only_viewports_with_an_image_follow_and_each_can_leave_the_group() -> None:
    workspace = hung().with_layout(Layout.FOUR).with_image(2, LATERAL)
    assert workspace.followers(0, Aspect.PAN) == (1, 2)
    left = workspace.with_sync(1, ALL_ASPECTS - {Aspect.PAN})
    assert left.followers(0, Aspect.PAN) == (2,) and left.followers(0, Aspect.ZOOM) == (1, 2)
    assert left.followers(1, Aspect.PAN) == ()


def follow(aspect: Aspect, before: ViewState, after: ViewState, own: ViewState, target: Frame = SQUARE) -> ViewState:
    return followed(aspect, before, after, SQUARE, own, target)


def test_a_window_moves_in_units_of_the_followers_own_width() -> None:
    before, after = ViewState(grey=WindowGrey(2000, 1000)), ViewState(grey=WindowGrey(2100, 500), inverted=True)
    own = ViewState(grey=WindowGrey(100, 200))  # another detector: a fifth of the width
    result = follow(Aspect.WINDOW, before, after, own)
    assert result.grey == WindowGrey(120, 100) and result.inverted
    back = follow(Aspect.WINDOW, after, before, result)
    assert back == own


def test_a_preset_is_followed_by_the_preset_of_the_same_number() -> None:
    own = ViewState(grey=WindowGrey(5, 50))
    result = follow(Aspect.WINDOW, ViewState(), ViewState(grey=PresetGrey(1)), own)
    assert result.grey == PresetGrey(1)


def test_a_region_is_not_followed_and_the_automatic_window_is() -> None:
    own = ViewState(grey=WindowGrey(5, 50))
    region = RegionGrey(Point(0, 0), Point(10, 10), 2, 98)
    assert follow(Aspect.WINDOW, ViewState(), ViewState(grey=region), own).grey == WindowGrey(5, 50)
    whole = RegionGrey(Point(0, 0), Point(1000, 1000))
    assert follow(Aspect.WINDOW, ViewState(), ViewState(grey=whole), own).grey == whole


def test_turns_and_flips_keep_their_offset() -> None:
    own = ViewState(quarter_turns=3, flipped=True)  # the prior was stored turned
    result = follow(Aspect.FLIP, ViewState(), ViewState(quarter_turns=1, flipped=True), own)
    # On the screen: left and right exchanged, which undoes the flip and makes 3 quarters right 1, then 1 more.
    assert (result.quarter_turns, result.flipped) == (2, False)


def test_a_zoom_is_passed_on_as_a_factor() -> None:
    # From fit at 0.5 to 1.5 screen pixels per image pixel: three times as large.
    after = ViewState(zoom=Zoom(ZoomKind.FACTOR, 1.5))
    result = follow(Aspect.ZOOM, ViewState(), after, ViewState(), Frame(500, 500, scale=1.0))
    assert result.zoom == Zoom(ZoomKind.FACTOR, 3.0)
    fitted = follow(Aspect.ZOOM, after, ViewState(), result)
    assert fitted.zoom == Zoom() and fitted.centre is None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Frame(500, 400, scale=1.0), Point(200 + 50, 250 - 25)),  # half the rows: half the way
        (Frame(500, 400, scale=1.0, millimetres=0.1), Point(200 + 200, 250 - 100)),  # 0.2 mm against 0.1 mm
    ],
)
def test_a_pan_moves_the_same_part_of_the_body(target: Frame, expected: Point) -> None:
    source = Frame(rows=1000, columns=1000, scale=0.5, millimetres=0.2)
    after = ViewState(centre=Point(600, 450))  # 100 to the right, 50 up from the middle
    assert followed(Aspect.PAN, ViewState(), after, source, ViewState(), target).centre == expected


def test_a_window_has_a_viewport_beside_the_layout_and_closing_it_keeps_the_image() -> None:
    opened = Workspace(Layout.TWO, active=1).with_window()
    assert (opened.in_main, opened.shown, opened.active) == ((0, 1), (0, 1, 4), 4)
    held = opened.with_image(4, PRIOR)
    assert [held.stepped(by).active for by in (1, 2, -1)] == [0, 1, 1]
    closed = held.without_window(4)
    assert (closed.shown, closed.active) == ((0, 1), 1)
    assert closed.with_window().viewports[4].image == PRIOR


def test_one_viewport_fills_the_main_window_while_another_window_is_the_active_one() -> None:
    alone = Workspace(Layout.FOUR, active=2).toggled(2).with_window()
    assert (alone.in_main, alone.shown, alone.active) == ((2,), (2, 4), 4)
    assert alone.toggled(4) == alone
    assert alone.with_layout(Layout.ONE).active == 4


def test_windows_follow_like_viewports_also_while_one_stands_alone() -> None:
    both = Workspace(Layout.TWO).toggled(0).with_window().with_image(0, CURRENT).with_image(4, PRIOR)
    assert both.followers(4, Aspect.ZOOM) == (0,)


@pytest.mark.parametrize("wrong", [{"windows": (3,)}, {"windows": (9,)}, {"active": 5}, {"home": 2}])
def test_a_workspace_with_windows_that_do_not_exist_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="viewport"):
        Workspace(Layout.TWO, **wrong)
