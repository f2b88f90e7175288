"""Display shutters and overlays: each table's values are worked out by hand."""

from __future__ import annotations

import io
import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import uid

from cxrviewer.imaging.radiograph import Orientation
from cxrviewer.imaging.shown import shown
from cxrviewer.imaging.shutter import Polygon
from cxrviewer.imaging.tensor import make_input
from cxrviewer.imaging.thumbnails import thumbnail
from tests.builders.geometry import (
    COLUMNS,
    RAMP,
    RECIPE,
    RECTANGLE,
    RECTANGLE_DRAWN,
    ROWS,
    covered,
    drawn,
    overlay_elements,
    packed,
    read_image,
)

# Shutter. Rows and columns count from 1 in the header; "#" is covered below.


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (RECTANGLE, RECTANGLE_DRAWN),
        (
            {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [3, 4], "RadiusOfCircularShutter": 2},
            # (dr, dc) with dr^2 + dc^2 <= 4 about row 3, column 4.
            ["###.####", "##...###", "#.....##", "##...###", "###.####", "########"],
        ),
        (
            # Pixels twice as high as wide: two columns are one row.
            {
                "ShutterShape": "CIRCULAR",
                "CenterOfCircularShutter": [3, 4],
                "RadiusOfCircularShutter": 2,
                "PixelAspectRatio": [2, 1],
            },
            ["########", "###.####", "#.....##", "###.####", "########", "########"],
        ),
        (
            # A right triangle (1,1) (5,1) (5,5): on and below the diagonal, edges included.
            {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 5, 1, 5, 5]},
            [".#######", "..######", "...#####", "....####", ".....###", "########"],
        ),
        (
            # A notch: concave polygons are allowed.
            {
                "ShutterShape": "POLYGONAL",
                "VerticesOfThePolygonalShutter": [1, 1, 6, 1, 6, 7, 1, 7, 1, 5, 4, 5, 4, 3, 1, 3],
            },
            ["...#...#", "...#...#", "...#...#", ".......#", ".......#", ".......#"],
        ),
        (
            # Several shapes at once: what all of them leave.
            {
                **RECTANGLE,
                "ShutterShape": ["RECTANGULAR", "POLYGONAL"],
                "VerticesOfThePolygonalShutter": [1, 1, 5, 1, 5, 5],
            },
            ["########", "########", "#..#####", "#...####", "########", "########"],
        ),
    ],
    ids=["rectangle", "circle", "circle of oblong pixels", "triangle", "notch", "two shapes"],
)
def test_a_shutter_covers_what_lies_outside_its_edges(
    tmp_path: Path, attributes: dict[str, Any], expected: list[str]
) -> None:
    radiograph = read_image(tmp_path, **attributes)
    assert drawn(covered(radiograph)) == expected
    assert [note for note in radiograph.notes if "covers part of the image" in note]


def inside(vertices: list[tuple[int, int]], row: int, column: int) -> bool:
    """Return whether a place lies in or on a polygon, in exact numbers: one ray, edge by edge."""
    odd = False
    for (r1, c1), (r2, c2) in zip(vertices, vertices[1:] + vertices[:1], strict=True):
        turn = (r2 - r1) * (column - c1) - (c2 - c1) * (row - r1)
        if turn == 0 and min(r1, r2) <= row <= max(r1, r2) and min(c1, c2) <= column <= max(c1, c2):
            return True
        if (r1 > row) != (r2 > row) and column < c1 + Fraction((row - r1) * (c2 - c1), r2 - r1):
            odd = not odd
    return odd


@pytest.mark.parametrize("seed", range(12))
def test_polygons_agree_with_a_ray_cast_in_exact_numbers(seed: int) -> None:
    generator = np.random.default_rng(seed)
    angles = np.sort(generator.uniform(0, 2 * np.pi, 7))
    radii = generator.uniform(2, 9, 7)
    # Star-shaped about (8, 8), so that no edges cross, as the standard demands.
    vertices = [(round(8 + r * np.sin(a)), round(8 + r * np.cos(a))) for a, r in zip(angles, radii, strict=True)]
    visible = Polygon(tuple(vertices)).visible(np.arange(17), np.arange(17))
    expected = [[inside(vertices, row, column) for column in range(17)] for row in range(17)]
    np.testing.assert_array_equal(visible, expected)


