"""Maps on request: where covering the image lowers the probability."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, ScoringError
from cxrviewer.heads.contract import ExplanationSpec
from cxrviewer.heads.inference.model_pool import ModelPool
from cxrviewer.heads.package.sources import InMemory
from cxrviewer.heads.runtime.occlusion import Patches
from cxrviewer.heads.runtime.runner import Limits, ModelRunner
from tests.builders import heads as build
from tests.builders.radiographs import radiograph_of

LIMITS = Limits(threads=1, run_seconds=30, cancel_seconds=20)  # a busy computer must not end the process that is kept


@pytest.fixture
def model_pool() -> Iterator[ModelPool]:
    made = ModelPool(limits=LIMITS)
    yield made
    made.close()


def bright_corner() -> Any:
    codes = np.zeros((64, 64), np.uint8)
    codes[:16, 48:] = 255
    return radiograph_of(codes)


def test_patches_of_224_pixels_are_those_the_documentation_names() -> None:
    patches = Patches.for_image(224, 224)
    assert (patches.patch, patches.stride, patches.number) == (32, 16, 169)
    assert Patches.for_features(7, 7).number == 25


def test_patches_cover_every_pixel_also_where_the_sides_are_no_multiple() -> None:
    patches = Patches.for_image(100, 70)  # 10-pixel patches, 5 apart; nothing fits evenly below
    odd = Patches(23, 11, 5, 3)
    for one in (patches, odd):
        given = np.ones((1, 1, one.height, one.width), np.float32)
        seen = np.zeros((one.height, one.width))
        count = 0
        for covered in one.covered(given):
            seen += covered[0, 0] == 0
            assert (covered == 0).sum() == one.patch**2
            count += 1
        assert count == one.number
        assert seen.min() >= 1


def test_a_cell_is_the_mean_of_the_patches_that_cover_it() -> None:
    patches = Patches(4, 4, 2, 1)  # 3 x 3 patches
    falls = np.arange(9, dtype=np.float64)
    found = patches.spread(falls)
    assert found.shape == (4, 4)
    # By hand: the corner lies under patch 0 only, its neighbour under 0 and 1, and (1, 1) under 0, 1, 3 and 4.
    assert found[0, 0] == 0 and found[0, 1] == 0.5 and found[1, 1] == 2.0 and found[3, 3] == 8.0


def test_where_covering_raises_the_probability_there_is_no_evidence() -> None:
    assert Patches(4, 4, 2, 2).spread(np.array([-0.5, 0.2, 0.0, -0.1])).tolist() == [
        [0.0, pytest.approx(0.2)],
        [0.0, 0.0],
    ]


def test_the_map_is_the_fall_of_the_calibrated_probability_raw_and_on_the_image(
    tmp_path: Path, model_pool: ModelPool
) -> None:
    head = build.write_head(tmp_path, plain=True)
    scorer = model_pool.scorer(head, ())
    seen: list[tuple[int, int]] = []
    saliency = scorer.explain(bright_corner(), 0, CancelToken(), lambda done, of: seen.append((done, of)))
    # 32-pixel tensor: patches of 5 pixels, 2 apart; 15 of them a side, the last flush with the edge.
    assert seen == [(n, 225) for n in range(1, 226)]
    assert saliency.values.shape == (16, 16)
    assert saliency.method == "Occlusion, 5 × 5 of 32 × 32 pixels"
    # The bright corner is 8 x 8 of 32 x 32 tensor pixels: logit 64/1024 = 0.0625. A patch inside it takes 25 away:
    # sigmoid(2 * 0.0625 - 0.5) - sigmoid(2 * 39/1024 - 0.5) = 0.407333 - 0.395594, by hand.
    assert float(saliency.values.max()) == pytest.approx(0.407333 - 0.395594, rel=0.03)
    assert saliency.values[8:, :8].max() == 0
    row, column = np.unravel_index(int(saliency.values.argmax()), saliency.values.shape)
    x, y = saliency.to_image @ np.array([column, row, 1])
    assert x > 48 and y < 16
    assert saliency.reference == 1.0  # the head's own, as its manifest says


def test_a_finding_may_have_a_full_intensity_of_its_own(tmp_path: Path, model_pool: ModelPool) -> None:
    findings = (build.finding(0, value="1", meaning="A", map_reference=0.25),)
    head = build.write_head(
        tmp_path, plain=True, findings=findings, explanation=ExplanationSpec(method="none", reference=0.5)
    )
    assert model_pool.scorer(head, ()).explain(bright_corner(), 0, CancelToken()).reference == 0.25


def test_a_features_head_is_covered_in_its_features(tmp_path: Path, model_pool: ModelPool) -> None:
    backbone = build.write_head(tmp_path / "a")
    assert backbone.manifest is not None
    head = build.write_features_head(tmp_path / "b", backbone.manifest)
    scorer = model_pool.scorer(head, (backbone, head))
    saliency = scorer.explain(bright_corner(), 0, CancelToken())
    assert saliency.values.shape == (4, 4)
    assert saliency.method == "Occlusion, 2 × 2 of 4 × 4 feature cells"
    assert np.unravel_index(int(saliency.values.argmax()), (4, 4)) == (0, 3)
    # By hand: logit 4 * 1/16 = 0.25, 0 with the corner covered: sigmoid(0.5 - 0.5) - sigmoid(-0.5).
    assert saliency.values[0, 3] == pytest.approx(0.5 - 0.377541, rel=0.05)


def test_a_head_with_maps_of_its_own_needs_none(tmp_path: Path, model_pool: ModelPool) -> None:
    assert model_pool.scorer(build.write_head(tmp_path), ()).patches() is None


def test_a_cancel_ends_it_at_once_and_the_process_reads_the_next_image(tmp_path: Path, model_pool: ModelPool) -> None:
    scorer = model_pool.scorer(build.write_head(tmp_path, plain=True), ())
    scorer.warm_up()
    pid = scorer._runner.pid
    token = CancelToken()
    with pytest.raises(JobCancelled):
        scorer.explain(bright_corner(), 0, token, lambda done, of: token.cancel() if done == 3 else None)
    assert scorer.score(bright_corner()).scores[0].logit == pytest.approx(0.0625, rel=0.05)
    assert scorer._runner.pid == pid


def test_a_model_that_hangs_on_a_covered_image_is_stopped() -> None:
    runner = ModelRunner(InMemory(build.endless_model()), Limits(threads=1, run_seconds=0.3))
    try:
        with pytest.raises(ScoringError, match="did not answer within"):
            runner.occlude("image", build.gradient(), Patches.for_image(32, 32), ("logits", 0))
    finally:
        runner.close()


def test_answers_that_are_no_numbers_make_no_map() -> None:
    runner = ModelRunner(InMemory(build.nan_model()), Limits(threads=1))
    try:
        with pytest.raises(ScoringError, match="there is no map"):
            runner.occlude("image", build.gradient(), Patches.for_image(32, 32), ("logits", 0))
    finally:
        runner.close()


def test_closing_the_window_ends_it(tmp_path: Path, model_pool: ModelPool) -> None:
    scorer = model_pool.scorer(build.write_head(tmp_path, plain=True), ())
    scorer.warm_up()
    closer = threading.Timer(0.05, model_pool.close)
    closer.start()
    with pytest.raises(ScoringError):
        for _ in range(10_000):
            scorer.explain(bright_corner(), 0, CancelToken())
    closer.join()


def test_a_map_has_at_most_128_cells_on_a_side_whatever_the_input() -> None:
    patches = Patches(16, 1000, 2, 1)
    made = patches.spread(np.ones(patches.number))
    assert made.shape == (16, 128)
    assert (made == 1).all()  # averaged, not summed
