"""Several experiments on equal terms: arms that differ in what they name, seeds, one table.

A study is a TOML file: a base experiment, seeds, and arms that override single keys of it. Every run
is resumable; finished runs are not run again. The table compares arms on the same held-out films.
"""

from __future__ import annotations

import fnmatch
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from cxrviewer import atomic
from cxrviewer.imaging.recipe import InputRecipe
from model_training.config.data import DataConfig
from model_training.config.experiment import (
    PRECOMPUTED_KINDS,
    ConfigError,
    TrainConfig,
    config_of,
    data_of,
    merged,
    read_table,
)
from model_training.config.names import current_names
from model_training.data.development_set import EVALUATED_SETS, LABELS
from model_training.data.record_set import RecordSet, open_record_set, pack_record_set
from model_training.data.splits import Part
from model_training.distill.precomputed import precomputed_logits
from model_training.engine.train import Trainer, config_dict, predict
from model_training.errors import TrainingError
from model_training.models.zoo import build_network
from model_training.provenance import read_checkpoint
from model_training.report.cost import Cost, measure, network_model
from model_training.stats.metrics import Interval, auc_with_intervals
from model_training.stats.paired import PairedResult, paired_agreement, paired_auc, rank_agreement

FloatArray = npt.NDArray[np.float64]
SCORES = "held.npz"


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to train.

    Attributes
    ----------
    changes : dict
        On top of the study's base: those of the experiment file it names, then its own.
    against : tuple of str
        Names of the arms it is compared with; in the file one name or a list.
    networks : tuple of str
        The networks behind its teachers, for their cost (`teacher_table`).
    """

    name: str
    changes: dict[str, Any]
    against: tuple[str, ...]
    seeds: tuple[int, ...]
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """Arms over one base.

    Attributes
    ----------
    findings : tuple of str
        Labels that the study is about; beside the tables of all of them it gets one of these alone.
    """

    name: str
    base: dict[str, Any]
    arms: tuple[Arm, ...]
    findings: tuple[str, ...] = ()

    def config(self, arm: Arm, seed: int) -> TrainConfig:
        """Return the experiment of one run.

        Raises
        ------
        ConfigError
            With every problem, under the arm's name.
        """
        own = {"name": f"{slug(arm.name)}-{seed}", "seed": seed}
        return config_of(merged(merged(self.base, arm.changes), own), f"{self.name}, {arm.name}")


def slug(name: str) -> str:
    """Return a folder's name for an arm."""
    return "".join(c if c.isalnum() or c in ".-" else "_" for c in name.lower()).strip("_")


def names_of(given: str | list[str]) -> tuple[str, ...]:
    """Return the names of one name or a list."""
    return (given,) if isinstance(given, str) else tuple(given)


def _shape_problems(table: dict[str, Any]) -> list[str]:
    """Return what of a study's file is not even of the kind it must be."""
    problems = [f"{key}: must be text" for key in ("name", "base") if not isinstance(table.get(key, ""), str)]
    arms = table.get("arms", [])
    if not isinstance(arms, list) or not all(isinstance(arm, dict) for arm in arms):
        return [*problems, "arms: must be a list of tables, [[arms]]"]
    problems += ["arms: at least one is needed"] if "arms" in table and not arms else []
    for where, one in (("", table), *((f"arms[{i}].", arm) for i, arm in enumerate(arms))):
        seeds = one.get("seeds", [0])
        whole = isinstance(seeds, list) and all(isinstance(seed, int) for seed in seeds)
        if not whole or not seeds or len(set(seeds)) < len(seeds):
            problems.append(f"{where}seeds: must be whole numbers, each once, at least one")
    known = {"name", "config", "set", "against", "seeds", "networks"}
    problems += [f"arms[{i}].{key}: unknown key" for i, arm in enumerate(arms) for key in arm if key not in known]
    problems += [f"{key}: unknown key" for key in table if key not in {"name", "base", "seeds", "arms", "findings"}]
    kinds = {"name": str, "config": str, "set": dict, "against": str | list, "networks": list}
    problems += [
        f"arms[{i}].{key}: must be {getattr(kind, '__name__', 'text or a list')}"
        for i, arm in enumerate(arms)
        for key, kind in kinds.items()
        if key in arm and not isinstance(arm[key], kind)
    ]
    return problems


def _name_problems(arms: Sequence[Arm]) -> list[str]:
    """Return which arms would share a folder: one would be shown with the figures of the other."""
    first: dict[str, str] = {}
    problems = []
    for arm in arms:
        folder = slug(arm.name)
        if folder in first:
            problems.append(f"{arm.name}: has the folder of {first[folder]!r}, {folder}; give it another name")
        first.setdefault(folder, arm.name)
    return problems


