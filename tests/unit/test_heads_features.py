"""Heads on another head's features: what they name, when they are rejected, and that the backbone runs once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import HeadRejectedError, ManifestError, PackRejectedError
from cxrviewer.heads.contract import DiscoveredHead, HeadManifest, RejectedError
from cxrviewer.heads.inference.feature_cache import FeatureCache, ImageFeatures
from cxrviewer.heads.inference.model_pool import ModelPool
from cxrviewer.heads.package.manifest import parse_manifest, write_manifest
from cxrviewer.heads.registry.backbone import find_backbone
from cxrviewer.heads.registry.conformance import check_head
from cxrviewer.heads.registry.discover import discover
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.heads.runtime.runner import Limits, ModelRunner
from tests.builders import heads as build
from tests.builders.radiographs import radiograph_of

LIMITS = Limits(threads=1, run_seconds=5)
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "head.schema.json").read_text(encoding="utf-8"))


def even(grey: int, **facts: Any) -> Any:
    return radiograph_of(np.full((64, 64), grey, np.uint8), **facts)


def manifest_of(head: DiscoveredHead) -> HeadManifest:
    assert head.manifest is not None, head.problems
    return head.manifest


@pytest.fixture
def pair(tmp_path: Path) -> tuple[DiscoveredHead, DiscoveredHead]:
    backbone = build.write_head(tmp_path / "heads" / "a")
    return backbone, build.write_features_head(tmp_path / "heads" / "b", manifest_of(backbone))


@pytest.fixture
def model_pool() -> Iterator[ModelPool]:
    made = ModelPool(limits=LIMITS)
    yield made
    made.close()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the inputs of every model run."""
    seen: list[str] = []
    real = ModelRunner.run

    def counted(self: ModelRunner, inputs: Any, *arguments: Any) -> Any:
        seen.extend(inputs)
        return real(self, inputs, *arguments)

    monkeypatch.setattr(ModelRunner, "run", counted)
    return seen


def test_a_features_head_survives_being_written_and_read(pair: tuple[DiscoveredHead, DiscoveredHead]) -> None:
    manifest = manifest_of(pair[1])
    assert manifest.kind == "features" and manifest_of(pair[0]).kind == "image"
    text = write_manifest(manifest)
    assert parse_manifest(text) == manifest
    assert list(Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))) == []


def test_kind_and_backbone_belong_together_for_parser_and_schema(pair: tuple[DiscoveredHead, DiscoveredHead]) -> None:
    text = write_manifest(manifest_of(pair[1]))
    table = text[text.index("[backbone]") : text.index("[model]")]
    for wrong, problem in (
        (text.replace('kind = "features"\n', ""), "backbone: belongs to heads of the kind features only"),
        (text.replace(table, ""), "backbone: is missing"),
        (text.replace('kind = "features"', 'kind = "pickle"'), "kind: must be one of image, features, python"),
        (text.replace('kind = "features"', 'kind = "python"'), "backbone: belongs to heads of the kind features only"),
        (text.replace('features = "features"', 'features = "features"\ntensor = 1'), "backbone.tensor: is not a known"),
    ):
        with pytest.raises(ManifestError) as caught:
            parse_manifest(wrong)
        assert any(problem in one for one in caught.value.problems), caught.value.problems
        assert list(Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(wrong)))


def test_a_features_head_hands_on_no_features(pair: tuple[DiscoveredHead, DiscoveredHead]) -> None:
    manifest = manifest_of(pair[1])
    with pytest.raises(ManifestError, match="hands none on"):
        write_manifest(replace(manifest, model=replace(manifest.model, features="more")))


def test_its_logits_are_those_of_the_small_model_on_the_backbones_features(
    pair: tuple[DiscoveredHead, DiscoveredHead], model_pool: ModelPool
) -> None:
    prediction = model_pool.scorer(pair[1], pair).score(even(51))
    # By hand: grey 51 / 255 = 0.2 in every cell, weight 4.
    assert prediction.scores[0].logit == pytest.approx(0.8)
    assert prediction.maps == ()
    assert prediction.model_sha256 == manifest_of(pair[1]).model.sha256


