"""Calibration, saliency geometry and the feature density, against values worked out by hand."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.heads.contract import CalibrationInterval, Code, SaliencyMap
from cxrviewer.heads.eligibility.ood_detector import FORMAT_VERSION, OodDetector
from cxrviewer.heads.inference.calibration import probability, probability_interval, sigmoid
from cxrviewer.heads.inference.saliency import intensity, map_to_image
from tests.builders import heads as build


def test_probability_is_the_sigmoid_of_slope_times_logit_plus_offset() -> None:
    spec = build.finding(0, value="1", meaning="x", slope=2.0, offset=-0.5)
    # By hand: 2 * 0.75 - 0.5 = 1; 1 / (1 + e**-1) = 0.731059.
    assert probability(spec, 0.75) == pytest.approx(0.7310585786)


def known(slope_error: float, offset_error: float, correlation: float) -> CalibrationInterval:
    return CalibrationInterval(
        slope_error=slope_error, offset_error=offset_error, correlation=correlation, n=100, positives=9, patients=80,
        data="made",
    )  # fmt: skip


def test_the_interval_of_a_probability_is_that_of_its_logit() -> None:
    spec = build.finding(0, value="1", meaning="x", slope=1.0, offset=-2.0)
    assert probability_interval(spec, 2.0) is None
    # Variance at logit 2: 0.1^2 * 4 + 2 * 2 * 0.1 * 0.2 * -0.5 + 0.2^2 = 0.04, error 0.2; 0 +- 1.959964 * 0.2.
    low, high = probability_interval(replace(spec, interval=known(0.1, 0.2, -0.5)), 2.0) or (0.0, 0.0)
    assert (low, high) == pytest.approx((0.403238, 0.596762), abs=1e-6)
    # At logit -2 the same errors add up: 0.04 + 0.04 + 0.04, error 0.34641; -4 +- 0.678951.
    low, high = probability_interval(replace(spec, interval=known(0.1, 0.2, -0.5)), -2.0) or (0.0, 0.0)
    assert (low, high) == pytest.approx((0.009203, 0.034856), abs=1e-6)


def test_an_interval_holds_its_probability_and_survives_what_is_extreme() -> None:
    for correlation in (-1.0, 0.0, 1.0):
        spec = build.finding(0, value="1", meaning="x", slope=1000.0, offset=-1000.0)
        spec = replace(spec, interval=known(1000.0, 1000.0, correlation))
        for logit in (-3e38, -1.0, 0.0, 1.0, 3e38):
            low, high = probability_interval(spec, logit) or (2.0, -2.0)
            assert 0 <= low <= probability(spec, logit) <= high <= 1


def test_sigmoid_is_symmetric_and_never_overflows() -> None:
    for x in (0.1, 5.0, 40.0, 800.0):
        assert sigmoid(-x) == pytest.approx(1 - sigmoid(x), abs=1e-15)
    assert math.isfinite(sigmoid(-1e308)) and math.isfinite(sigmoid(1e308))


def test_cells_lie_on_the_image_where_their_pixels_came_from() -> None:
    # A 2240 x 2240 image in a 224 tensor: one tensor pixel is 10 image pixels, a 7 x 7 cell is 320.
    to_image = np.array([[10.0, 0, 4.5], [0, 10.0, 4.5]])
    affine = map_to_image(to_image, (224, 224), (7, 7))
    # The first cell covers image pixels 0 to 319, so its centre is 159.5; the last 1920 to 2239.
    assert affine @ [0, 0, 1] == pytest.approx([159.5, 159.5])
    assert affine @ [6, 6, 1] == pytest.approx([2079.5, 2079.5])


def test_cells_of_unequal_sides_keep_columns_and_rows_apart() -> None:
    affine = map_to_image(np.array([[1.0, 0, 0], [0, 1.0, 0]]), (100, 60), (10, 3))
    # Columns: 60 / 3 = 20 wide, centre of column 1 at 29.5. Rows: 10 high, centre of row 2 at 24.5.
    assert affine @ [1, 2, 1] == pytest.approx([29.5, 24.5])


def test_a_faint_map_stays_faint() -> None:
    values = np.array([[0.0, 0.4], [2.0, 9.0]], np.float32)
    made = SaliencyMap(Code("SCT", "1", "x"), values, 4.0, "Grad-CAM", np.eye(3)[:2])
    assert intensity(made) == pytest.approx(np.array([[0, 0.1], [0.5, 1.0]]))
    faint = replace(made, values=(values / 100).astype(np.float32))
    assert intensity(faint).max() == pytest.approx(0.0225)  # 9 / 100 / 4: not stretched to 1


def two_channel_detector(**changes: Any) -> OodDetector:
    made = OodDetector(
        channel_mean=np.array([1.0, 0.0]),
        channel_basis=np.array([[1.0, 0.0]]),  # keeps the first channel
        mean=np.array([0.0, 2.0]),  # two positions
        basis=np.array([[0.0, 1.0]]),  # looks along the second
        scale=np.array([0.5]),
        residual_scale=4.0,
        threshold=10.0,
    )
    return replace(made, **changes)


def test_distance_is_the_whitened_square_plus_the_relative_residual() -> None:
    features = np.array([[[[3.0, 4.0]], [[99.0, -99.0]]]], np.float32)  # (1, 2, 1, 2)
    # Channel 0 minus 1: (2, 3). Minus mean: (2, 1). Along the basis: 1 -> (1 / 0.5)**2 = 4.
    # Left over: (2, 0), squared 4, over 4**2: 0.25.
    assert two_channel_detector().distance(features) == pytest.approx(4.25)
    assert two_channel_detector().inside(features)
    assert not two_channel_detector(threshold=4.2).inside(features)


def test_positions_matter_to_the_density() -> None:
    features = np.array([[[[4.0, 3.0]], [[0.0, 0.0]]]], np.float32)
    # The same values at swapped places: (3, 2) - (0, 2) = (3, 0): 0 along, 9 / 16 left over.
    assert two_channel_detector().distance(features) == pytest.approx(0.5625)


def test_features_that_are_no_numbers_are_never_inside() -> None:
    assert not two_channel_detector().inside(np.full((1, 2, 1, 2), np.nan, np.float32))


def test_features_of_another_shape_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"expected \(1, 2, h, w\)"):
        two_channel_detector().distance(np.zeros((1, 3, 1, 2), np.float32))
    with pytest.raises(ValueError, match="expected 2 positions"):
        two_channel_detector().distance(np.zeros((1, 2, 2, 2), np.float32))


def test_a_density_survives_its_file() -> None:
    features = np.array([[[[3.0, 4.0]], [[0.0, 0.0]]]], np.float32)
    for made in (two_channel_detector(), two_channel_detector(fringe=5.0)):
        read = OodDetector.from_bytes(made.to_bytes())
        assert read.fringe == made.fringe
        assert read.distance(features) == made.distance(features)


def saved(**arrays: object) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def fields(**changes: object) -> dict[str, object]:
    with np.load(io.BytesIO(two_channel_detector().to_bytes())) as archive:
        return {name: archive[name] for name in archive.files} | changes


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a zip file"),
        (b"PK\x03\x04nonsense", "not a zip file"),
        (saved(**fields(format=FORMAT_VERSION + 1)), "reads format 1"),
        (saved(**fields(surprise=np.zeros(1))), "missing or unknown arrays: surprise"),
        (saved(**{k: v for k, v in fields().items() if k != "scale"}), "missing or unknown arrays: scale"),
        (saved(**fields(scale=np.array([0.0]))), "must lie in"),
        (saved(**fields(mean=np.array([np.nan, 0.0]))), "must be finite"),
        (saved(**fields(mean=np.zeros(3))), "basis does not match"),
        (saved(**fields(threshold=np.inf)), "must lie in"),
        (saved(**fields(threshold=np.zeros(2))), "single numbers"),
        (saved(**fields(mean=np.array(["a", "b"]))), "array of plain numbers"),
        (saved(**fields(mean=np.zeros(2**21, np.uint8))), "holds more than 2,097,152 numbers"),  # 2 MiB, 16 as float64
    ],
)
def test_a_density_file_that_cannot_be_used_says_why(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        OodDetector.from_bytes(data)


unpickled: list[str] = []


class Bomb:
    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return unpickled.append, ("boom",)


def test_a_pickle_inside_a_density_file_is_never_loaded() -> None:
    objects = saved(**fields(mean=np.array([Bomb()], dtype=object)))
    with pytest.raises(ValueError, match="array of plain numbers"):
        OodDetector.from_bytes(objects)
    assert not unpickled


def test_a_density_file_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.npy", bytes(6 * 2**20))
    with pytest.raises(ValueError, match="unpacks to more than 16 MiB"):
        OodDetector.from_bytes(out.getvalue())
