"""Which pictures show nothing: by hand-made ones, and by images of the shared data where they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cxrviewer import cli
from cxrviewer.heads.contract import RejectionCode
from cxrviewer.heads.eligibility.checks import LEAST_DETAILED, reject_blank
from cxrviewer.imaging.detail import CELL, SIDE, detailed_share
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.recipe import GreySource
from cxrviewer.imaging.tensor import model_grey

Y, X = np.mgrid[:SIDE, :SIDE].astype(np.float32) / SIDE
CELLS = (SIDE // CELL) ** 2


def test_an_even_picture_a_ramp_and_the_fall_of_a_flat_field_show_nothing() -> None:
    even = np.full((SIDE, SIDE), 0.5, np.float32)
    fall = 0.9 - 0.8 * ((X - 0.5) ** 2 + (Y - 0.5) ** 2)
    for picture in (even, X, 1 - Y, (X + 2 * Y) / 3, fall):
        assert detailed_share(picture) == 0


def test_the_share_is_that_of_the_cells_that_differ_from_an_even_slope() -> None:
    picture = X.copy()
    # One point in the middle of a cell, away from its neighbours: the cell's four by four Laplacians hold it whole.
    picture[4 * 10 + 1, 4 * 5 + 1] += 0.5
    assert detailed_share(picture) == 1 / CELLS
    picture[4 * 20 + 1, 4 * 5 + 1] += 0.5
    assert detailed_share(picture) == 2 / CELLS


def test_how_much_counts_goes_with_the_contrast_of_the_picture() -> None:
    # A point off by d has a Laplacian of d, its four neighbours one of d / 4: over 16 points, d * sqrt(1.25 / 16).
    span = float(np.quantile(X, 0.98) - np.quantile(X, 0.02))
    least = span / 150 / np.sqrt(1.25 / 16)
    for factor, share in ((0.95, 0), (1.05, 1 / CELLS)):
        picture = X.copy()
        picture[41, 21] += factor * least
        assert detailed_share(picture) == pytest.approx(share)
        assert detailed_share(0.5 * picture) == pytest.approx(share)


def test_a_picture_too_small_to_judge_is_not_called_blank() -> None:
    assert detailed_share(np.zeros((SIDE - 1, 500), np.float32)) == 1


def test_the_rule_rejects_below_its_limit_only() -> None:
    assert reject_blank(LEAST_DETAILED) is None
    rejection = reject_blank(LEAST_DETAILED - 0.001)
    assert rejection is not None and rejection.code is RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION
    assert "shows next to nothing" in rejection.message


def test_the_shipped_head_gives_a_flat_field_exposure_no_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # As a detector's calibration exposure: brighter in the middle, portrait, so that the model's input has bars.
    y, x = np.mgrid[:1200, :1000] / 1000 - 0.5
    Image.fromarray((180 - 150 * (x**2 + 0.5 * y**2)).astype(np.uint8)).save(tmp_path / "flat.png")
    assert cli.run(["score", str(tmp_path / "flat.png")]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["files"]
    assert entry["status"] == "refused" and "shows next to nothing" in entry["reason"]["message"]


def test_every_shared_radiograph_shows_more_than_the_rule_requests_for(shared_data: Path) -> None:
    files = [shared_data / "dicom" / name for name in ("NIH_DX_82267888.dcm", "RG1_J2KI.dcm", "RSNA_CR_PA_jpeg.dcm")]
    images: list[Radiograph] = [open_image(file).radiograph for file in files]
    assert all(detailed_share(model_grey(image, GreySource.DEFAULT_WINDOW)) > 2 * LEAST_DETAILED for image in images)