def test_maps_of_a_features_head_lie_on_the_image(tmp_path: Path, model_pool: ModelPool) -> None:
    backbone = build.write_head(tmp_path / "a")
    head = build.write_features_head(tmp_path / "b", manifest_of(backbone), maps=True)
    codes = np.zeros((64, 64), np.uint8)
    codes[:16, 48:] = 255  # the upper right of the 4 x 4 cells
    (saliency,) = model_pool.scorer(head, (backbone, head)).score(radiograph_of(codes)).maps
    assert saliency.values[0, 3] == pytest.approx(4.0, rel=0.05)  # the resizer blends its edge with the black beside
    # The 64-pixel image is 32 tensor pixels, so a cell is 16 image pixels: centre of cell 3 at 55.5, of cell 0 at 7.5.
    assert saliency.to_image @ np.array([3, 0, 1]) == pytest.approx([55.5, 7.5])


def test_the_backbone_runs_once_per_image_whoever_requests_first(
    pair: tuple[DiscoveredHead, DiscoveredHead], model_pool: ModelPool, runs: list[str]
) -> None:
    first, second = model_pool.scorer(pair[0], pair), model_pool.scorer(pair[1], pair)
    first.warm_up()
    second.warm_up()
    runs.clear()
    first.score(even(51, key="a"))
    second.score(even(51, key="a"))
    assert runs == ["image", "given"]
    runs.clear()
    second.score(even(52, key="b"))
    assert runs == ["image", "given"]
    runs.clear()
    second.score(even(52, key="b"))
    assert runs == ["given"]


def test_a_negative_is_another_image_though_its_key_is_the_same(
    pair: tuple[DiscoveredHead, DiscoveredHead], model_pool: ModelPool
) -> None:
    small = model_pool.scorer(pair[1], pair)
    assert small.score(even(51)).scores[0].logit == pytest.approx(0.8)
    assert small.score(even(51, inverted=True)).scores[0].logit == pytest.approx(3.2)  # 4 * (1 - 0.2)


def test_a_density_of_a_features_head_is_requested_about_what_it_reads(tmp_path: Path, model_pool: ModelPool) -> None:
    backbone = build.write_head(tmp_path / "a")
    head = build.write_features_head(tmp_path / "b", manifest_of(backbone))
    data = build.ood_detector().to_bytes()
    (tmp_path / "b" / "density.npz").write_bytes(data)
    manifest = manifest_of(head)
    manifest = replace(
        manifest,
        eligibility=replace(manifest.eligibility, density="density.npz"),
        files=tuple(sorted((*manifest.files, ("density.npz", build.sha256(data))))),
    )
    (tmp_path / "b" / "head.toml").write_text(write_manifest(manifest))
    assert all(r.passed for r in check_head(tmp_path / "b", LIMITS))
    scorer = model_pool.scorer(replace(head, manifest=manifest), (backbone,))
    assert scorer.score(even(64)).scores
    with pytest.raises(RejectedError):
        scorer.score(even(140, key="other"))  # 0.55: three of the density's 0.1 from its centre, as its negative is


def test_discovery_says_what_is_missing(tmp_path: Path) -> None:
    backbone = build.write_head(tmp_path / "elsewhere" / "a")
    build.write_features_head(tmp_path / "heads" / "b", manifest_of(backbone))
    (alone,) = discover([tmp_path / "heads"])
    assert alone.problems == ("backbone: needs the head org.example.tiny 1.0.0, which is not installed",)
    build.write_head(
        tmp_path / "heads" / "a", version="1.1.0", model=build.model_bytes(build.good_nodes(), CHANGED, OUTPUTS)
    )
    _, other = discover([tmp_path / "heads"])
    assert other.problems == ("backbone: needs org.example.tiny 1.0.0, but 1.1.0 is installed; ask its author",)


CHANGED = [build.constant("one", [[1.0]]), build.constant("weights", np.reshape([1.0, 3.0], (1, 2, 1, 1)))]
OUTPUTS = build.GOOD_OUTPUTS


def test_another_tensor_or_another_recipe_of_the_same_model_is_rejected(tmp_path: Path) -> None:
    backbone = manifest_of(build.write_head(tmp_path / "heads" / "a"))
    wrong = replace(backbone, model=replace(backbone.model, features="logits"))
    build.write_features_head(tmp_path / "heads" / "b", wrong)
    build.write_features_head(
        tmp_path / "heads" / "c", replace(backbone, recipe=replace(backbone.recipe, mean=0.1)), id="c"
    )
    problems = [head.problems for head in discover([tmp_path / "heads"])]
    assert problems == [
        (),
        ("backbone: org.example.tiny hands on no features named logits",),
        ("recipe: must be that of org.example.tiny, field for field",),
    ]


