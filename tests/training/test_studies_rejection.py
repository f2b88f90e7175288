"""The rejection study's counting, and the pictures it makes, without a network."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from PIL import Image

from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from cxrviewer.imaging.tensor import make_input
from model_training.data.augment import OUTLIER_TYPES
from model_training.data.development_set import Record
from model_training.data.packed import PackedSet
from model_training.data.splits import Part
from model_training.ood.fit import EXTRA_TYPES
from model_training.ood.letterbox import EMPTY, MIDDLE
from model_training.provenance import names_in_files
from model_training.stats.proportion import Proportion
from model_training.studies.flat_field import SORTS, study_flat_fields
from model_training.studies.leave_one_kind_out import FAMILIES
from model_training.studies.rejection import (
    SYNTHETIC,
    Polarity,
    RejectionStudy,
    markdown,
    study_polarity,
    study_synthetic,
    verdict,
)

RECIPE = InputRecipe(
    version=1,
    height=32,
    width=32,
    channels=1,
    grey=GreySource.DEFAULT_WINDOW,
    fit=Fit.LETTERBOX,
    pad=0.0,
    mean=0.0,
    std=1.0,
)


RECIPE_224 = structs.replace(RECIPE, height=224, width=224)


class BrightBelow:
    """Stands in for a head: reads a film whose lower half is brighter than its upper half."""

    recipe = RECIPE

    def accepts(self, tensor: np.ndarray) -> bool:
        grey = tensor[0, 0]
        return bool(grey[16:].mean() > grey[:16].mean() + 0.1)


class Kept:
    """Forgets what it is given."""

    def add(self, family: str, tensor: np.ndarray) -> None:
        assert family in FAMILIES


@pytest.fixture
def image(tmp_path: Path) -> Path:
    levels = np.linspace(20, 230, 60).astype(np.uint8)
    Image.fromarray(np.tile(levels[:, None], (1, 60))).save(tmp_path / "film.png")
    return tmp_path / "film.png"


def test_every_outlier_type_belongs_to_one_family() -> None:
    of_family = [kind for kinds in FAMILIES.values() for kind in kinds]
    assert sorted(of_family) == sorted((*OUTLIER_TYPES, *EXTRA_TYPES, MIDDLE, EMPTY))
    assert {family for family, _ in SYNTHETIC.values()} <= set(FAMILIES)


def test_pictures_are_turned_and_cut_as_they_are_named() -> None:
    codes = np.arange(16, dtype=np.uint8).reshape(4, 4)
    made = {name: make(codes, np.random.default_rng(0)) for name, (_, make) in SYNTHETIC.items()}
    assert made["rotated by 180 degrees"].tolist() == codes[::-1, ::-1].tolist()
    assert made["rotated by 90 degrees"][0].tolist() == [3, 7, 11, 15], "the right edge comes to the top"
    assert made["cropped: lower half"].tolist() == codes[2:].tolist()
    assert made["cropped: right half"].tolist() == codes[:, 2:].tolist()
    assert made["cropped: middle quarter"].tolist() == [[5, 6], [9, 10]]
    noise = made["noise: its pixels in any order"]
    assert sorted(noise.reshape(-1)) == list(range(16)) and not np.array_equal(noise, codes)
    assert set(made["blank: grey"].reshape(-1).tolist()) == {8}


def test_a_film_upside_down_is_rejected_and_the_lower_half_of_it_is_not(image: Path) -> None:
    found = study_synthetic([image], BrightBelow(), Kept())  # type: ignore[arg-type]
    assert found["rotated by 180 degrees"] == Proportion(1, 1)
    assert found["blank: white"] == Proportion(1, 1)
    assert found["cropped: left half"] == Proportion(0, 1)


def test_an_inverted_copy_is_found_when_the_film_itself_would_be_read(image: Path, tmp_path: Path) -> None:
    # The second film is a negative already: rejected, and its inversion read, which is a false alarm
    # for a film that counts as upright, and its inverted copy is read as if nothing were wrong.
    wrong = tmp_path / "negative.png"
    Image.fromarray(255 - np.asarray(Image.open(image))).save(wrong)
    assert open_image(wrong).radiograph.rows == 60
    *_, both = study_polarity([("nih", image), ("nih", wrong)], BrightBelow())  # type: ignore[arg-type]
    assert both == Polarity("all", Proportion(1, 2), Proportion(1, 2), Proportion(1, 2), Proportion(1, 2))


def study(frontal: Proportion, hands: Proportion) -> RejectionStudy:
    return RejectionStudy(
        head="made",
        frontal={"all": frontal},
        other={"hand": hands, "dicom: accept": Proportion(0, 3)},
        made={"noise: its pixels in any order": Proportion(98, 100)},
    )


class ReadsAll:
    """Stands in for a head without any judgement."""

    recipe = structs.replace(RECIPE_224, mean=0.5, std=0.25)

    def accepts(self, tensor: np.ndarray) -> bool:
        return True


def test_smooth_pictures_are_rejected_by_the_rule_where_the_detector_passes_all_and_films_are_asked_too(
    tmp_path: Path,
) -> None:
    draw = np.random.default_rng(0)
    records, grey = [], []
    for name, picture in (("noise", draw.integers(0, 255, (448, 224))), ("even", np.full((448, 224), 90))):
        Image.fromarray(picture.astype(np.uint8)).save(tmp_path / f"{name}.png")
        records.append(Record(tmp_path / f"{name}.png", "nih", name, (0.0,) * 14))
        grey.append(
            (make_input(open_image(records[-1].path).radiograph, RECIPE_224).tensor[0, 0] * 255).astype(np.uint8)
        )
    dev_set = PackedSet(records, [Part.TRAIN] * 2, np.stack(grey), ReadsAll.recipe)
    found = study_flat_fields(dev_set, ReadsAll(), each=3)  # type: ignore[arg-type]
    assert [d.sort for d in found.drawn] == list(SORTS)
    for drawn in found.drawn:
        assert (drawn.by_rule, drawn.by_detector, drawn.by_either) == (
            Proportion(3, 3),
            Proportion(0, 3),
            Proportion(3, 3),
        )
    # The even one fills half of its square, between bars whose edges are no detail of the film.
    assert (found.images, found.least) == (Proportion(1, 2), 0.0)
    as_written = asdict(found, dict_factory=names_in_files)
    assert as_written.keys() == {"drawn", "films", "least"} and as_written["films"] == {"count": 1, "total": 2}
    text = markdown(replace(study(Proportion(2, 100), Proportion(49, 50)), blank=found))
    assert "| ramps | 3 of 3" in text and "Of all 2 films of the development set the rule would reject 1;" in text


def test_the_verdict_says_reached_at_the_limit_and_leaves_out_films_that_are_to_be_read() -> None:
    # 98 of 100 noise and 49 of 50 hands: 147 of 150 = 98.0 %; frontal 2 of 100 = 2.0 %.
    words = verdict(study(Proportion(2, 100), Proportion(49, 50)))
    assert "147 of 150" in words[0] and "is reached" in words[0] and "is reached" in words[1]
    assert len(words) == 2


def test_the_verdict_names_what_misses() -> None:
    words = verdict(study(Proportion(3, 100), Proportion(40, 50)))
    assert "is missed" in words[0] and "is missed" in words[1]
    assert words[2].startswith("Groups below 98%: hand 40 of 50")


def test_the_tables_hold_every_group() -> None:
    text = markdown(study(Proportion(2, 100), Proportion(49, 50)))
    assert "| hand | 49 of 50" in text and "| noise: its pixels in any order | 98 of 100" in text
