"""A whole head at work: checks before use, scores, maps and rejections, and heads that attack."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadRejectedError, JobCancelled, ManifestError, ScoringError
from cxrviewer.heads.contract import (
    AucEvidence,
    DiscoveredHead,
    EligibilitySpec,
    RejectedError,
    RejectionCode,
)
from cxrviewer.heads.inference.scoring import HeadScorer
from cxrviewer.heads.registry.conformance import CHECKS, check_head
from cxrviewer.heads.registry.discover import discover_one
from cxrviewer.heads.runtime.runner import Limits
from tests.builders import heads as build
from tests.builders.radiographs import radiograph_of

LIMITS = Limits(threads=1, run_seconds=5)
node, constant = build.node, build.constant


@pytest.fixture
def scorer(tmp_path: Path) -> Iterator[Callable[..., HeadScorer]]:
    made: list[HeadScorer] = []

    def make(limits: Limits = LIMITS, **changes: Any) -> HeadScorer:
        made.append(HeadScorer(build.write_head(tmp_path / f"head{len(made)}", **changes), limits))
        return made[-1]

    yield make
    for one in made:
        one.close()


def even(grey: int, side: int = 64, **facts: Any) -> Any:
    return radiograph_of(np.full((side, side), grey, np.uint8), **facts)


def test_every_finding_has_its_calibrated_score_in_the_manifests_order(scorer: Callable[..., HeadScorer]) -> None:
    prediction = scorer().score(even(51))  # 51 / 255 = 0.2
    effusion, pneumothorax = prediction.scores
    assert [s.spec.code.meaning for s in prediction.scores] == ["Pleural effusion", "Pneumothorax"]
    assert effusion.logit == pytest.approx(0.2)
    assert pneumothorax.logit == pytest.approx(0.8)
    # By hand: sigmoid(2 * 0.2 - 0.5) = sigmoid(-0.1) = 0.475021; sigmoid(1.1) = 0.750260.
    assert effusion.probability == pytest.approx(0.475021, abs=1e-6)
    assert pneumothorax.probability == pytest.approx(0.750260, abs=1e-6)
    assert (effusion.above, pneumothorax.above) == (False, True)  # threshold 0.55
    assert prediction.image_key == "key"
    assert prediction.recipe_digest == build.RECIPE.digest()
    assert 0 < prediction.seconds < 5


def test_a_finding_without_evidence_is_never_above(scorer: Callable[..., HeadScorer]) -> None:
    weak = AucEvidence(value=0.7, low=0.59, high=0.8, n=100, positives=10, data="synthetic")
    findings = (
        build.finding(0, value="1", meaning="none", auc=None),
        build.finding(1, value="2", meaning="weak", auc=weak),
    )
    prediction = scorer(findings=findings).score(even(255))
    assert prediction.scores[0].probability > prediction.scores[0].spec.threshold
    assert [(s.above, s.validated) for s in prediction.scores] == [(False, False), (False, False)]


def test_maps_are_raw_and_lie_on_the_image(scorer: Callable[..., HeadScorer]) -> None:
    pixels = np.zeros((64, 64), np.uint8)
    pixels[:16, 48:] = 255  # the upper right corner: cell (row 0, column 3)
    first, second = scorer().score(radiograph_of(pixels)).maps
    assert first.values.shape == (4, 4)
    assert first.values[0, 3] > 0.9 and first.values[3, 0] == 0
    assert second.values == pytest.approx(2 * first.values)  # its weight is 2: nothing is stretched
    assert (first.reference, first.method) == (4.0, "Grad-CAM")
    # By hand: 64 pixels on 4 cells of 16; the centre of cell (0, 3) is at column 55.5, row 7.5.
    assert first.to_image @ [3, 0, 1] == pytest.approx([55.5, 7.5])


def test_a_finding_may_have_a_full_intensity_of_its_own(scorer: Callable[..., HeadScorer]) -> None:
    findings = (
        build.finding(0, value="1", meaning="own", map_reference=0.5),
        build.finding(1, value="2", meaning="the head's"),
    )
    assert [m.reference for m in scorer(findings=findings).score(even(255)).maps] == [0.5, 4.0]


def test_maps_of_a_letterboxed_image_skip_the_bars(scorer: Callable[..., HeadScorer]) -> None:
    made = scorer().score(radiograph_of(np.zeros((64, 32), np.uint8))).maps[0]
    # 32 x 64 in a 32 x 32 tensor: the image is 16 wide with 8 columns of bar; one cell is 8 tensor
    # pixels = 16 image pixels. Cell column 1 is image columns 0 to 15, so its centre is 7.5.
    assert made.to_image @ [1, 0, 1] == pytest.approx([7.5, 7.5])
    assert made.to_image @ [0, 0, 1] == pytest.approx([-8.5, 7.5])


def test_a_head_without_maps_gives_none(scorer: Callable[..., HeadScorer]) -> None:
    prediction = scorer(plain=True).score(even(51))
    assert prediction.maps == ()
    assert len(prediction.scores) == 2


def test_a_rejected_image_never_reaches_the_model(scorer: Callable[..., HeadScorer]) -> None:
    one = scorer()
    for given, code in (
        (even(9, modality="CT"), RejectionCode.NOT_RADIOGRAPH),
        (even(9, side=8), RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION),
        (radiograph_of(np.zeros((64, 64, 3), np.uint8), colour=True), RejectionCode.COLOUR),
    ):
        with pytest.raises(RejectedError) as caught:
            one.score(given)
        assert caught.value.rejection.code is code
    assert one._runner.pid is None


def with_ood_detector(**changes: Any) -> dict[str, Any]:
    eligibility = EligibilitySpec(modality=("DX",), view=(), density="density.npz")
    return {"files": {"density.npz": build.ood_detector(**changes).to_bytes()}, "eligibility": eligibility}


def test_a_image_unlike_the_training_images_is_rejected_from_its_pixels(scorer: Callable[..., HeadScorer]) -> None:
    one = scorer(**with_ood_detector())
    assert one.score(even(64)).scores  # grey 0.25, the centre
    with pytest.raises(RejectedError) as caught:
        one.score(even(128))  # 0.5 is 2.5 deviations away: 6.25 > 3; its negative is as far
    assert caught.value.rejection.code is RejectionCode.OUTSIDE_TRAINING_DISTRIBUTION
    assert "negative" not in caught.value.rejection.message


def test_a_negative_of_a_good_image_is_rejected_as_a_negative(scorer: Callable[..., HeadScorer]) -> None:
    one = scorer(**with_ood_detector())
    with pytest.raises(RejectedError) as caught:
        one.score(even(191))  # 0.75: its negative lies in the centre
    assert "negative" in caught.value.rejection.message
    assert one.score(radiograph_of(np.full((64, 64), 191, np.uint8), inverted=True)).scores


def test_a_cancelled_image_is_not_scored(scorer: Callable[..., HeadScorer]) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        scorer().score(even(51), token)


def test_a_bad_head_cannot_become_a_scorer(tmp_path: Path) -> None:
    build.write_head(tmp_path)
    (tmp_path / "head.toml").write_text("schema = 1\n")
    with pytest.raises(ManifestError) as caught:
        HeadScorer(discover_one(tmp_path))
    assert len(caught.value.problems) > 10


def failing(results: Any) -> tuple[str, str]:
    assert [r.passed for r in results[:-1]] == [True] * (len(results) - 1)
    assert not results[-1].passed
    return results[-1].name, " ".join(results[-1].problems)


def test_a_good_head_passes_every_check_in_order(tmp_path: Path) -> None:
    build.write_head(tmp_path, **with_ood_detector())
    results = check_head(tmp_path, LIMITS)
    assert tuple(r.name for r in results) == CHECKS
    assert all(r.passed for r in results)


def test_a_swapped_file_is_found_even_after_a_check(tmp_path: Path) -> None:
    head = build.write_head(tmp_path)
    assert all(r.passed for r in check_head(tmp_path, LIMITS))
    (tmp_path / "model.onnx").write_bytes(build.endless_model())
    with pytest.raises(HeadRejectedError, match=r"model\.onnx is not the file head\.toml describes"):
        HeadScorer(head)
    assert failing(check_head(tmp_path, LIMITS))[0] == "sha256"


def test_a_file_swapped_between_the_check_and_the_first_image_is_noticed(tmp_path: Path) -> None:
    one = HeadScorer(build.write_head(tmp_path), LIMITS)
    (tmp_path / "model.onnx").write_bytes(build.nan_model())
    try:
        with pytest.raises(HeadRejectedError, match=r"model\.onnx of the model head was changed after it had been"):
            one.score(even(51))
    finally:
        one.close()


def test_a_file_swapped_after_loading_changes_nothing(tmp_path: Path) -> None:
    one = HeadScorer(build.write_head(tmp_path), LIMITS)
    one.warm_up()
    (tmp_path / "model.onnx").write_bytes(build.nan_model())
    try:
        assert one.score(even(51)).scores[0].logit == pytest.approx(0.2)
    finally:
        one.close()


def test_every_wrong_file_is_named_at_once(tmp_path: Path) -> None:
    build.write_head(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"changed")
    (tmp_path / "test_input.npy").unlink()
    (tmp_path / "test_logits.npy").unlink()
    (tmp_path / "test_logits.npy").symlink_to(os.devnull)
    (tmp_path / "helper.py").write_text("print('hello')")
    name, problems = failing(check_head(tmp_path, LIMITS))
    assert name == "sha256"
    for expected in ("model.onnx is not", "test_input.npy is missing", "test_logits.npy is a link", "helper.py is not"):
        assert expected in problems


def plain_head(folder: Path, model: bytes, **changes: Any) -> DiscoveredHead:
    return build.write_head(folder, model=model, plain=True, **changes)


ATTACKS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "custom domain": (
        lambda: build.model_bytes([node("Evil", ["image"], ["logits"], domain="x.y")], [], {"logits": (1, 2)}),
        "structure",
        "domain 'x.y'",
    ),
    "endless": (build.endless_model, "limits", "did not answer within 0.5 seconds"),
    "memory": (build.hungry_model, "limits", "more memory"),
    "no numbers": (build.nan_model, "tensors", "no numbers"),
    "two inputs": (
        lambda: build.model_bytes([node("Flatten", ["other"], ["logits"])], [], {"logits": (1, 1024)}),
        "structure",
        "",
    ),
    "one output": (
        lambda: build.model_bytes(
            [node("GlobalAveragePool", ["image"], ["p"]), node("Flatten", ["p"], ["logits"])], [], {"logits": (1, 1)}
        ),
        "output_width",
        "has 1 outputs, but a finding asks for number 1",
    ),
    "other name": (
        lambda: build.model_bytes([node("Flatten", ["image"], ["scores"])], [], {"scores": (1, 1024)}),
        "tensors",
        "no output named logits",
    ),
    "other size": (
        lambda: build.model_bytes([node("Flatten", ["image"], ["logits"])], [], {"logits": (1, 4096)}, side=64),
        "tensors",
        "must have the shape (1, 1, 32, 32), not (1, 1, 64, 64)",
    ),
    "other answer": (
        lambda: build.model_bytes(
            [
                *build.good_nodes()[:5],
                node("Concat", ["mean", "rest"], ["l"], axis=1),
                node("Neg", ["l"], ["logits"]),
            ],
            build.good_constants()[:1],
            {"logits": (1, 2)},
        ),
        "test_vector",
        "differs by 1 from the author's",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attacking_head_is_rejected_with_the_reason(tmp_path: Path, attack: str) -> None:
    model, check, sentence = ATTACKS[attack]
    plain_head(tmp_path, model())
    seconds = 0.5 if attack == "endless" else 30.0
    name, problems = failing(check_head(tmp_path, replace(LIMITS, run_seconds=seconds)))
    assert name == check
    assert sentence in problems


def test_maps_must_match_the_logits_and_be_non_negative(tmp_path: Path) -> None:
    swapped = [*build.good_nodes()[:-1], node("Identity", ["grid"], ["gradcam"])]
    outputs = build.GOOD_OUTPUTS | {"gradcam": (1, 1, 4, 4)}
    build.write_head(tmp_path / "a", model=build.model_bytes(swapped, build.good_constants(), outputs))
    assert "maps have the wrong shape" in failing(check_head(tmp_path / "a", LIMITS))[1]
    negative = [build.good_constants()[0], constant("weights", np.reshape([1.0, -2.0], (1, 2, 1, 1)))]
    build.write_head(tmp_path / "b", model=build.model_bytes(build.good_nodes(), negative, build.GOOD_OUTPUTS))
    assert "negative values" in failing(check_head(tmp_path / "b", LIMITS))[1]


def test_a_density_for_another_model_is_rejected(tmp_path: Path) -> None:
    other = replace(build.ood_detector(), mean=np.zeros(9), basis=np.ones((1, 9)))
    changes = with_ood_detector() | {"files": {"density.npz": other.to_bytes()}}
    build.write_head(tmp_path, **changes)
    assert failing(check_head(tmp_path, LIMITS))[0] == "density"


def test_test_vectors_that_are_no_arrays_are_rejected(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"\x93NUMPYxx", build.npy(np.zeros(3)), build.npy(np.array([None])))):
        folder = tmp_path / str(number)
        build.write_head(folder, files={"test_input.npy": data})
        assert failing(check_head(folder, LIMITS))[0] == "test_vector"


def test_a_image_that_makes_the_model_answer_no_number_fails_and_the_next_is_read(
    scorer: Callable[..., HeadScorer],
) -> None:
    # logits = x / (x / 1): fine for the test image, 0 / 0 for a black one.
    nodes = [
        *build.good_nodes()[:5],
        node("Div", ["mean", "mean"], ["unit"]),
        node("Mul", ["mean", "unit"], ["a"]),
        node("Concat", ["a", "rest"], ["logits"], axis=1),
    ]
    one = scorer(model=build.model_bytes(nodes, build.good_constants()[:1], {"logits": (1, 2)}), plain=True)
    with pytest.raises(ScoringError, match="no numbers"):
        one.score(even(0))
    assert one.score(even(51)).scores[0].logit == pytest.approx(0.2)


def test_a_head_that_failed_its_test_vector_is_not_tried_again(scorer: Callable[..., HeadScorer]) -> None:
    one = scorer(logits=(0.1, 0.9))
    for _ in range(2):
        with pytest.raises(HeadRejectedError, match=r"differs by 0\.4"):
            one.score(even(51))
    assert one._runner.pid is None