def test_features_of_another_shape_than_the_backbones_are_rejected_before_the_first_image(
    tmp_path: Path, model_pool: ModelPool
) -> None:
    backbone = build.write_head(tmp_path / "a")
    head = build.write_features_head(tmp_path / "b", manifest_of(backbone), cells=5)
    with pytest.raises(HeadRejectedError, match="another shape") as caught:
        model_pool.scorer(head, (backbone, head)).score(even(51))
    assert caught.value.check == "backbone"


def test_installing_needs_the_backbone_and_removing_it_says_so(tmp_path: Path) -> None:
    store = HeadStore(tmp_path / "installed", None)
    backbone = build.write_head(tmp_path / "a")
    head = build.write_features_head(tmp_path / "b", manifest_of(backbone))
    with pytest.raises(PackRejectedError, match="needs the head org") as caught:
        store.install(head.folder)
    assert caught.value.check == "backbone"
    store.install(backbone.folder)
    store.install(head.folder)
    assert [h.problems for h in store.discover()] == [(), ()]
    store.remove("org.example.tiny")
    assert "which is not installed" in store.discover()[0].problems[0]


def test_a_test_vector_of_a_features_head_is_features(pair: tuple[DiscoveredHead, DiscoveredHead]) -> None:
    results = check_head(pair[1].folder, LIMITS)
    assert all(result.passed for result in results), results
    (pair[1].folder / "test_input.npy").write_bytes(build.npy(build.gradient()))
    manifest = manifest_of(pair[1])
    files = dict(manifest.files) | {"test_input.npy": build.sha256(build.npy(build.gradient()))}
    changed = replace(manifest, files=tuple(sorted(files.items())))
    (pair[1].folder / "head.toml").write_text(write_manifest(changed))
    last = check_head(pair[1].folder, LIMITS)[-1]
    assert (last.name, last.problems) == (
        "test_vector",
        ("The head's test input does not have the shape of its input.",),
    )


def test_a_scorer_without_its_backbone_is_rejected(
    pair: tuple[DiscoveredHead, DiscoveredHead], model_pool: ModelPool
) -> None:
    with pytest.raises(HeadRejectedError, match="not installed"):
        model_pool.scorer(pair[1], ())


def test_one_process_per_model_and_none_for_heads_no_longer_wanted(
    pair: tuple[DiscoveredHead, DiscoveredHead], model_pool: ModelPool
) -> None:
    first, second = model_pool.scorer(pair[0], pair), model_pool.scorer(pair[1], pair)
    assert model_pool.scorer(pair[0], pair) is first
    first.score(even(51))
    second.score(even(51))
    model_pool.keep([pair[1]], pair)
    assert first.loaded and second.loaded  # the backbone is needed though its own findings are not
    model_pool.keep([pair[0]], pair)
    assert first.loaded and not second.loaded


def test_the_cache_holds_what_it_is_allowed_and_the_newest_always() -> None:
    cache = FeatureCache(kept_bytes=2 * 400)
    for number in range(4):
        cache.put((str(number), "", ""), ImageFeatures(np.zeros((1, 1, 10, 10), np.float32), np.eye(2, 3), 1.0))
    assert [cache.get((str(number), "", "")) is None for number in range(4)] == [True, True, False, False]
    cache.put(("big", "", ""), ImageFeatures(np.zeros((1, 100, 10, 10), np.float32), np.eye(2, 3), 1.0))
    assert cache.get(("big", "", "")) is not None and cache.get(("3", "", "")) is None


def test_a_cancelled_image_ends_before_the_backbone_runs(
    pair: tuple[DiscoveredHead, DiscoveredHead], model_pool: ModelPool, runs: list[str]
) -> None:
    from cxrviewer.errors import JobCancelled

    small = model_pool.scorer(pair[1], pair)
    small.warm_up()
    runs.clear()
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        small.score(even(51), token)


def test_a_python_head_is_no_backbone_and_has_no_map_on_request(pair: tuple[DiscoveredHead, DiscoveredHead]) -> None:
    program = replace(manifest_of(pair[0]), program=True)
    problem = find_backbone(manifest_of(pair[1]), [replace(pair[0], manifest=program)])[1]
    assert "is a Python program, whose hash says nothing of its weights" in problem
    assert program.kind == "python"
    plain = replace(program.model, maps=None)
    assert not replace(program, model=plain).maps_on_request
    assert replace(program, model=plain, program=False).maps_on_request
