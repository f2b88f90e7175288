"""Writes sections of a finished head's model card anew, from what is measured now; all else of the head stays."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import torch
from msgspec.structs import replace

from cxrviewer.heads.package.files import MANIFEST_NAME, hash_files
from cxrviewer.heads.package.manifest import read_manifest, write_manifest
from model_training.data.development_set import EVALUATED_SETS
from model_training.data.packed import PackedSet, folds_of
from model_training.data.splits import Part
from model_training.evaluate import evaluate_on_test, network_of_head
from model_training.head.breakdown import groups_on_test
from model_training.head.card import CALIBRATION_HEADING, TRAINING_HEADING, measured_sections
from model_training.head.write import CARD, changed_head, check_place, recover_folder
from model_training.provenance import PROVENANCE, commit, read_provenance


def exchange_section(card: str, section: list[str], before: str) -> str:
    """Return the card with a section written anew where it has one, else put before the section with heading `before`.

    A section is told by its heading, of which what follows a colon may differ.
    """
    text = "\n".join(section) + "\n\n"
    heading = re.escape(section[0].partition(":")[0])
    found = re.search(rf"^{heading}(:[^\n]*)?$.*?(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    if found is not None:
        return card[: found.start()] + text + card[found.end() :]
    next_one = re.search(rf"^{re.escape(before)}$", card, re.MULTILINE)
    place = next_one.start() if next_one is not None else len(card)
    return card[:place] + text + card[place:]


def run_refit_card(*, head: Path, version: str, cache: Path) -> int:
    """Measure the head in the folder `head` and write its card anew; returns the exit status.

    Raises
    ------
    TrainingError, DataError
        For a head of other findings, one that fails the viewer's checks afterwards, and films that are not there. The
        folder is then as it was.
    """
    torch.set_num_threads(1)
    recover_folder(head)
    manifest = read_manifest(head)
    check_place(head, head_id=manifest.id, title=manifest.title, version=version)
    network, config, calibration = network_of_head(head)
    dev_set = PackedSet.open(manifest.recipe, cache, **folds_of(config))
    findings = tuple(sorted(manifest.findings, key=lambda finding: finding.index))
    thresholds = [finding.threshold for finding in findings]
    # Of a head that was calibrated on films rich in findings, thresholds near the natural mix would say nothing.
    calibrated = dev_set.natural if read_provenance(head).get("natural_mix") else EVALUATED_SETS[0]
    result = evaluate_on_test(network, dev_set, calibration, thresholds)
    has_natural = calibrated != EVALUATED_SETS[0] and bool(len(dev_set.evaluated(Part.TEST, calibrated)))
    natural = evaluate_on_test(network, dev_set, calibration, thresholds, calibrated) if has_natural else None
    groups = groups_on_test(network, dev_set, calibration, calibrated)
    card = (head / CARD).read_text(encoding="utf-8")
    for section in measured_sections(result, natural, groups, findings, manifest.evidence_bar):
        first = section[0].startswith("## What it cannot see")
        card = exchange_section(card, section, TRAINING_HEADING if first else CALIBRATION_HEADING)
    card = card.replace(f"({manifest.id} {manifest.version})", f"({manifest.id} {version})", 1)
    with changed_head(head) as made:
        (made / CARD).write_text(card.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
        told = read_provenance(made) | {"commit_of_card": commit()}
        (made / PROVENANCE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8", newline="\n")
        stated = replace(manifest, version=version, files=hash_files(made, model=manifest.model.file))
        (made / MANIFEST_NAME).write_text(write_manifest(stated), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{head / CARD}: written anew, {manifest.id} {version}\n")
    return 0
