"""Run by torchrun in two processes: the tiny experiment of test_train on the films it lists."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from unittest import mock

import torch

from model_training.config.experiment import read_config
from model_training.data import record_set
from model_training.data.development_set import Record
from model_training.engine import train as engine


def main(folder: Path) -> None:
    """Train in `folder` and leave every process's parameters as rankN.pt."""
    torch.set_num_threads(1)
    records = []
    for i, path in enumerate(json.loads((folder / "films.json").read_text())):
        bright = i % 2
        records.append(
            Record(
                Path(path), "nih", f"nih:{i}", (float(bright),) * 14, (2.0 if bright else -2.0,) * 14, 50.0, 1.0, 0.0
            )
        )
    folds = {record.patient_hash: i % 5 for i, record in enumerate(records)}
    mock.patch.object(record_set, "read_development_set", lambda _: records).start()
    mock.patch.object(record_set, "read_split", lambda: folds).start()
    run = engine.Trainer(read_config(folder / "tiny.toml"), folder / "two", folder / "cache")
    run.run()
    state = {name: value.detach().clone() for name, value in run.objective.named_parameters()}
    torch.save(state, folder / f"rank{run.accelerator.process_index}.pt")
    run.accelerator.end_training()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
