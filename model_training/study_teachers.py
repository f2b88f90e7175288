"""The first paper's comparison as a table: each teacher beside the student it taught, with what both cost.

The paper distils several networks into EEEA-Net-C2 and reports accuracy, size and time (method section B.1).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from cxrviewer.imaging.recipe import InputRecipe
from model_training.config import CACHED_KINDS, TrainConfig
from model_training.data.film_set import FilmSet, open_film_set, pack_film_set
from model_training.distill.cached import cached_logits
from model_training.engine.metrics import auc_with_intervals
from model_training.errors import TrainingError
from model_training.models.zoo import build_network
from model_training.report.cost import Cost, measure, network_model
from model_training.study import Row, Study, held_rows, rows

HEAD = (
    "| teacher | its mean AUC (films it speaks about) | student | paired gain | weights | multiply-adds | ms a film |",
    "|---|---|---|---|---|---|---|",
)


def spoken_auc(config: TrainConfig, used: FilmSet, held: list[int], runs: Path) -> str:
    """Return the mean AUC of an experiment's cached teachers on held-out films, with its interval and how many films.

    Raises
    ------
    TrainingError
        Where a teacher is a network: its answers must be written down once (``predict``).
    """
    if any(teacher.kind not in CACHED_KINDS for teacher in config.teachers):
        raise TrainingError("The table of teachers needs their predictions as CSV; write them with 'predict'.")
    films = [used.films[i] for i in held]
    said = cached_logits(config.teachers, films, used.labels, runs).numpy()
    known = ~np.isnan(said).any(axis=1)
    labels = np.array([film.labels for film in films])[known]
    patients = [film.patient_hash for film, ask in zip(films, known, strict=True) if ask]
    found = auc_with_intervals(labels, said[known], patients).mean
    if found is None:
        return f"- ({known.sum()})"
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f}) ({known.sum()})"


def network_cost(name: str, recipe: InputRecipe, classes: int) -> Cost:
    """Measure a network by its name in the zoo, with random weights: learning does not change its cost."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build_network(name, classes, recipe.channels, img_size=recipe.height)
    return measure(name, network_model(network, recipe), recipe)


def _cells(costs: list[Cost]) -> str:
    if not costs:
        return "not known | not known | not known"
    weights, multiply_adds, seconds = (
        sum(getattr(cost, key) for cost in costs) for key in ("weights", "multiply_adds", "median")
    )
    return f"{weights / 1e6:.1f} M | {multiply_adds / 1e9:.2f} G | {seconds * 1e3:.1f}"


def _line(row: Row, teacher: str, costs: list[Cost]) -> str:
    gain = row.gain.sentence if row.gain else ""
    return f"| {row.arm.name} | {teacher} | {np.mean(row.auc):.3f} | {gain} | {_cells(costs)} |"


def teacher_table(study: Study, out: Path, cache: Path) -> str:
    """Return the table of every finished arm; costs are those of ONNX files at the recipe's size, on one thread."""
    config = study.config(study.arms[0], study.arms[0].seeds[0])
    used, _ = pack_film_set(open_film_set(config.data), config.recipe, cache)
    held = held_rows(used, config)
    costs: dict[str, Cost] = {}

    def cost(name: str) -> Cost:
        if name not in costs:
            costs[name] = network_cost(name, config.recipe, len(used.labels))
        return costs[name]

    lines = [*HEAD]
    for row in rows(study, out):
        arm = study.config(row.arm, row.arm.seeds[0])
        # The first arm has no teacher: its row is the student's own cost.
        if row.arm.networks:
            teacher = spoken_auc(arm, used, held, out.resolve())
            lines.append(_line(row, teacher, [cost(name) for name in row.arm.networks]))
        else:
            lines.append(_line(row, "", [cost(config.network)]))
    return "\n".join(lines) + "\n"
