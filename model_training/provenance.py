"""What a checkpoint grew from: the checkpoints it started at and was taught by, as far as they are at hand."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from cxrviewer import atomic
from cxrviewer.heads.package.files import sha256
from model_training.config.experiment import IMAGENET, SELECT, checkpoint_named
from model_training.config.names import current_names
from model_training.data.development_set import development_root
from model_training.data.splits import SPLIT_FILE
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


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return a checkpoint of this project: weights of the averaged network (``ema``), ``config`` and more.

    Raises
    ------
    TrainingError
        Where the file is not there, is cut short, or is something else.
    """
    name = f"{path.resolve().parent.name}/{path.name}"
    damaged = (
        f"{name} is no checkpoint of this project, or it is damaged. Name another one, or delete it to train from the "
        "beginning."
    )
    if not path.exists():
        raise TrainingError(
            f"{path.resolve()} is not there. A training writes it, and 'import-checkpoint' makes it of a head; paths "
            "in an experiment are relative to the folder above --out."
        )
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        whole = isinstance(state["ema"], dict) and isinstance(state["config"]["recipe"], dict)
    # Whatever lies in the file: torch's reader raises ten kinds of error for bytes that are none of its own.
    except Exception as error:
        raise TrainingError(damaged) from error
    if not whole:
        raise TrainingError(damaged)
    return state


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint completely or not at all. Raises OSError; the one that was there is then as it was."""
    # In memory first: on a full disk torch's own writer ends the process in a sentence about its containers.
    out = io.BytesIO()
    torch.save(state, out)
    with atomic.replacing(path) as file:
        file.write(out.getbuffer())


NIH = ("development_set", "chestxray14")
"""Kinds of data whose images are of the same patients, with other parts."""


def learned_from_held_out(config: dict[str, Any], other: dict[str, Any]) -> str:
    """Say which images that a training with `config` holds out one with `other` has learned from; empty for none.

    Parameters
    ----------
    config, other : dict
        Configurations as checkpoints hold them.
    """
    ours, theirs = (current_names(one)[0] for one in (config, other))
    data, their_data = (one.get("data", {}) for one in (ours, theirs))
    kind, their_kind = (one.get("kind", NIH[0]) for one in (data, their_data))
    if kind != their_kind:
        both = kind in NIH and their_kind in NIH
        return f"images of the same patients in another data set, {their_kind}" if both else ""
    if kind != NIH[0]:
        same_images = kind != "folder" or data.get("folder") == their_data.get("folder")
        keys = [key for key in ("protocol", "seed", "split_file") if data.get(key) != their_data.get(key)]
        return f"other parts of the same data set (data.{keys[0]} differs)" if keys and same_images else ""
    held = {int(theirs["test_fold"]), int(theirs["validation_fold"])}
    for name in ("test_fold", "validation_fold"):
        if int(ours[name]) not in held:
            return f"fold {ours[name]}, the {name} here"
    half, fold = int(theirs.get("validation_half", -1)), int(theirs["validation_fold"])
    same_half = fold == int(ours["validation_fold"]) and half == int(ours.get("validation_half", -1))
    return "" if half < 0 or same_half else f"half {half} of the patients of fold {fold}"


def _named_files(config: dict[str, Any], runs: Path) -> Iterator[Path]:
    """Yield the checkpoints at hand that a training begins from or is taught by; a table's lie beside it."""
    if start := checkpoint_named(config.get("weights", "")):
        yield (runs / start).resolve()
    for teacher in config.get("teachers", ()):
        for named in (teacher.get("checkpoint", ""), teacher.get("features", "")):
            file = (runs / named).resolve()
            if named and teacher["kind"] == "checkpoint":
                yield file
            elif named:
                yield from (file.with_name("checkpoint.pt"), *sorted(file.parent.glob("fifth-*/checkpoint.pt")))


def check_held_out(config: dict[str, Any], runs: Path) -> None:
    """Raise TrainingError where a start or a teacher of a training has learned from images that it holds out.

    So have all that these grew from, as far as their checkpoints are at hand.

    Parameters
    ----------
    config : dict
        As a checkpoint holds it.
    runs : Path
        The folder that its paths are relative to.
    """
    seen: set[Path] = set()
    asked = list(_named_files(config, runs))
    while asked:
        file = asked.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        theirs = read_checkpoint(file)["config"]
        if found := learned_from_held_out(config, theirs):
            raise TrainingError(
                f"{file.parent.name}/{file.name}, which this training starts from or is taught by, has learned from "
                f"{found}. No figure of this training would be of images it has not seen. Use the same folds and "
                "halves, or another start."
            )
        asked += _named_files(theirs, file.parent.parent)


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
    state = read_checkpoint(file)
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


def named(ancestor: dict[str, Any]) -> str:
    """Return the words for one ancestor, without what it grew from itself."""
    if "network" not in ancestor:
        return str(ancestor["name"]) + (" (its checkpoint was not at hand)" if ancestor.get("missing") else "")
    return ("evenly spaced weights of " if ancestor.get("selected") else "") + f"`{ancestor['name']}`"


def names_of(ancestors: Iterable[dict[str, Any]], role: str) -> list[str]:
    """Return the words for those of the ancestors that are the `role`, start or teacher."""
    return [named(a) for a in ancestors if a["role"] == role]


def _grown_from(ancestors: Sequence[dict[str, Any]]) -> str:
    """Return what a network started from and who taught it, in words."""
    start, teachers = (names_of(ancestors, role) for role in ("start", "teacher"))
    taught = f"taught by {'; '.join(teachers)}" if teachers else "no teacher"
    return f"started from {start[0] if start else 'random weights'}, {taught}"


def family(ancestors: Iterable[dict[str, Any]]) -> list[str]:
    """Return one line for every network among the ancestors and theirs, each once, nearest first."""
    lines: dict[str, None] = {}
    waiting = list(ancestors)
    while waiting:
        a = waiting.pop(0)
        if "network" in a:
            sizes = " and ".join(", ".join(str(s["size"]) for s in a["stages"]).rsplit(", ", 1))
            network = a["network"].removeprefix("timm:")
            line = f"* `{a['name']}`: {network}, {a['steps']} steps at {sizes} px; {_grown_from(a['ancestors'])}."
            lines[line] = None
            waiting += a["ancestors"]
    return list(lines)


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
    if not (folder / PROVENANCE).is_file():
        raise TrainingError(
            f"{folder} has no {PROVENANCE}: which images its network was trained on is not known, so it can be neither "
            "measured nor trained on here. Name the folder of a head that 'export' wrote."
        )
    try:
        told: dict[str, Any] = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        config = told["config"]
        if not {"recipe", "test_fold", "validation_fold"} <= set(config):
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"The head's {PROVENANCE} does not say which folds it was trained without.") from error
    return told


def knows_split(folder: Path) -> bool:
    """Return whether a head was trained with the split in use.

    Under the older one twins of images that are held out now trained, those of `nih` excepted.
    """
    return bool(read_provenance(folder).get("split_sha256") == sha256(SPLIT_FILE.read_bytes()))


def config_of_head(folder: Path) -> dict[str, Any]:
    """Return the configuration a head was trained with.

    Raises
    ------
    TrainingError
        As `read_provenance`.
    """
    config: dict[str, Any] = read_provenance(folder)["config"]
    return config
