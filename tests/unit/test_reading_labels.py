"""Where labels stand: in sight, beside what they name, and over no handle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.reading.labels import HANDLE, Box, Place, placed

VIEW = Box(0, 0, 700, 600)
SIZE = (180.0, 34.0)
INSIDE = st.tuples(st.floats(0, 700), st.floats(0, 600))


def covered(corner: Place, handles: list[Place], size: Place = SIZE) -> list[Place]:
    """Return the handles whose square the label touches."""
    return [
        (x, y)
        for x, y in handles
        if x + HANDLE > corner[0]
        and x - HANDLE < corner[0] + size[0]
        and y + HANDLE > corner[1]
        and y - HANDLE < corner[1] + size[1]
    ]


@given(st.lists(INSIDE, min_size=2, max_size=4))
def test_a_label_lies_in_the_view_and_covers_no_handle(handles: list[Place]) -> None:
    left, top = placed(handles[0], handles[1], handles, SIZE, VIEW)
    assert 0 <= left <= 700 - SIZE[0] and 0 <= top <= 600 - SIZE[1]
    assert covered((left, top), handles) == []


def test_a_label_stands_below_a_level_line_and_outside_of_an_angle() -> None:
    left, top = placed((200, 300), (400, 300), [(200, 300), (400, 300)], SIZE, VIEW)
    assert (left, top) == (300 - SIZE[0] / 2, 300 + 9)
    # The vertex lies left of its rays: the label goes further left.
    left, _ = placed((200, 300), (200, 300), [(300, 200), (200, 300), (300, 400)], SIZE, VIEW)
    assert left + SIZE[0] < 200


def test_at_the_lower_edge_it_goes_above_the_line() -> None:
    _, top = placed((200, 590), (400, 590), [(200, 590), (400, 590)], (250.0, 34.0), VIEW)
    assert top + 34 < 590


def test_a_label_of_what_is_out_of_sight_stays_with_it() -> None:
    left, top = placed((-500, -300), (-300, -300), [(-500, -300), (-300, -300)], SIZE, VIEW)
    assert left < 0 and top < 0


def test_a_view_too_small_for_the_label_still_gives_a_place() -> None:
    left, top = placed((10, 10), (20, 10), [(10, 10), (20, 10)], SIZE, Box(0, 0, 30, 20))
    assert (left, top) == (2, 2)


def test_a_label_keeps_off_the_words_at_the_edge_though_its_line_lies_under_them() -> None:
    free = Box(0, 0, 700, 566)
    left, top = placed((5, 590), (60, 590), [(5, 590), (60, 590)], SIZE, VIEW, free)
    assert left >= 2 and top + SIZE[1] <= 566


def test_a_label_goes_where_no_other_word_lies_over_it_and_stays_where_nothing_is_free() -> None:
    a, b = (300, 400), (400, 400)
    below = placed(a, b, [a, b], SIZE, VIEW)
    assert below[1] > 400
    words = [Box(0, 401, 700, 600)]
    left, top = placed(a, b, [a, b], SIZE, VIEW, None, words)
    assert left == below[0] and top + SIZE[1] < 400  # as far above the line as it was below
    assert 400 - (top + SIZE[1]) == pytest.approx(below[1] - 400)
    assert placed(a, b, [a, b], SIZE, VIEW, None, [Box(500, 401, 700, 600)]) == below  # beside it
    assert placed(a, b, [a, b], SIZE, VIEW, None, [VIEW]) == below
