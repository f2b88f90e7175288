"""Similar images: which are nearest, by which distance, and of which head only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled
from cxrviewer.studies.index import similar
from cxrviewer.studies.index.scores import ModelVersion, Outcome, Scores
from cxrviewer.studies.index.similar import Nearest, nearest, packed
from tests.builders.library import Library, write

ONE, OTHER = ModelVersion("h", "model", "recipe"), ModelVersion("h2", "model", "recipe")


def vector(*values: float) -> npt.NDArray[np.float32]:
    return np.array(values, np.float32)


@pytest.fixture
def indexed(library: Library, folder: Path) -> Library:
    for number in range(1, 6):
        write(folder / str(number), number, number, PatientID=str(number), StudyDate=f"2025010{number}")
    library.scan(folder)
    return library


def images(indexed: Library) -> list[tuple[int, str]]:
    """Return row and digest of each image, by the date of its study."""
    return [
        (one.id, one.digest) for study in indexed.studies(descending=False) for one in indexed.list.images(study.id)
    ]


def keep(indexed: Library, *vectors: npt.NDArray[np.float32], version: ModelVersion = ONE) -> Scores:
    scores = Scores(indexed.index)
    for (image, digest), features in zip(images(indexed), vectors, strict=False):
        assert scores.put(image, version, Outcome.SCORED, digest=digest, features=features)
    return scores


def look(indexed: Library, features: npt.NDArray[np.float32], **given: object) -> Nearest:
    return nearest(indexed.index.database, given.pop("version", ONE), features, **given)  # type: ignore[arg-type]


def test_the_nearest_come_first_with_one_minus_the_cosine(indexed: Library) -> None:
    keep(indexed, vector(1, 0), vector(1, 1), vector(0, 3), vector(-1, 0), vector(10, 1))
    found = look(indexed, vector(2, 0), count=4)
    rows = [image for image, _ in images(indexed)]
    # cos: 1, 1/sqrt 2, 0, -1 and 10/sqrt 101; a vector's length does not matter.
    assert [rows.index(one.image) for one in found.images] == [0, 4, 1, 2]
    assert [one.distance for one in found.images] == pytest.approx([0, 1 - 10 / 101**0.5, 1 - 0.5**0.5, 1], abs=1e-3)
    assert found.compared == 5


def test_the_image_itself_is_left_out(indexed: Library) -> None:
    keep(indexed, vector(1, 0), vector(1, 1))
    found = look(indexed, vector(1, 0), without={images(indexed)[0][1]})
    assert [one.digest for one in found.images] == [images(indexed)[1][1]] and found.compared == 1


@pytest.mark.parametrize(
    "version", [OTHER, ModelVersion("h", "another", "recipe"), ModelVersion("h", "model", "another")]
)
def test_features_of_another_head_model_or_recipe_are_never_compared(indexed: Library, version: ModelVersion) -> None:
    keep(indexed, vector(1, 0), vector(0, 1), version=version)
    assert look(indexed, vector(1, 0)) == Nearest((), 0)
    assert look(indexed, vector(1, 0), version=version).compared == 2


def test_features_of_another_length_are_passed_over(indexed: Library) -> None:
    keep(indexed, vector(1, 0), vector(1, 0, 0))
    assert look(indexed, vector(1, 0)).compared == 1


def test_many_images_are_compared_in_steps_with_the_same_result(
    indexed: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(indexed, vector(1, 0), vector(1, 1), vector(0, 3), vector(-1, 0), vector(10, 1))
    whole = look(indexed, vector(2, 0), count=3)
    monkeypatch.setattr(similar, "AT_ONCE", 2)
    assert look(indexed, vector(2, 0), count=3) == whole


def test_a_search_that_is_cancelled_ends(indexed: Library) -> None:
    keep(indexed, vector(1, 0))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(JobCancelled):
        look(indexed, vector(1, 0), cancel=cancel)


def test_features_without_a_direction_or_too_many_are_not_kept() -> None:
    assert packed(vector(0, 0)) is None and packed(vector(float("nan"), 1)) is None
    assert packed(np.ones(similar.MAX_VALUES + 1, np.float32)) is None
    kept = packed(vector(3, 4))
    assert kept is not None and len(kept) == 4
    np.testing.assert_allclose(np.frombuffer(kept, "<f2"), [0.6, 0.8], atol=1e-3)


def test_what_was_scored_before_features_were_kept_is_scored_once_more(indexed: Library) -> None:
    scores = Scores(indexed.index)
    (first, digest), (second, other), *_ = images(indexed)
    scores.put(first, ONE, Outcome.SCORED, digest=digest)
    scores.put(second, ONE, Outcome.REJECTED, digest=other, reason="child")
    assert len(scores.to_score(ONE)) == 3
    left = [image for image, _ in scores.to_score(ONE, with_features=True)]
    assert first in left and second not in left and len(left) == 4  # a rejected image has no features to keep
    scores.put(first, ONE, Outcome.SCORED, digest=digest, features=vector(1, 0))
    assert first not in [image for image, _ in scores.to_score(ONE, with_features=True)]


def test_a_new_score_takes_the_older_features_with_it(indexed: Library) -> None:
    scores = keep(indexed, vector(1, 0))
    image, digest = images(indexed)[0]
    scores.put(image, ModelVersion("h", "newer", "recipe"), Outcome.SCORED, digest=digest, features=vector(0, 1))
    assert look(indexed, vector(1, 0)).compared == 0
    assert indexed.index.database.rows("SELECT count(*) FROM feature") == [(1,)]