def read_study(path: Path) -> Study:
    """Read a study and check every experiment in it.

    Raises
    ------
    ConfigError
        With every problem of the file and of its experiments.
    """
    table = read_table(path)
    if problems := _shape_problems(table):
        raise ConfigError(path.name, problems)
    try:
        base = read_table(path.parent / table["base"])
        arms = tuple(
            Arm(
                arm["name"],
                merged(
                    read_table(path.parent / arm["config"]) if "config" in arm else {},
                    current_names(arm.get("set", {}))[0],
                ),
                names_of(arm.get("against", ())),
                tuple(arm.get("seeds", table["seeds"])),
                tuple(arm.get("networks", ())),
            )
            for arm in table["arms"]
        )
        study = Study(table["name"], base, arms, tuple(table.get("findings", ())))
    except KeyError as error:
        raise ConfigError(path.name, [f"{error.args[0]}: missing"]) from error
    problems = _name_problems(arms) + [
        f"{arm.name}: against names no arm: {name}"
        for arm in arms
        for name in arm.against
        if name not in {a.name for a in arms}
    ]
    problems += [f"findings: there is no label {one}" for one in study.findings if one not in LABELS]
    measured_on: dict[str, DataConfig] = {}
    for arm in arms:
        try:
            measured_on[arm.name] = data_of(study.config(arm, arm.seeds[0]))
        except ConfigError as error:
            problems += [f"{arm.name}: {problem}" for problem in error.problems]
    # Before hours of training: afterwards `require_same_images` finds it, too.
    problems += [
        f"{arm.name}: has other folds, halves or data than {name}, so the two are measured on different images"
        for arm in arms
        for name in arm.against
        if {arm.name, name} <= measured_on.keys() and measured_on[arm.name] != measured_on[name]
    ]
    if problems:
        raise ConfigError(path.name, problems)
    return study


def held_rows(used: RecordSet, config: TrainConfig, sets: Sequence[str] = EVALUATED_SETS[:1]) -> list[int]:
    """Return which films no run trains on: validation and test part; of the development set, those of `sets`."""
    held = (Part.VALIDATION, Part.TEST)
    return [
        i
        for i, part in enumerate(used.parts)
        if part in held and (config.data.kind != "development_set" or used.records[i].set in sets)
    ]


def score_held(trainer: Trainer, cache: Path) -> None:
    """Write the averaged network's logits of all held-out films beside its checkpoint.

    Held out are the validation *and* the test part: a study chooses and calibrates nothing on
    either, and twice the patients halve the variance of a difference.
    """
    config = trainer.config
    used, packed = pack_record_set(open_record_set(trainer.data), config.recipe, cache)
    rows = held_rows(used, config, EVALUATED_SETS)
    logits = predict(trainer.ema, packed[rows], config, size=config.stages[-1].size).numpy()
    out = io.BytesIO()
    np.savez_compressed(
        out,
        logits=logits,
        labels=np.array([used.records[i].labels for i in rows]),
        patients=np.array([used.records[i].patient_hash for i in rows]),
        precomputed=np.array([used.records[i].teacher for i in rows]),
        sets=np.array([used.records[i].set for i in rows]),
    )
    # Whole or not at all: a run with scores counts as finished.
    atomic.write_bytes(trainer.folder / SCORES, out.getvalue())


def check_finished(study: Study, out: Path) -> None:
    """Raise TrainingError where a finished run was made with another configuration than the study has now."""
    for arm in study.arms:
        for seed in arm.seeds:
            folder = out / f"{slug(arm.name)}-{seed}"
            checkpoint = folder / "checkpoint.pt"
            if not (folder / SCORES).exists() or not checkpoint.exists():
                continue
            stored = config_dict(config_of(read_checkpoint(checkpoint)["config"], f"{folder.name}/{checkpoint.name}"))
            now = config_dict(study.config(arm, seed))
            if different := [key for key in now if stored.get(key) != now[key]]:
                raise TrainingError(
                    f"The finished run {folder.name} was made with another configuration ({', '.join(different)}); its "
                    "figures are not those of this study. Choose another --out folder, or delete the run."
                )


