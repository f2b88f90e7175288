"""Gives a head that stands a newly fitted detector; its network is not touched.

The detector reads the film's own channels only, so it can be fitted again without the checkpoint. What
the head says about its detector (card, provenance) is measured anew with it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import torch
from msgspec.structs import replace

from cxrviewer.heads.contract import HeadManifest
from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.heads.package.files import MANIFEST_NAME, hash_files
from cxrviewer.heads.package.manifest import read_manifest, write_manifest
from model_training.data.packed import PackedSet, folds_of
from model_training.errors import TrainingError
from model_training.head.card import DETECTOR_HEADING, FORMER_HEADING, detector_section
from model_training.head.write import CARD, changed_head, recover_folder
from model_training.models.gradcam import IMAGE_CHANNELS
from model_training.ood.detector import DetectorReport, fit_detector, in_all_channels, measure_detector
from model_training.provenance import PROVENANCE, commit, config_of_head


def exchange_section(card: str, detector: DetectorReport) -> str:
    """Return the model card with its section on the detector written anew.

    Raises
    ------
    TrainingError
        For a card without that section.
    """
    headings = "|".join(re.escape(heading) for heading in (DETECTOR_HEADING, FORMER_HEADING))
    found = re.search(rf"^(?:{headings})$.*?(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    if found is None:
        raise TrainingError(f"The head's {CARD} has no section '{DETECTOR_HEADING}'; export the head instead.")
    return card[: found.start()] + "\n".join(detector_section(detector)) + "\n\n" + card[found.end() :]


def _rewrite(folder: Path, manifest: HeadManifest, density: bytes, detector: DetectorReport) -> None:
    """Write everything in a copy of the head's folder that is about the detector."""
    (folder / str(manifest.eligibility.density)).write_bytes(density)
    card = folder / CARD
    card.write_text(exchange_section(card.read_text(encoding="utf-8"), detector), encoding="utf-8", newline="\n")
    about = folder / PROVENANCE
    provenance = json.loads(about.read_text(encoding="utf-8"))
    provenance = {
        key: value for key, value in provenance.items() if key not in ("gate", "commit_of_gate")
    }  # former names
    provenance |= {"ood_detector": detector.as_dict(), "commit_of_ood_detector": commit()}
    about.write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8", newline="\n")
    stated = replace(manifest, files=hash_files(folder, model=manifest.model.file))
    (folder / MANIFEST_NAME).write_text(write_manifest(stated), encoding="utf-8", newline="\n")


def run_refit_ood(*, head: Path, cache: Path) -> int:
    """Fit, measure and write the detector of the head in the folder `head`; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For a head without a OOD detector of the film's own channels, one that fails the viewer's checks with
        its new detector, or films that are not there. The folder is then as it was.
    """
    torch.set_num_threads(1)
    recover_folder(head)
    manifest = read_manifest(head)
    if manifest.eligibility.density is None:
        raise TrainingError(f"The head '{manifest.id}' has no OOD detector; export it with one instead.")
    old = OodDetector.from_bytes((head / manifest.eligibility.density).read_bytes())
    if old.channel_basis[:, :-IMAGE_CHANNELS].any():
        raise TrainingError(f"The detector of '{manifest.id}' reads the network's features, so it is not fitted here.")
    config = config_of_head(head)
    dev_set = PackedSet.open(manifest.recipe, cache, **folds_of(config))
    fitted = fit_detector(dev_set)
    detector = measure_detector(dev_set, fitted)
    with changed_head(head) as made:
        _rewrite(made, manifest, in_all_channels(fitted, old.channels - IMAGE_CHANNELS).to_bytes(), detector)
    sys.stdout.write("\n".join(detector_section(detector)) + "\n")
    return 0
