"""Which pixels belong to a region and what their values are, against counts and sums made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydicom.dataset import Dataset

from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.presets import modality_unit, read_modality
from cxrviewer.reading.annotations import Ellipse, Polygon, Rectangle, Region
from cxrviewer.reading.region import BINS, in_words, pixels_in, rows_of, values_in
from cxrviewer.reading.values import Point
from tests.fakes import fake_image

P = Point


def inside(region: Region, rows: int = 10, columns: int = 10) -> set[tuple[int, int]]:
    """Return (row, column) of the pixels."""
    top, left, mask = pixels_in(region, rows, columns)
    return {(top + int(row), left + int(column)) for row, column in np.argwhere(mask)}


def test_a_pixel_belongs_to_a_rectangle_with_its_centre() -> None:
    # Centres of columns 2, 3 (2.5, 3.5) and of row 5 (5.5).
    assert inside(Rectangle(P(1.6, 5.5), P(4.4, 6.4))) == {(5, 2), (5, 3)}
    assert inside(Rectangle(P(4.4, 6.4), P(1.6, 5.5))) == {(5, 2), (5, 3)}  # drawn the other way


def test_an_ellipse_leaves_its_corners_out() -> None:
    # Radius 1.5: the centres of the corners are root 2 away from the middle.
    assert inside(Ellipse(P(2, 2), P(5, 5))) == {(r, c) for r in (2, 3, 4) for c in (2, 3, 4)}
    # Radius 2 round (4, 4): centres at 0.5 and 1.5; (1.5, 1.5) is 2.12 away.
    expected = {(r, c) for r in range(2, 6) for c in range(2, 6)} - {(2, 2), (2, 5), (5, 2), (5, 5)}
    assert inside(Ellipse(P(2, 2), P(6, 6))) == expected


def test_a_triangle_and_a_hole_by_the_even_odd_rule() -> None:
    # Row r has its centre at r + 0.5, where the right edge lies at 4.2 - (r + 0.5): 3.7, 2.7, 1.7, 0.7.
    expected = {(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0)}
    assert inside(Polygon((P(0, 0), P(4.2, 0), P(0, 4.2)))) == expected
    # A square run round twice, the second time smaller: its middle is outside.
    ring = Polygon((P(0, 0), P(9, 0), P(9, 9), P(0, 9), P(0, 0), P(3, 3), P(3, 6), P(6, 6), P(6, 3), P(3, 3)))
    assert inside(ring) == {(r, c) for r in range(9) for c in range(9)} - {(r, c) for r in (3, 4, 5) for c in (3, 4, 5)}


@pytest.mark.parametrize(
    "region",
    [
        Rectangle(P(20, 20), P(30, 30)),
        Rectangle(P(3, 3), P(3, 8)),
        Ellipse(P(3, 3), P(3, 8)),
        Polygon((P(2, 2), P(4, 2), P(8, 2))),
        Polygon((P(-50, -50), P(-1, -50), P(-1, -1))),
    ],
)
def test_a_region_without_pixels_has_no_values(region: Region) -> None:
    assert inside(region) == set()
    assert values_in(fake_image(codes=np.ones((10, 10), np.uint16)), region) is None


def test_a_region_that_reaches_outside_counts_what_lies_inside() -> None:
    everything = {(r, c) for r in range(10) for c in range(10)}
    assert inside(Rectangle(P(-5, -5), P(99, 99))) == everything
    assert inside(Polygon((P(-1e5, -1e5), P(1e5, -1e5), P(1e5, 1e5), P(-1e5, 1e5)))) == everything


CORNERS = st.lists(st.builds(P, st.floats(-3, 13), st.floats(-3, 13)), min_size=3, max_size=9)


@given(CORNERS)
@settings(max_examples=150)
def test_a_polygon_holds_the_pixels_whose_centre_a_ray_says_are_inside(corners: list[Point]) -> None:
    found = inside(Polygon(tuple(corners)))
    ends = [*corners[1:], corners[0]]
    for row in range(10):
        for column in range(10):
            x, y = column + 0.5, row + 0.5
            crossings = 0
            nearest = math.inf
            for a, b in zip(corners, ends, strict=True):
                if (a.row <= y) == (b.row <= y):
                    continue
                cross = a.column + (y - a.row) * (b.column - a.column) / (b.row - a.row)
                nearest = min(nearest, abs(cross - x))
                crossings += cross <= x
            if nearest > 1e-6:  # on the line itself either answer is right
                assert ((row, column) in found) == (crossings % 2 == 1)


def test_mean_deviation_and_range_are_in_modality_units() -> None:
    codes = np.zeros((4, 4), np.uint16)
    codes[0] = (10, 20, 30, 40)
    image = replace(fake_image(codes=codes), modality=Rescale(slope=2, intercept=-100), unit="HU")
    found = values_in(image, Rectangle(P(0, 0), P(4, 1)))
    assert found is not None
    # Values -80, -60, -40, -20: mean -50, squares of the distances 900, 100, 100, 900, their mean 500.
    assert (found.pixels, found.mean, found.lowest, found.highest) == (4, -50, -80, -20)
    assert found.deviation == pytest.approx(math.sqrt(500), rel=1e-12)
    assert sum(found.histogram) == 4 and len(found.histogram) == BINS
    # 60 units in 64 steps: -60 is 20 / 60 of the way, step 21; the highest value belongs to the last step.
    assert [n for n, count in enumerate(found.histogram) if count] == [0, 21, 42, 63]
    assert in_words(found) == "mean -50, SD 22.36, -80 to -20 HU"
    assert rows_of(found)[0] == ("Pixels", "4") and rows_of(found)[2] == ("Standard deviation", "22.36 HU")


def test_padding_is_no_value_and_a_missing_unit_is_said() -> None:
    codes = np.full((4, 4), 4000, np.uint16)
    codes[0, 0] = 7
    found = values_in(fake_image(codes=codes, padding=(3990, 4095)), Rectangle(P(0, 0), P(4, 4)))
    assert found is not None
    assert (found.pixels, found.mean, found.deviation) == (1, 7, 0)
    assert in_words(found) == "mean 7, SD 0, 7 to 7 (no unit)"


def test_colour_has_no_values() -> None:
    assert values_in(fake_image(colour=True), Rectangle(P(0, 0), P(4, 4))) is None


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"RescaleSlope": 2, "RescaleIntercept": -1000, "RescaleType": "HU"}, "HU"),
        ({"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "OD"}, "OD/1000"),
        ({"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "US"}, ""),
        ({"RescaleSlope": 1, "RescaleIntercept": 0}, ""),
        # A slope of 0 cannot be used: what is left are stored values, not Hounsfield units.
        ({"RescaleSlope": 0, "RescaleIntercept": 0, "RescaleType": "HU"}, ""),
        ({"RescaleType": "HU"}, ""),
    ],
)
def test_the_unit_is_that_of_the_step_in_use(attributes: dict[str, object], expected: str) -> None:
    header = Dataset()
    for name, value in attributes.items():
        setattr(header, name, value)
    modality, _ = read_modality(header, np.arange(4096.0), little=True)
    assert modality_unit(header, modality) == expected