def run_study(path: Path, out: Path, cache: Path, *, only: str = "*") -> None:
    """Train every run whose ``arm-seed`` matches `only` and that is not finished.

    Raises
    ------
    TrainingError
        Where `only` matches no run.
    """
    study = read_study(path)
    runs = {f"{slug(arm.name)}-{seed}": (arm, seed) for arm in study.arms for seed in arm.seeds}
    check_finished(study, out)
    chosen = fnmatch.filter(runs, only)
    if not chosen:
        raise TrainingError(f"--only {only} matches no run; there are {', '.join(runs)}")
    for name in chosen:
        folder = out / name
        if (folder / SCORES).exists():
            continue
        trainer = Trainer(study.config(*runs[name]), folder, cache)
        trainer.run(validate_every=10**9)
        score_held(trainer, cache)


@dataclass(frozen=True, slots=True)
class Row:
    """One arm in the table, beside one of those it is compared with; None where runs are missing.

    Attributes
    ----------
    against : str
        Empty for none.
    agreement : float or None
        With the predictions that came with the films, on held-out films (`rank_agreement`).
    closer : Interval or None
        How much more than its reference.
    """

    arm: Arm
    against: str
    auc: tuple[float, ...]
    interval: Interval | None
    gain: PairedResult | None
    agreement: float | None
    closer: Interval | None


def _chosen(stored: Mapping[str, npt.NDArray[Any]], of: str) -> npt.NDArray[np.bool_]:
    """Return which films of a run's scores a table is about; empty `of` for all but those near the natural mix."""
    if "sets" not in stored:  # runs finished before both sets were scored
        return np.full(len(stored["labels"]), not of)
    return stored["sets"] == of if of else ~np.isin(stored["sets"], EVALUATED_SETS[1:])


