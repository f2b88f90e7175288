"""What a checkpoint grew from: the checkpoints it started at and was taught by, as far as they are at hand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from cxrviewer.heads.package.files import sha256
from model_training.config.experiment import IMAGENET, SELECT
from model_training.data.development_set import development_root
from model_training.errors import TrainingError

TABLES = (
    "nih.csv",
    "nih_teachers.csv",
    "nih128.csv",
    "nih_relabel_chexnext_mednet.csv.gz",
    "rsna_normal.csv",
    "rsna_normal_names.csv",
    "rsna_normal_teachers.csv",
    "kermany.csv",
    "wingspan.csv",
    "hannover.csv",
)


NAMES_IN_FILES = {"images": "films", "teacher_images": "teacher_films"}
"""Counts of images keep the names that files have had for them since the first head."""


def names_in_files(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of a result as files name them; a `dict_factory` of `dataclasses.asdict`."""
    return {NAMES_IN_FILES.get(name, name): value for name, value in fields}


def ancestors(config: dict[str, Any], runs: Path) -> list[dict[str, Any]]:
    """Return start and teachers of an experiment, each with its own: role, name, network, stages, steps, digest.

    Parameters
    ----------
    runs : Path
        The folder of runs, which the paths in `config` are relative to.
    """
    found = []
    start = config.get("weights", "")
    if start:
        found.append(_one("start", start, runs))
    for teacher in config.get("teachers", ()):
        kind = teacher["kind"]
        if kind == "checkpoint":
            found.append(_one("teacher", teacher["checkpoint"], runs))
        elif kind == "csv":
            table = (runs / teacher["checkpoint"]).resolve()
            known = {"sha256": sha256(table.read_bytes())} if table.is_file() else {}
            found.append({"role": "teacher", "name": f"predictions of {table.parent.name}", **known})
        else:
            found.append(
                {"role": "teacher", "name": teacher["name"] or "precomputed predictions of three DenseNet-121"}
            )
    return found


def _one(role: str, path: str, runs: Path) -> dict[str, Any]:
    selected = {"selected": True} if path.startswith(SELECT) else {}
    path = path.removeprefix(SELECT)
    if path == IMAGENET:
        return {"role": role, "name": f"{'evenly spaced ' if selected else ''}ImageNet weights"}
    file = (runs / path).resolve()
    if not file.is_file():
        return {"role": role, "name": file.parent.name, "missing": True}
    state: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    config = state["config"]
    return {
        "role": role,
        **selected,
        "name": config["name"],
        "network": config.get("network", "eeea_net_c2"),
        "stages": config["stages"],
        "steps": state["step"],
        "seed": state["seed"],
        "sha256": sha256(file.read_bytes()),
        # A head opened again brings its own: the checkpoints it grew from need not be at hand.
        "ancestors": state.get("ancestors") or ancestors(config, file.parent.parent),
    }


def sentence(ancestor: dict[str, Any]) -> str:
    """Say one ancestor in words, with its own in brackets."""
    if "network" not in ancestor:
        return str(ancestor["name"]) + (" (its checkpoint was not at hand)" if ancestor.get("missing") else "")
    sizes = ", ".join(f"{s['size']} px" for s in ancestor["stages"])
    grown = "; ".join(f"{a['role']}: {sentence(a)}" for a in ancestor["ancestors"])
    name = f"`{ancestor['name']}` ({ancestor['network'].removeprefix('timm:')}, {ancestor['steps']} steps, {sizes}"
    name = f"evenly spaced weights of {name}" if ancestor.get("selected") else name
    return f"{name}; {grown})" if grown else f"{name})"


def data_digests() -> dict[str, str]:
    """Return the SHA-256 of every table of the development set that is at hand."""
    root = development_root()
    return {name: sha256((root / name).read_bytes()) for name in TABLES if (root / name).is_file()}


def commit() -> str:
    """Return the commit of the working tree this code lies in, with ``+`` where it was changed; empty without git."""
    here = Path(__file__).resolve().parents[1]

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=here, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "model_training", "cxrviewer")
        return git("rev-parse", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.SubprocessError):
        return ""


PROVENANCE = "PROVENANCE.json"


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return a head's provenance; its ``config`` names the recipe and the folds it was trained without.

    Raises
    ------
    TrainingError
        For a folder without it, or one that does not say these.
    """
    try:
        told: dict[str, Any] = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        config = told["config"]
        if not {"recipe", "test_fold", "validation_fold"} <= set(config):
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"The head's {PROVENANCE} does not say which folds it was trained without.") from error
    return told


def config_of_head(folder: Path) -> dict[str, Any]:
    """Return the configuration a head was trained with.

    Raises
    ------
    TrainingError
        As `read_provenance`.
    """
    config: dict[str, Any] = read_provenance(folder)["config"]
    return config
