"""Gives a head that stands a newly fitted gate; its network is not touched.

The gate reads the film's own channels only, so it can be fitted again without the checkpoint. What
the head says about its gate (card, provenance) is measured anew with it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from cxrviewer.heads.contract import HeadManifest
from cxrviewer.heads.eligibility.ood_detector import FeatureDensity
from cxrviewer.heads.package.files import MANIFEST_NAME, hash_files
from cxrviewer.heads.package.manifest import read_manifest, write_manifest
from model_training.data.packed import PackedPool
from model_training.errors import TrainingError
from model_training.head.card import GATE_HEADING, gate_section
from model_training.head.write import CARD, refuse_failing, replace_folder
from model_training.models.gradcam import FILM_CHANNELS
from model_training.ood.detector import GateReport, fit_gate, in_all_channels, measure_gate
from model_training.provenance import PROVENANCE, commit, config_of_head


def exchange_section(card: str, gate: GateReport) -> str:
    """Return the model card with its section on the gate written anew.

    Raises
    ------
    TrainingError
        For a card without that section.
    """
    found = re.search(rf"^{re.escape(GATE_HEADING)}$.*?(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    if found is None:
        raise TrainingError(f"The head's {CARD} has no section '{GATE_HEADING}'; export the head instead.")
    return card[: found.start()] + "\n".join(gate_section(gate)) + "\n\n" + card[found.end() :]


def _rewrite(folder: Path, manifest: HeadManifest, density: bytes, gate: GateReport) -> None:
    """Write everything in a copy of the head's folder that speaks about the gate."""
    (folder / str(manifest.scope.density)).write_bytes(density)
    card = folder / CARD
    card.write_text(exchange_section(card.read_text(encoding="utf-8"), gate), encoding="utf-8", newline="\n")
    about = folder / PROVENANCE
    told = json.loads(about.read_text(encoding="utf-8"))
    told |= {"gate": gate.as_dict(), "commit_of_gate": commit()}
    about.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8", newline="\n")
    stated = replace(manifest, files=hash_files(folder, model=manifest.model.file))
    (folder / MANIFEST_NAME).write_text(write_manifest(stated), encoding="utf-8", newline="\n")


def run_regate(*, head: Path, cache: Path) -> int:
    """Fit, measure and write the gate of the head in the folder `head`; returns the exit status.

    Raises
    ------
    TrainingError, PoolError
        For a head without a pixel gate of the film's own channels, one that fails the viewer's checks with
        its new gate, or films that are not there. The folder is then as it was.
    """
    torch.set_num_threads(1)
    manifest = read_manifest(head)
    if manifest.scope.density is None:
        raise TrainingError(f"The head '{manifest.id}' has no pixel gate; export it with one instead.")
    old = FeatureDensity.from_bytes((head / manifest.scope.density).read_bytes())
    if old.channel_basis[:, :-FILM_CHANNELS].any():
        raise TrainingError(f"The gate of '{manifest.id}' reads the network's features, so it is not fitted here.")
    config = config_of_head(head)
    pool = PackedPool.open(
        manifest.recipe, cache, test_fold=config["test_fold"], validation_fold=config["validation_fold"]
    )
    fitted = fit_gate(pool)
    gate = measure_gate(pool, fitted)
    made = Path(tempfile.mkdtemp(prefix=f".{head.name}.", dir=head.parent))
    try:
        shutil.copytree(head, made, dirs_exist_ok=True)
        _rewrite(made, manifest, in_all_channels(fitted, old.channels - FILM_CHANNELS).to_bytes(), gate)
        refuse_failing(made)
        replace_folder(made, head)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    sys.stdout.write("\n".join(gate_section(gate)) + "\n")
    return 0