def _stored(file: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(io.BytesIO(file.read_bytes())) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise TrainingError(
            f"{file.parent.name}/{file.name} cannot be read; delete it, and the study measures this run again."
        ) from error


def _scores(
    study: Study, arm: Arm, out: Path, of: str = "", findings: Sequence[str] = ()
) -> tuple[dict[int, FloatArray], dict[str, FloatArray]]:
    """Return the scores of an arm's finished runs by their seed, and what is known of the films they are of."""
    runs: dict[int, FloatArray] = {}
    facts: dict[str, FloatArray] = {}
    columns = [LABELS.index(one) for one in findings] if findings else slice(None)
    for seed in arm.seeds:
        file = out / f"{slug(arm.name)}-{seed}" / SCORES
        if file.exists():
            stored = _stored(file)
            chosen = _chosen(stored, of)
            if not chosen.any():
                continue
            # Runs finished before the glossary hold the former name.
            taught = stored["precomputed" if "precomputed" in stored else "cached"]
            own = {
                "labels": stored["labels"][chosen][:, columns],
                "patients": stored["patients"][chosen],
                "precomputed": taught[chosen][:, columns],
            }
            if facts:
                require_same_images(arm.name, facts, f"{arm.name}, seed {seed}", own)
            facts = own
            runs[seed] = stored["logits"][chosen][:, columns].astype(np.float64)
    return runs, facts


def require_same_images(
    first: str, one: Mapping[str, npt.NDArray[Any]], second: str, other: Mapping[str, npt.NDArray[Any]]
) -> None:
    """Raise TrainingError where runs were measured on different films: with other folds or halves, or other data."""
    same = np.array_equal(one["patients"], other["patients"]) and np.array_equal(
        one["labels"], other["labels"], equal_nan=True
    )
    if not same:
        raise TrainingError(
            f"{first} and {second} were measured on different held-out images, so they cannot be compared: give all "
            "arms the same folds, halves and data."
        )


def _agreement(
    runs: list[FloatArray], other: list[FloatArray], facts: dict[str, FloatArray]
) -> tuple[float | None, Interval | None]:
    known = np.isfinite(facts["precomputed"]).all(axis=1)
    if not known.any():
        return None, None
    agreement = float(np.mean([rank_agreement(run[known], facts["precomputed"][known]) for run in runs]))
    if not other:
        return agreement, None
    return agreement, paired_agreement(np.stack(runs), np.stack(other), facts["precomputed"], facts["patients"])


def rows(study: Study, out: Path, of: str = "", findings: Sequence[str] = ()) -> list[Row]:
    """Return the arms that have finished runs, compared where their reference has as many.

    Parameters
    ----------
    of : str
        The set of the films they are measured on: ``nih128``, or empty for `nih` and for all films of another data set.
    findings : sequence of str
        Those of `LABELS` whose mean it is about; empty for all labels.
    """
    found = {arm.name: _scores(study, arm, out, of, findings) for arm in study.arms}
    table = []
    for arm in study.arms:
        by_seed, facts = found[arm.name]
        if not by_seed:
            continue
        runs = list(by_seed.values())
        results = [auc_with_intervals(facts["labels"], run, facts["patients"]) for run in runs]
        values = tuple(result.mean.value for result in results if result.mean)
        spread = results[0].mean if len(runs) == 1 else None
        for name in arm.against or ("",):
            gain = None
            other, other_facts = found[name] if name else ({}, {})
            shared = [seed for seed in by_seed if seed in other]
            mine, theirs = ([scores[seed] for seed in shared] for scores in (by_seed, other))
            if shared:
                require_same_images(arm.name, facts, name, other_facts)
                gain = paired_auc(facts["labels"], np.stack(mine), np.stack(theirs), facts["patients"])
            agreement, closer = _agreement(mine or runs, theirs, facts)
            table.append(Row(arm, name, values, spread, gain, agreement, closer))
    if not table and not of:
        raise TrainingError("No run of this study is finished yet.")
    return table


def markdown(study: Study, out: Path, of: str = "", findings: Sequence[str] = ()) -> str:
    """Return the table: mean AUC of every seed, their mean, the paired gain with its 95 % interval, and agreement.

    Empty where no run was measured on the set `of`.

    Agreement is Spearman's correlation with the precomputed teachers on the held-out films that have some.
    """
    lines = [
        "| arm | seeds | mean AUC (each seed) | against | paired gain, 95 % interval by patient | agreement with the "
        "precomputed teachers |",
        "|---|---|---|---|---|---|",
    ]
    found = rows(study, out, of, findings)
    if not found:
        return ""
    for row in found:
        each = ", ".join(f"{value:.3f}" for value in row.auc)
        spread = f" ({row.interval.low:.3f} to {row.interval.high:.3f})" if row.interval else ""
        gain = row.gain.sentence if row.gain else ""
        mean = f"{np.mean(row.auc):.3f}{spread} ({each})"
        agreement = "" if row.agreement is None else f"{row.agreement:.2f}"
        if row.closer is not None:
            agreement += f", {row.closer.value:+.2f} ({row.closer.low:+.2f} to {row.closer.high:+.2f})"
        lines.append(f"| {row.arm.name} | {len(row.auc)} | {mean} | {row.against} | {gain} | {agreement} |")
    return "\n".join(lines) + "\n"


HEAD = (
    "| teacher | its mean AUC (films with predictions) | student | paired gain | weights | multiply-adds | ms a film |",
    "|---|---|---|---|---|---|---|",
)


def teacher_auc(config: TrainConfig, used: RecordSet, held: list[int], runs: Path) -> str:
    """Return the mean AUC of the precomputed teachers on held-out films, with its interval and the number of films.

    Raises
    ------
    TrainingError
        Where a teacher is a network: its outputs must be precomputed (``predict``).
    """
    if any(teacher.kind not in PRECOMPUTED_KINDS for teacher in config.teachers):
        raise TrainingError("The table of teachers needs their predictions as CSV; write them with 'predict'.")
    records = [used.records[i] for i in held]
    # Not calibrated: it would be on the labels that it is measured by.
    teachers = [replace(teacher, calibrate=False) for teacher in config.teachers]
    predicted = precomputed_logits(teachers, records, used.labels, runs).numpy()
    known = ~np.isnan(predicted).any(axis=1)
    labels = np.array([record.labels for record in records])[known]
    patients = [record.patient_hash for record, ask in zip(records, known, strict=True) if ask]
    found = auc_with_intervals(labels, predicted[known], patients).mean
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
    used, _ = pack_record_set(open_record_set(data_of(config)), config.recipe, cache)
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
            teacher = teacher_auc(arm, used, held, out.resolve())
            lines.append(_line(row, teacher, [cost(name) for name in row.arm.networks]))
        else:
            lines.append(_line(row, "", [cost(config.network)]))
    return "\n".join(lines) + "\n"


def run(path: Path, out: Path, cache: Path, *, only: str, table_only: bool, threads: int) -> str:
    """Run what is left of a study and return its table, also written as ``table.md``.

    The networks' costs are measured once, not after every part of a study that is run in parts.
    """
    if threads:
        torch.set_num_threads(threads)
    if not table_only:
        run_study(path, out, cache, only=only)
    study = read_study(path)
    check_finished(study, out)
    text = markdown(study, out)
    text += "".join(f"\n{name}:\n\n{table}" for name in EVALUATED_SETS[1:] if (table := markdown(study, out, name)))
    for one in study.findings:
        text += f"\n{one}:\n\n{markdown(study, out, findings=(one,))}"
    if any(arm.networks for arm in study.arms) and (table_only or only == "*"):
        text += "\n" + teacher_table(study, out, cache)
    atomic.write_bytes(out / "table.md", text.encode())
    return text
