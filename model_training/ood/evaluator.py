"""Runs a head's OOD detector alone, on one film after another."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.imaging.recipe import InputRecipe
from model_training.errors import TrainingError


class Evaluator:
    """A head's ONNX file and OOD detector, one film at a time, headers ignored."""

    def __init__(self, folder: Path) -> None:
        # Set before the import: onnxruntime's wheels report usage by default.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        manifest = read_manifest(folder)
        if manifest.eligibility.density is None or manifest.model.features is None:
            raise TrainingError(f"The head '{manifest.id}' has no OOD detector, so there is nothing to study.")
        self.recipe: InputRecipe = manifest.recipe
        self.density = OodDetector.from_bytes((folder / manifest.eligibility.density).read_bytes())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / manifest.model.file), options, providers=["CPUExecutionProvider"]
        )
        self._input, self._features = manifest.model.input, manifest.model.features

    def accepts(self, tensor: npt.NDArray[np.float32]) -> bool:
        """Return whether the detector lets an image pass, (1, channels, H, W) as the network reads it."""
        (features,) = self._session.run([self._features], {self._input: tensor})
        return self.density.inside(features)
