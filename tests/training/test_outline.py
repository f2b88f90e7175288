"""The outline network: the same numbers in torch and in numpy, and a split that stays as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from cxrviewer.imaging.outline import SIDE, OutlineNet, ranks
from model_training.outline.network import Outline, exported
from model_training.outline.wingspan import Record


def test_numpy_computes_what_torch_computes(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = Outline()
    picture = ranks(np.random.default_rng(3).normal(size=(SIDE, SIDE)).astype(np.float32))
    with torch.no_grad():
        network(torch.randn(4, 1, SIDE, SIDE))  # normalisation that is not the identity
        network.eval()
        expected = torch.sigmoid(network(torch.tensor(picture)[None, None]))[0].numpy()
    np.savez_compressed(tmp_path / "outline.npz", **exported(network))  # type: ignore[arg-type]
    found = OutlineNet.load(tmp_path / "outline.npz")(picture)
    # Weights are stored with 11 bits.
    assert np.abs(found - expected).max() < 5e-3 and expected.std() > 1e-3


def test_the_split_is_by_the_hash_of_the_name() -> None:
    # From `printf w001.jpg | sha256sum`: a first byte of 80 to ff. The halves must never change.
    held_out = [n for n in range(1, 13) if Record(Path(), f"w{n:03}.jpg", None).held_out]
    assert held_out == [1, 2, 3, 5, 6, 9, 10, 12]
