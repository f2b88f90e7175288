"""The eight ways to turn and flip a view, against tables made by hand and against pixels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cxrviewer.reading.box import ImageBox
from cxrviewer.reading.turn import Turn

ALL = [Turn(quarters, flipped) for flipped in (False, True) for quarters in range(4)]

# By hand, from a sheet of paper with R, L, H and F written at its edges, mirrored and then turned clockwise.
#                        left right upper lower
EDGES = {
    Turn(0): ("R", "L", "H", "F"),
    Turn(1): ("F", "H", "R", "L"),
    Turn(2): ("L", "R", "F", "H"),
    Turn(3): ("H", "F", "L", "R"),
    Turn(0, True): ("L", "R", "H", "F"),
    Turn(1, True): ("F", "H", "L", "R"),
    Turn(2, True): ("R", "L", "F", "H"),
    Turn(3, True): ("H", "F", "R", "L"),
}
# The picture 1 2 3 / 4 5 6 in the same eight states, by hand.
PIXELS = {
    Turn(0): [[1, 2, 3], [4, 5, 6]],
    Turn(1): [[4, 1], [5, 2], [6, 3]],
    Turn(2): [[6, 5, 4], [3, 2, 1]],
    Turn(3): [[3, 6], [2, 5], [1, 4]],
    Turn(0, True): [[3, 2, 1], [6, 5, 4]],
    Turn(1, True): [[6, 3], [5, 2], [4, 1]],
    Turn(2, True): [[4, 5, 6], [1, 2, 3]],
    Turn(3, True): [[1, 4], [2, 5], [3, 6]],
}


@pytest.mark.parametrize("turn", ALL)
def test_the_letters_go_where_the_edges_go(turn: Turn) -> None:
    assert turn.edges(("R", "L", "H", "F")) == EDGES[turn]


@pytest.mark.parametrize("turn", ALL)
def test_pixels_are_mirrored_first_and_then_turned_clockwise(turn: Turn) -> None:
    shown = turn.pixels(np.array([[1, 2, 3], [4, 5, 6]]))
    assert shown.tolist() == PIXELS[turn]
    assert shown.flags.c_contiguous


@pytest.mark.parametrize("turn", ALL)
def test_a_place_is_shown_where_its_pixel_is_shown(turn: Turn) -> None:
    rows, columns = 2, 3
    a, b, c, d, e, f = turn.affine(columns, rows)
    for row, column in itertools.product(range(rows), range(columns)):
        x = a * (column + 0.5) + c * (row + 0.5) + e
        y = b * (column + 0.5) + d * (row + 0.5) + f
        assert PIXELS[turn][int(y)][int(x)] == 1 + column + 3 * row
        assert turn.box(ImageBox(x - 0.5, y - 0.5, x + 0.5, y + 0.5), columns, rows) == ImageBox(
            column, row, column + 1, row + 1
        )


@pytest.mark.parametrize("turn", ALL)
def test_turning_on_the_screen_turns_what_is_shown(turn: Turn) -> None:
    picture = np.array([[1, 2, 3], [4, 5, 6]])
    shown = turn.pixels(picture)
    np.testing.assert_array_equal(turn.turned(1).pixels(picture), np.rot90(shown, -1))
    np.testing.assert_array_equal(turn.turned(-1).pixels(picture), np.rot90(shown, 1))
    np.testing.assert_array_equal(turn.mirrored().pixels(picture), shown[:, ::-1])


@pytest.mark.parametrize(("own", "before", "after"), [*itertools.product(ALL, ALL, ALL)])
def test_a_follower_does_on_its_screen_what_was_done_on_the_other(own: Turn, before: Turn, after: Turn) -> None:
    picture = np.array([[1, 2, 3], [4, 5, 6]])
    # The one of the eight operations that leads from `before` to `after`, found by trying.
    done = next(one for one in ALL if np.array_equal(one.pixels(before.pixels(picture)), after.pixels(picture)))
    np.testing.assert_array_equal(own.following(before, after).pixels(picture), done.pixels(own.pixels(picture)))


def test_the_read_out_names_turn_and_flip() -> None:
    assert Turn().describe() == ""
    assert Turn(3).describe() == "turned 90° left"
    assert Turn(2, True).describe() == "FLIPPED left to right  ·  turned 180°"


def test_there_are_four_quarters() -> None:
    with pytest.raises(ValueError, match="0 to 3"):
        Turn(4)
