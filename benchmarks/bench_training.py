"""Is the loader the bottleneck? A training step against the bare forward and backward of the network.

Run ``python -m benchmarks.bench_training``. The bare step runs the network, a loss and the backward pass on
a batch that lies ready; the whole step is the trainer's own: films drawn and augmented, teachers asked,
every term, optimiser and weight average. Both take turns in one run and the ratio is taken between
medians. Aim: at most 1.2. With ``--workers 1`` films are made ready in another process, as on a
machine with a spare core; with 0 in the step itself.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from model_training.config.experiment import config_of, read_table
from model_training.data import record_set
from model_training.data.development_set import Record
from model_training.engine.train import Trainer

AIM = 1.2
CONFIG = Path(__file__).parents[1] / "model_training" / "configs" / "first_student.toml"


def noise_set(folder: Path, count: int = 200) -> list[Record]:
    """Write noise films of nobody with random labels and teachers, so that no data set is needed."""
    draw = np.random.default_rng(0)
    records = []
    for i in range(count):
        path = folder / f"{i}.png"
        Image.fromarray((draw.random((224, 224)) * 255).astype(np.uint8)).save(path)
        labels = tuple((draw.random(14) < 0.3).astype(float))
        records.append(Record(path, "nih", f"nih:{i}", labels, tuple(draw.normal(0, 1, 14)), 50.0, 1.0, 0.0))
    return records


def trainer(folder: Path, workers: int, size: int, batch: int, steps: int) -> Trainer:
    """Return the trainer of the shipped recipe at one size, on noise."""
    records = noise_set(folder)
    replaced: Any = record_set
    replaced.read_development_set = lambda root: records
    replaced.read_split = lambda: {record.patient_hash: i % 5 for i, record in enumerate(records)}
    table = read_table(CONFIG)
    stage = {"size": size, "steps": steps, "batch": batch, "lr": 1e-3}
    config = config_of({**table, "stages": [stage], "shares": {"nih": 1.0}, "workers": workers}, CONFIG.name)
    return Trainer(config, folder / "run", folder / "cache")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=8)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as folder:
        run = trainer(Path(folder), args.workers, args.size, args.batch, args.rounds + 2)
        (loader,) = run._loaders()
        images = args.batch + round(args.batch * run.config.outliers)
        x = torch.randn(images, 3, args.size, args.size).contiguous(memory_format=torch.channels_last)
        target = torch.rand(images, 14)
        bare, whole = [], []
        for turn in range(args.rounds + 2):
            begin = time.perf_counter()
            run.optimizer.zero_grad(set_to_none=True)
            functional.binary_cross_entropy_with_logits(run.objective.network(x), target).backward()
            between = time.perf_counter()
            run._update([next(loader)])
            if turn > 1:
                bare.append(between - begin)
                whole.append(time.perf_counter() - between)
    ratio = statistics.median(whole) / statistics.median(bare)
    print(f"{images} films of {args.size} pixels, {args.threads} thread(s), {args.workers} worker(s)")
    print(f"bare forward and backward  {statistics.median(bare) * 1e3:8.1f} ms")
    print(f"whole training step        {statistics.median(whole) * 1e3:8.1f} ms   {ratio:.2f} x (aim {AIM})")


if __name__ == "__main__":
    main()
