"""Which films a detector is fitted on, limited by and left without; and a detector fitted again for a finished head."""

from __future__ import annotations

import json
import shutil
import tomllib
import zlib
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

pytest.importorskip("torch", reason="training extra is not installed")

from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.registry.conformance import check_head
from model_training.data.development_set import Record
from model_training.data.packed import PackedSet
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.head import refit_ood
from model_training.head.refit_ood import exchange_section, run_refit_ood
from model_training.ood import detector
from model_training.ood.detector import (
    FOLDS,
    DetectorReport,
    FrontalImages,
    OutlierCounts,
    Rejected,
    every_outlier,
    frontal_images,
)
from model_training.ood.fit import Features
from model_training.ood.letterbox import PADDING_SHARES
from model_training.stats.proportion import Proportion
from model_training.studies import leave_one_kind_out as left_out
from model_training.studies.leave_one_kind_out import Kept, study_leave_one_kind_out
from tests.training.networks import RECIPE, SIZE

ROOT = Path(__file__).parents[2]


def few_records() -> PackedSet:
    """Return twelve films of two adult sets, two of each patient; one in three patients is of another part."""
    rng = np.random.default_rng(0)
    records, parts = [], []
    for i in range(24):
        name = "nih" if i < 12 else "rsna_normal"
        records.append(Record(Path(f"{i}.jpg"), name, f"{name}:{i // 2}", (0.0,) * 14, (np.nan,) * 14))
        parts.append((Part.TRAIN, Part.VALIDATION, Part.TEST)[(i // 2) % 3])
    return PackedSet(records, parts, rng.integers(40, 200, (24, SIZE, SIZE)).astype(np.uint8), RECIPE)


def test_a_film_and_its_letterboxed_copy_are_judged_together_and_only_the_film_sets_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Copies without their bars, so that each can be told to be of its film.
    monkeypatch.setattr(detector, "whole_with_padding", lambda image, generator: image)
    dev_set = few_records()
    given = frontal_images(dev_set, 0)
    train = [i for i, p in enumerate(dev_set.parts) if p is Part.TRAIN]
    assert len(given.inliers) == 2 * len(train) == len(given.folds), "few films: each once more between bars"
    hashes = {f.patient_hash for i, f in enumerate(dev_set.records) if i in train}
    assert set(given.folds) == {zlib.crc32(h.encode()) % FOLDS for h in hashes}
    of_image = {row.tobytes(): fold for row, fold in zip(given.inliers, given.folds[: len(train)], strict=False)}
    assert len(of_image) == len(train)
    copies = zip(given.inliers[len(train) :], given.folds[len(train) :], strict=True)
    assert all(of_image[row.tobytes()] == fold for row, fold in copies)
    counted = given.weights.reshape(-1)
    assert len(counted) == len(given.inliers) + len(given.limits)
    assert (counted[: len(train)] > 0).all() and not counted[len(train) : 2 * len(train)].any()
    # Two sets with 0.45 each, whatever they count.
    assert counted.sum() == pytest.approx(0.9)


def test_a_detector_without_a_kind_has_not_seen_it_in_boxes_or_bars_either(monkeypatch: pytest.MonkeyPatch) -> None:
    dev_set = few_records()
    tags = {name: number for number, name in enumerate((*sum(left_out.FAMILIES.values(), ()),), 1)}
    made: list[int] = []

    def tagged(dev_set: PackedSet, index: list[int], seed: int, counts: OutlierCounts) -> tuple[Features, np.ndarray]:
        made.append(seed)
        _, kinds = every_outlier(dev_set, index, seed, OutlierCounts(19, 2, 21, 21))
        return np.array([tags[k] for k in kinds], np.float32).reshape(-1, 1, 1, 1), kinds

    fits: list[set[int]] = []

    def fit(images: FrontalImages, others: Features, seed: int) -> OodDetector:
        fits.append({int(t) for t in others.reshape(-1)})
        one = np.ones(1)
        return OodDetector(
            channel_mean=one - 1, channel_basis=one[None], mean=one - 1, basis=one[None], scale=one, residual_scale=1.0,
            threshold=4.5**2,
        )  # fmt: skip

    def as_images(dev_set: PackedSet, index: list[int]) -> Features:
        return np.ones((len(index), 1, 1, 1), np.float32)

    monkeypatch.setattr(left_out, "every_outlier", tagged)
    monkeypatch.setattr(left_out, "fit_on_images", fit)
    monkeypatch.setattr(left_out, "frontal_features", as_images)
    rows = study_leave_one_kind_out(dev_set, Kept())
    assert made == [0, 1], "the pictures of all detectors are made once, those to be measured with another seed"
    everything = set(tags.values())
    for row, seen in zip(rows, fits, strict=True):
        family = left_out.FAMILIES.get(row.what.removeprefix("family: "), ())
        without = family if row.what.startswith("family") else (row.what,)
        assert everything - seen == {tags[k] for k in without if k in tags}
        # The stand-in detector rejects tags of 5 and more; it is asked about what was left out and nothing else.
        if row.what != "nothing":
            asked = [tags[k] for k in without]
            assert row.made.total > 0 and (row.made.count == row.made.total) == (min(asked) >= 5)
        assert row.frontal == Proportion(0, len([p for p in dev_set.parts if p is Part.TEST]))
    assert len(rows) == 1 + len(tags) + len(left_out.FAMILIES)


REPORT = DetectorReport((Rejected("nih", 3, 40),), (Rejected("noise", 9, 9),), (), Rejected("kermany", 1, 2))


@pytest.mark.parametrize("heading", ["## What the OOD detector rejects", "## What the pixel gate refuses"])
def test_only_the_section_on_the_detector_is_written_anew(heading: str) -> None:
    card = f"# A head\n\n{heading}\n\nold words\n\n| nih | 1 of 40 |\n\n## Maps\n\nkept\n"
    made = exchange_section(card, REPORT)
    assert made.startswith("# A head\n\n## What the OOD detector rejects\n\nMeasured from the pixels")
    assert made.endswith("| synthetic: noise | 9 of 9 |\n\n## Maps\n\nkept\n")
    assert "3 of 40" in made and "old words" not in made and "1 of 40" not in made
    with pytest.raises(TrainingError, match="has no section"):
        exchange_section("# A head\n", REPORT)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the shipped head, with a fit that takes no time: its own detector, a little wider."""
    folder = tmp_path / "heads" / "cxrviewer.c2-cxr14"
    shutil.copytree(ROOT / "resources" / "heads" / "cxrviewer.c2-cxr14", folder)
    monkeypatch.setattr(PackedSet, "open", classmethod(lambda *_, **__: few_records()))
    monkeypatch.setattr(refit_ood, "measure_detector", lambda dev_set, fitted: REPORT)

    def wider(dev_set: PackedSet) -> OodDetector:
        whole = OodDetector.from_bytes((folder / "density.npz").read_bytes())
        return replace(
            whole,
            channel_mean=whole.channel_mean[-16:],
            channel_basis=whole.channel_basis[:, -16:],
            threshold=2 * whole.threshold,
        )

    monkeypatch.setattr(refit_ood, "fit_detector", wider)
    return folder


def test_a_new_detector_leaves_the_network_and_every_other_figure_alone(shipped: Path) -> None:
    before = {p.name: p.read_bytes() for p in shipped.iterdir()}
    assert run_refit_ood(head=shipped, cache=shipped.parent) == 0
    after = {p.name: p.read_bytes() for p in shipped.iterdir()}
    changed = {n for n in before if before[n] != after[n]}
    assert changed == {"density.npz", "MODEL_CARD.md", "PROVENANCE.json", "head.toml"} and before.keys() == after.keys()
    old, new = (OodDetector.from_bytes(files["density.npz"]) for files in (before, after))
    assert new.threshold == 2 * old.threshold and new.channels == old.channels == 976
    told_before, told = (json.loads(files["PROVENANCE.json"]) for files in (before, after))
    assert told["ood_detector"]["frontal"] == [{"group": "nih", "rejected": 3, "total": 40}]
    assert "gate" not in told, "the former name of the section is replaced"
    same = told.keys() - {"ood_detector", "commit_of_ood_detector"}
    assert all(told[k] == told_before[k] for k in same) and "evaluation" in same
    assert all(check.passed for check in check_head(shipped)), "the hashes are those of the new files"
    assert read_manifest(shipped).model.sha256 == told_model(before["head.toml"])
    assert [p.name for p in shipped.parent.iterdir()] == [shipped.name]


def told_model(manifest: bytes) -> str:
    return str(tomllib.loads(manifest.decode())["model"]["sha256"])


def test_a_head_that_would_fail_the_viewers_checks_stays_as_it_was(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in shipped.iterdir()}
    monkeypatch.setattr(refit_ood, "in_all_channels", lambda fitted, channels: fitted)  # 16 channels; the head has 976
    with pytest.raises(TrainingError, match="viewer's own checks"):
        run_refit_ood(head=shipped, cache=shipped.parent)
    assert {p.name: p.read_bytes() for p in shipped.iterdir()} == before
    assert [p.name for p in shipped.parent.iterdir()] == [shipped.name]


def test_a_head_without_a_detector_gets_none(shipped: Path) -> None:
    manifest = (shipped / "head.toml").read_text(encoding="utf-8")
    (shipped / "head.toml").write_text(manifest.replace('density = "density.npz"\n', ""), encoding="utf-8")
    with pytest.raises(TrainingError, match="has no OOD detector"):
        run_refit_ood(head=shipped, cache=shipped.parent)


def test_shares_of_sets_are_whole() -> None:
    assert sum(PADDING_SHARES.values()) == pytest.approx(1)
