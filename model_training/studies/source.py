"""Can the set a film is of be read from a head's features? What a head may have learned instead of findings.

Only held-out films *without any finding* are asked, so that the mix of findings does not tell the sets apart. A
logistic regression on the features tells two sets from each other, cross-validated by patient; 0.5 is an area that
knows nothing. Asked are the films as they are, and equalised: all brought to the pixels of the smallest set, up again,
and compressed alike.
"""

from __future__ import annotations

import io
import itertools
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cxrviewer import atomic
from cxrviewer.heads.package.files import MAX_FILE_BYTES, read_file
from cxrviewer.heads.package.manifest import read_manifest
from model_training.data.packed import FloatArray, Grey, PackedSet, folds_of, recipe_of, standardise
from model_training.data.splits import Part
from model_training.errors import TrainingError
from model_training.export.onnx import run_onnx
from model_training.models.gradcam import IMAGE_CHANNELS
from model_training.provenance import config_of_head, names_in_files
from model_training.stats.metrics import Interval, auc_with_intervals

SOURCES = ("nih", "nih128", "rsna_normal")
AT_MOST = 250
"""Films per set."""
LEAST_SIDE = 112
QUALITY = 75
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Told:
    """How well two sets are told from each other; `area` is the ROC area with its interval by patient."""

    sets: tuple[str, str]
    images: tuple[int, int]
    equalised: bool
    area: Interval


def equalised(grey: Grey) -> Grey:
    """Return a film, (h, w) in [0, 1], with no more than `LEAST_SIDE` pixels' worth of detail and fresh compression."""
    height, width = grey.shape
    picture = Image.fromarray(np.rint(grey * 255).astype(np.uint8))
    picture = picture.resize((LEAST_SIDE, LEAST_SIDE), Image.Resampling.BOX).resize((width, height))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return np.asarray(Image.open(buffer), np.float32) / np.float32(255)


def tell_apart(features: FloatArray, second: npt.NDArray[np.bool_], patients: list[str]) -> Interval | None:
    """Return the area of a logistic regression that tells rows with `second` from others, on patients it never saw."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    predicted = np.zeros(len(features))
    for fit, held in GroupKFold(FOLDS).split(features, second, patients):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=500))
        predicted[held] = model.fit(features[fit], second[fit]).decision_function(features[held])
    return auc_with_intervals(second[:, None].astype(float), predicted[:, None], patients).findings[0]


def _chosen(dev_set: PackedSet, name: str) -> list[int]:
    """Return held-out films of a set that have no finding."""
    held = (Part.TEST, Part.VALIDATION)
    index = [i for i, record in enumerate(dev_set.records) if record.set == name and dev_set.parts[i] in held]
    index = [i for i in index if not any(dev_set.records[i].labels)]
    return [int(i) for i in np.random.default_rng(0).permutation(index)[:AT_MOST]]


def _features(model: bytes, dev_set: PackedSet, index: list[int], *, equal: bool) -> FloatArray:
    rows = []
    for i in index:
        grey = equalised(dev_set.grey(i)) if equal else dev_set.grey(i)
        _, _, seen = run_onnx(model, standardise(grey[None], dev_set.recipe))
        # The film's own channels are the OOD detector's; findings are read from the others.
        rows.append(seen[0, :-IMAGE_CHANNELS].mean((1, 2)))
    return np.array(rows, np.float64)


def study_source(model: bytes, dev_set: PackedSet) -> list[Told]:
    """Return how well each pair of sets is told apart from the features of `model`, as they are and equalised."""
    chosen = {name: _chosen(dev_set, name) for name in SOURCES}
    chosen = {name: index for name, index in chosen.items() if len(index) >= FOLDS}
    found = []
    for equal in (False, True):
        features = {name: _features(model, dev_set, index, equal=equal) for name, index in chosen.items()}
        for first, second in itertools.combinations(chosen, 2):
            both = np.concatenate([features[first], features[second]])
            is_second = np.arange(len(both)) >= len(features[first])
            area = tell_apart(both, is_second, dev_set.patients(np.array(chosen[first] + chosen[second])))
            if area is not None:
                found.append(Told((first, second), (len(chosen[first]), len(chosen[second])), equal, area))
    return found


def table(found: list[Told]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| sets | films without a finding | films | area of telling them apart |",
        "|---|---|---|---|",
        *(
            f"| {' or '.join(told.sets)} | {told.images[0]} and {told.images[1]} | "
            f"{'equalised' if told.equalised else 'as they are'} | {told.area} |"
            for told in found
        ),
    ]
    return "\n".join(lines)


def run_source_study(*, head: Path, cache: Path, output: Path | None = None) -> int:
    """Print how well the set of a film is read from a head's features; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For a head without its folds, and where fewer than two sets have held-out films.
    """
    manifest, config = read_manifest(head), config_of_head(head)
    model = read_file(head, manifest.model.file, MAX_FILE_BYTES)
    dev_set = PackedSet.open(recipe_of(config["recipe"]), cache, **folds_of(config))
    found = study_source(model, dev_set)
    if not found:
        raise TrainingError("Fewer than two sets have held-out films without a finding; check the data folder.")
    sys.stdout.write(table(found) + "\n")
    if output is not None:
        rows = [asdict(told, dict_factory=names_in_files) for told in found]
        atomic.write_bytes(output, (json.dumps(rows, indent=1) + "\n").encode())
    return 0
