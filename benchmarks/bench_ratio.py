"""How well the proposed cardiothoracic ratio agrees with measured ones: bias, limits of agreement, error.

    python -m benchmarks.bench_ratio DATA [--weights FILE] [--tuning]

DATA holds ``wingspan.csv`` and ``wingspan/`` (and ``not_frontal_chest/`` beside it, where it is there). Figures are of
the half of the images that neither the weights nor the limits were chosen on; ``--tuning`` shows the other half.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.outline import OutlineNet
from cxrviewer.paths import resources_dir
from cxrviewer.reading.annotations import Calibration, CardiothoracicRatio
from cxrviewer.reading.measure import cardiothoracic_ratio
from cxrviewer.reading.proposal import Doubt, proposed_ratio
from model_training.outline.wingspan import Record, records

RESAMPLES = 5_000
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Differences proposed minus measured."""

    differences: Values

    def rows(self) -> list[str]:
        """Return table rows with 95 % intervals from resampled images."""
        rng = np.random.default_rng(1)
        drawn = rng.choice(self.differences, (RESAMPLES, len(self.differences)))
        spread, own = drawn.std(axis=1, ddof=1), self.differences.std(ddof=1)
        mean, bias = drawn.mean(axis=1), self.differences.mean()
        error = np.abs(self.differences)
        return [
            _row("bias (proposed minus measured)", bias, mean),
            _row("lower limit of agreement", bias - 1.96 * own, mean - 1.96 * spread),
            _row("upper limit of agreement", bias + 1.96 * own, mean + 1.96 * spread),
            _row("mean absolute error", error.mean(), np.abs(drawn).mean(axis=1)),
            f"| largest absolute error | {error.max():.3f} |",
        ]


def _row(name: str, value: float, drawn: Values) -> str:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"| {name} | {value:+.4f} ({low:+.4f} to {high:+.4f}) |"


def answer(path: Path, network: OutlineNet) -> float | Doubt:
    """Return the proposed ratio of a picture, or why there is none."""
    shape = proposed_ratio(open_image(path).radiograph, network, Calibration())
    if isinstance(shape, Doubt):
        return shape
    assert isinstance(shape, CardiothoracicRatio)
    ratio = cardiothoracic_ratio(shape)
    assert ratio is not None
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--weights", type=Path, default=resources_dir() / "outline" / "outline.npz")
    parser.add_argument("--tuning", action="store_true")
    given = parser.parse_args()
    network = OutlineNet.load(given.weights)
    chosen = [image for image in records(given.data) if image.held_out != given.tuning]
    answers = {image: answer(image.folder / "image" / image.name, network) for image in chosen}
    measured: list[Record] = [image for image in chosen if image.ratio is not None]
    pairs = [(answers[image], image.ratio) for image in measured]
    differences = [found - ratio for found, ratio in pairs if not isinstance(found, Doubt) and ratio is not None]
    print("| what | value (95 % interval) |")
    print("|---|---|")
    print(f"| films, with a measured ratio | {len(chosen)}, {len(measured)} |")
    print(f"| with a proposal, of those measured | {len(differences)} |")
    print("\n".join(Agreement(np.array(differences)).rows()))
    for doubt in Doubt:
        print(f"| no proposal: {doubt.name.lower()} | {sum(found is doubt for found in answers.values())} |")
    others = given.data.parent / "not_frontal_chest"
    if others.is_dir():
        paths = sorted(p for p in others.rglob("*") if p.suffix in (".jpg", ".jpeg", ".png"))
        # The same split as for the images: by the hash of the name.
        part = [path for path in paths if Record(others, path.name, None).held_out != given.tuning]
        found = [path.name for path in part if not isinstance(answer(path, network), Doubt)]
        print(f"| pictures of something else, with a proposal | {len(part)}, {len(found)} |")
        if given.tuning:
            print(found)


if __name__ == "__main__":
    main()