@pytest.mark.parametrize(
    ("attributes", "noted"),
    [
        ({"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [10, 10]}, "(POLYGONAL) is damaged"),
        ({"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 2, 2, 3, 3]}, "is damaged"),
        ({"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 5, 1, 5]}, "is damaged"),
        ({"ShutterShape": "POLYGONAL"}, "is damaged"),
        ({**RECTANGLE, "ShutterRightVerticalEdge": 1}, "(RECTANGULAR) is damaged"),
        ({**RECTANGLE, "ShutterRightVerticalEdge": None}, "(RECTANGULAR) is damaged"),
        ({**RECTANGLE, "ShutterLeftVerticalEdge": 40, "ShutterRightVerticalEdge": 50}, "cover the whole image"),
        ({"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [3, 4], "RadiusOfCircularShutter": 0}, "damaged"),
        ({"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [3], "RadiusOfCircularShutter": 9}, "damaged"),
        ({"ShutterShape": "DOE JOHN"}, "The display shutter is damaged"),
        ({"ShutterShape": "BITMAP"}, "bitmap display shutter"),
    ],
)
def test_a_shutter_that_cannot_be_used_is_ignored_and_said(
    tmp_path: Path, attributes: dict[str, Any], noted: str
) -> None:
    radiograph = read_image(tmp_path, **attributes)
    assert radiograph.shutter is None
    assert [noted in note for note in radiograph.notes] == [True]
    assert "DOE" not in "".join(radiograph.notes)


def test_a_usable_shape_is_applied_beside_a_damaged_one(tmp_path: Path) -> None:
    both: dict[str, Any] = {
        **RECTANGLE,
        "ShutterShape": ["RECTANGULAR", "POLYGONAL"],
        "VerticesOfThePolygonalShutter": [1, 1],
    }
    radiograph = read_image(tmp_path, **both)
    assert drawn(covered(radiograph)) == RECTANGLE_DRAWN
    assert len(radiograph.notes) == 2


def test_a_shutter_beyond_the_image_covers_nothing_and_needs_no_word(tmp_path: Path) -> None:
    wide: dict[str, Any] = {**RECTANGLE, "ShutterLeftVerticalEdge": 1, "ShutterRightVerticalEdge": 99,
            "ShutterUpperHorizontalEdge": 0, "ShutterLowerHorizontalEdge": 6}  # fmt: skip
    radiograph = read_image(tmp_path, **wide)
    assert radiograph.shutter is None
    assert radiograph.notes == ()


def test_the_covered_part_has_the_grey_of_the_shutter_in_both_polarities(tmp_path: Path) -> None:
    radiograph = read_image(tmp_path, ShutterPresentationValue=0x4000, **RECTANGLE)
    for invert in (False, True):
        picture = shown(radiograph, invert=invert)
        np.testing.assert_allclose(picture[covered(radiograph)], 0x4000 / 0xFFFF, atol=1e-6)
        plain = shown(radiograph, invert=invert, shutter=False)
        np.testing.assert_array_equal(picture[~covered(radiograph)], plain[~covered(radiograph)])
    assert shown(read_image(tmp_path, **RECTANGLE))[0, 0] == 0


def test_the_shutter_of_a_mirrored_image_is_mirrored(tmp_path: Path) -> None:
    mirrored = read_image(tmp_path, PatientOrientation=["R", "H"], **RECTANGLE)
    assert drawn(covered(mirrored)) == [line[::-1] for line in RECTANGLE_DRAWN[::-1]]
    triangle = {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 5, 1, 5, 5]}
    circle = {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [2, 3], "RadiusOfCircularShutter": 2}
    for shape in (triangle, circle):
        turned = covered(read_image(tmp_path, PatientOrientation=["R", "F"], **shape))
        np.testing.assert_array_equal(turned, covered(read_image(tmp_path, **shape))[:, ::-1])


# Overlays.


CROSS = np.zeros((ROWS, COLUMNS), np.bool_)
CROSS[2, 1:5] = CROSS[1:4, 3] = True


@pytest.mark.parametrize("vr", ["OB", "OW"])
@pytest.mark.parametrize("group", [0x6000, 0x6002, 0x601E])
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_an_overlay_is_drawn_white(tmp_path: Path, vr: str, group: int, syntax: str) -> None:
    radiograph = read_image(tmp_path, elements=overlay_elements(CROSS, group, vr), syntax=syntax)
    assert radiograph.overlay is not None
    np.testing.assert_array_equal(radiograph.overlay, CROSS)
    picture, plain = shown(radiograph), shown(radiograph, overlays=False)
    assert (picture[CROSS] == 1).all()
    np.testing.assert_array_equal(picture[~CROSS], plain[~CROSS])
    assert [f"overlay {group:04X}" in note for note in radiograph.notes] == [True]


def test_words_of_a_big_endian_overlay_are_swapped_and_bytes_are_not(tmp_path: Path) -> None:
    swapped = np.frombuffer(packed(CROSS), "<u2").astype(">u2").tobytes()
    for vr, data in (("OW", swapped), ("OB", packed(CROSS))):
        elements = overlay_elements(CROSS, vr=vr, data=data)
        radiograph = read_image(tmp_path, RAMP.astype(np.uint16), elements=elements, syntax=uid.ExplicitVRBigEndian)
        assert radiograph.overlay is not None
        np.testing.assert_array_equal(radiograph.overlay, CROSS)


@pytest.mark.parametrize("origin", [(3, 2), (-1, 0), (5, 7), (0, 1)])
def test_an_overlay_lies_at_its_origin_and_is_cut_at_the_image(tmp_path: Path, origin: tuple[int, int]) -> None:
    plane = np.ones((3, 4), np.bool_)
    expected = np.zeros((ROWS, COLUMNS), np.bool_)
    for row in range(3):
        for column in range(4):
            at = origin[0] - 1 + row, origin[1] - 1 + column
            if 0 <= at[0] < ROWS and 0 <= at[1] < COLUMNS:
                expected[at] = True
    radiograph = read_image(tmp_path, elements=overlay_elements(plane, origin=origin))
    assert radiograph.overlay is not None
    np.testing.assert_array_equal(radiograph.overlay, expected)


def test_a_region_of_interest_is_drawn_as_its_outline(tmp_path: Path) -> None:
    plane = np.zeros((ROWS, COLUMNS), np.bool_)
    plane[1:5, 2:7] = True
    radiograph = read_image(tmp_path, elements=overlay_elements(plane, kind="R"))
    assert radiograph.overlay is not None
    assert drawn(radiograph.overlay) == ["........", "..#####.", "..#...#.", "..#...#.", "..#####.", "........"]
    assert "outline of a region" in radiograph.notes[0]


def test_each_frame_has_its_own_plane_of_a_multi_frame_overlay_elements(tmp_path: Path) -> None:
    planes = np.zeros((2, 3, 3), np.bool_)  # 9 bits each: the second begins inside a byte
    planes[0, 0, 0] = planes[1, 2, 1] = True
    frames = [RAMP, RAMP, RAMP, RAMP]
    for frame, place in ((0, None), (1, (0, 0)), (2, (2, 1)), (3, None)):
        elements = overlay_elements(planes, first_frame=2)
        radiograph = read_image(tmp_path, elements=elements, frames=frames, frame=frame, NumberOfFrames=4)
        found = None if radiograph.overlay is None else [tuple(p) for p in np.argwhere(radiograph.overlay)]
        assert found == (None if place is None else [place])


@pytest.mark.parametrize(
    ("bits", "high", "position"), [(12, 11, 15), (12, 11, 12), (12, 15, 0), (12, 15, 3), (10, 11, 0), (10, 11, 13)]
)
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.RLELossless])
def test_an_overlay_in_unused_bits_is_drawn_and_leaves_the_grey_alone(
    tmp_path: Path, bits: int, high: int, position: int, syntax: str
) -> None:
    grey = RAMP.astype(np.uint16) * 4
    words = (grey << (high + 1 - bits)) | (CROSS.astype(np.uint16) << position)
    elements: dict[int, tuple[str, Any]] = {
        0x60020010: ("US", ROWS),
        0x60020011: ("US", COLUMNS),
        0x60020040: ("CS", "G"),
        0x60020100: ("US", 16),
        0x60020102: ("US", position),
    }
    radiograph = read_image(tmp_path, words, bits=bits, HighBit=high, elements=elements, syntax=syntax)
    np.testing.assert_array_equal(radiograph.codes, grey)
    assert radiograph.overlay is not None
    np.testing.assert_array_equal(radiograph.overlay, CROSS)


@pytest.mark.parametrize(
    "change",
    [
        {0x60003000: ("OW", b"\0\0")},
        {0x60000010: ("US", 0)},
        {0x60000050: ("SS", [1])},
        {0x60000050: ("SS", [1, 900])},
        {0x60003000: ("OW", b""), 0x60000102: ("US", 3)},
        {0x60003000: ("OW", b""), 0x60000102: ("US", 77)},
    ],
)
def test_an_overlay_that_cannot_be_used_is_said(tmp_path: Path, change: dict[int, tuple[str, Any]]) -> None:
    radiograph = read_image(tmp_path, elements={**overlay_elements(CROSS), **change})
    assert radiograph.overlay is None
    assert ["overlay in group 6000 is damaged" in note for note in radiograph.notes] == [True]


def test_an_overlay_that_is_the_bitmap_of_a_shutter_is_not_drawn_as_graphics(tmp_path: Path) -> None:
    elements = overlay_elements(CROSS) | {0x00181600: ("CS", "BITMAP"), 0x00181623: ("US", 0x6000)}
    radiograph = read_image(tmp_path, elements=elements)
    assert radiograph.overlay is None
    assert ["bitmap" in note for note in radiograph.notes] == [True]


def test_the_overlay_of_a_mirrored_image_is_mirrored(tmp_path: Path) -> None:
    radiograph = read_image(tmp_path, elements=overlay_elements(CROSS), PatientOrientation=["R", "F"])
    assert radiograph.overlay is not None
    np.testing.assert_array_equal(radiograph.overlay, CROSS[:, ::-1])


def test_shutter_and_overlay_change_the_key_and_no_tensor(tmp_path: Path) -> None:
    plain = read_image(tmp_path)
    for changed in (read_image(tmp_path, **RECTANGLE), read_image(tmp_path, elements=overlay_elements(CROSS))):
        assert changed.key != plain.key
        np.testing.assert_array_equal(make_input(changed, RECIPE).tensor, make_input(plain, RECIPE).tensor)


def test_colour_images_have_shutter_overlay_and_shape_too(tmp_path: Path) -> None:
    pixels = np.repeat(RAMP[..., None], 3, axis=2)
    radiograph = read_image(tmp_path, pixels, elements=overlay_elements(CROSS), PixelAspectRatio=[2, 1], **RECTANGLE)
    picture = shown(radiograph)
    assert picture.shape == (ROWS, COLUMNS, 3)
    assert (picture[CROSS] == 1).all()
    assert (picture[covered(radiograph) & ~CROSS] == 0).all()
    assert thumbnail(radiograph).shape == (12, 8, 3)


def test_an_image_with_all_of_it_survives_the_way_to_another_process(tmp_path: Path) -> None:
    attributes: dict[str, Any] = {"PatientOrientation": ["R", "F"], "PixelSpacing": [0.4, 0.2], **RECTANGLE}
    radiograph = read_image(tmp_path, elements=overlay_elements(CROSS), **attributes)
    back = pickle.load(io.BytesIO(pickle.dumps(radiograph)))
    np.testing.assert_array_equal(shown(back), shown(radiograph))
    assert (back.key, back.aspect, back.orientation) == (radiograph.key, 2.0, Orientation("L", "F"))
