"""Train the outline network and write its weights.

    python -m model_training.outline DATA OUT.npz [--epochs 90]

DATA holds ``wingspan.csv`` and ``wingspan/``. Only films that are not held out are used. A quarter of an hour on one
core.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn

from cxrviewer.imaging.outline import SIDE, ranks
from model_training.outline.network import Outline, exported
from model_training.outline.wingspan import records

logger = logging.getLogger(__name__)

BATCH = 12
LOADED = 144
"""Pixels of a film's side before it is turned and scaled at random."""
Pictures = npt.NDArray[np.float32]


def moved(pictures: Tensor, masks: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return films and masks scaled, turned and shifted at random, `SIDE` pixels wide."""
    places = []
    for _ in range(len(pictures)):
        across = np.exp(rng.uniform(-0.28, 0.28))
        down = across * np.exp(rng.uniform(-0.08, 0.08))
        turn = np.radians(rng.normal(0, 4))
        x, y = rng.uniform(-0.18, 0.18, 2)
        cosine, sine = np.cos(turn), np.sin(turn)
        places.append([[cosine * across, -sine * down, x], [sine * across, cosine * down, y]])
    grid = nn.functional.affine_grid(
        torch.tensor(np.array(places), dtype=torch.float32), [len(pictures), 1, SIDE, SIDE], align_corners=False
    )
    beyond = "border" if rng.random() < 0.3 else "zeros"
    image = nn.functional.grid_sample(pictures, grid, padding_mode=beyond, align_corners=False)
    return image, nn.functional.grid_sample(masks, grid, align_corners=False)


def spoiled(picture: Pictures, rng: np.random.Generator) -> Pictures:
    """Return a film with uneven exposure, noise, a patch and a collimated edge, each now and then."""
    picture = picture.copy()
    spread = float(picture.std())
    if rng.random() < 0.5:
        coarse = Image.fromarray(rng.normal(0, 1, (4, 4)).astype(np.float32))
        uneven = np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        picture += uneven * np.float32(rng.uniform(0, 0.25) * spread)
    if rng.random() < 0.5:
        picture += rng.normal(0, rng.uniform(0, 0.15) * spread, picture.shape).astype(np.float32)
    if rng.random() < 0.3:
        top, left = rng.integers(0, SIDE - 16, 2)
        height, width = rng.integers(3, 15, 2)
        picture[top : top + height, left : left + width] = rng.choice([picture.min(), picture.max()])
    if rng.random() < 0.3:
        above, below, left, right = rng.integers(0, 10, 4)
        edge = rng.choice([picture.min(), picture.max()])
        picture[:above] = picture[SIDE - below :] = picture[:, :left] = picture[:, SIDE - right :] = edge
    return picture


def loss_of(logits: Tensor, masks: Tensor) -> Tensor:
    """Return cross-entropy plus the Dice loss."""
    found = torch.sigmoid(logits)
    overlap = (2 * (found * masks).sum((0, 2, 3)) + 1) / ((found + masks).sum((0, 2, 3)) + 1)
    cross: Tensor = nn.functional.binary_cross_entropy_with_logits(logits, masks)
    return cross + (1 - overlap).mean()


def train(folder: Path, epochs: int, seed: int = 7) -> Outline:
    """Return a trained network."""
    chosen = [record for record in records(folder) if not record.held_out]
    pictures = torch.tensor(np.stack([record.picture(LOADED) for record in chosen]))[:, None]
    masks = torch.tensor(np.stack([record.masks(LOADED) for record in chosen]))
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = Outline()
    optimiser = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=1e-3)
    steps = len(chosen) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, total_steps=epochs * steps)
    for epoch in range(epochs):
        order, total = rng.permutation(len(chosen)), 0.0
        for step in range(steps):
            picked = order[step * BATCH : (step + 1) * BATCH]
            image, mask = moved(pictures[picked], masks[picked], rng)
            seen = np.stack([ranks(spoiled(one, rng)) for one in image[:, 0].numpy()])
            loss = loss_of(network(torch.tensor(seen)[:, None]), mask)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        logger.info("epoch %d: loss %.4f", epoch + 1, total / steps)
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=90)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    weights: dict[str, Any] = exported(train(given.data, given.epochs))
    np.savez_compressed(given.out, **weights)


if __name__ == "__main__":
    main()
