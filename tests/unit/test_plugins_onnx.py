"""The ONNX heads in ``plugins/``: each passes every check, and answers for an image by the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cxrviewer import cli
from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.registry.conformance import check_head

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
ONNX_HEADS = sorted(path.parent for path in PLUGINS.glob("*/head.toml") if read_manifest(path.parent).kind != "python")
DATA = Path(os.environ.get("CXR_DATA") or PLUGINS.parents[1] / "shared" / "data")


def test_the_plugins_are_all_there() -> None:
    kinds = {folder.name: read_manifest(folder).kind for folder in ONNX_HEADS}
    assert kinds == {
        "densenet121-cxr14": "image",
        "features-heart-size": "features",
        "lite0-cxr14": "image",
        "medtex-c2-cxr14": "image",
    }


@pytest.mark.parametrize("folder", ONNX_HEADS, ids=lambda folder: folder.name)
def test_a_plugin_passes_every_check_of_an_installation(folder: Path) -> None:
    assert [(check.name, check.problems) for check in check_head(folder) if check.problems] == []
    readme, card = (folder / "README.md").read_text(), (folder / "MODEL_CARD.md").read_text()
    assert "Research use only" in readme and "Research use only" in card
    # Evidence comes with its images; what has none, or too little, is shown as not validated.
    for finding in read_manifest(folder).findings:
        assert finding.auc is not None and finding.auc.low <= finding.auc.value <= finding.auc.high


@pytest.mark.skipif(not (DATA / "dicom").is_dir(), reason="the shared data are absent: set CXR_DATA")
@pytest.mark.parametrize("folder", ONNX_HEADS, ids=lambda folder: folder.name)
def test_a_plugin_reads_a_real_frontal_image(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = sorted((DATA / "cxr" / "nih").glob("*.jpg"))[0]
    assert cli.run(["score", str(image), "--head", str(folder)]) == 0
    entry: dict[str, Any] = json.loads(capsys.readouterr().out)["files"][0]
    assert entry["status"] == "scored", entry["reason"]
    assert len(entry["findings"]) == len(read_manifest(folder).findings)
    assert all(0 <= finding["probability"] <= 1 for finding in entry["findings"])


@pytest.mark.skipif(not (DATA / "not_frontal_chest").is_dir(), reason="the shared data are absent: set CXR_DATA")
@pytest.mark.parametrize("folder", ONNX_HEADS, ids=lambda folder: folder.name)
def test_a_plugin_scores_no_hand_and_no_lateral_image(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    others = [DATA / "not_frontal_chest" / name for name in ("hand_061.jpg", "chest_lateral_001.jpg")]
    assert cli.run(["score", *map(str, others), "--head", str(folder)]) == 0
    for entry in json.loads(capsys.readouterr().out)["files"]:
        assert entry["status"] == "refused", f"{folder.name} scored {entry['path']}: {entry['findings']}"
        assert entry["reason"]["code"] == "outside_training_distribution"
