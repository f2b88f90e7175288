"""``python -m model_training``: one small parser and one small function per command."""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

CONFIGS = Path(__file__).parent / "configs"
SHIPPED = "resources/heads/cxrviewer.c2-cxr14"
RESUMABLE = ("train", "study", "cross-fit")
INTERRUPTED = 130
"""What a shell makes of a program that Ctrl-C ended."""


def _at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number of an option."""

    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, got {value}")
        return value

    return number


def _seconds(text: str) -> float:
    """Read a time of an option."""
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"must be above 0, got {text}")
    return value


def _add_train(commands: Any) -> None:
    train = commands.add_parser("train", help="train a student; killed and called again, it goes on")
    train.add_argument(
        "config", type=Path, help="TOML file of the experiment, for instance model_training/configs/student_c2.toml"
    )
    train.add_argument("--out", type=Path, required=True, help="folder of the checkpoint and the log")
    train.add_argument("--cache", type=Path, help="folder of the packed films (default: OUT/../cache)")
    train.add_argument("--threads", type=_at_least(0), default=0, help="CPU threads (default: torch decides)")
    train.add_argument(
        "--until", type=_at_least(1), metavar="STEP", help="stop after so many steps in all; a later call goes on"
    )
    train.add_argument(
        "--native",
        action="store_true",
        help="compile the slowest gradient for this processor, to be computed in one thread; needs a C compiler "
        "(`speed` measures what it gives)",
    )


def _add_speed(commands: Any) -> None:
    speed = commands.add_parser("speed", help="films per second at every size, in 32 bits and in bf16, on this machine")
    speed.add_argument("config", type=Path, help="TOML file of an experiment")
    speed.add_argument("--seconds", type=_seconds, default=3.0, help="how long each figure is measured")
    speed.add_argument("--threads", type=_at_least(0), default=0, help="CPU threads (default: torch decides)")


def _add_predict(commands: Any) -> None:
    predict = commands.add_parser(
        "predict", help="write a trained network's predictions for every film of the development set"
    )
    predict.add_argument("checkpoint", type=Path)
    predict.add_argument("-o", "--output", type=Path, required=True, help="CSV that a teacher of kind csv reads")
    predict.add_argument("--size", type=_at_least(32), default=224, help="side of the films it is shown (default: 224)")
    predict.add_argument("--sets", nargs="+", default=(), help="only films of these sets, for instance nih")
    predict.add_argument("--features", type=Path, help="also write its averaged features (npz), for feature terms")
    predict.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    predict.add_argument("--threads", type=_at_least(0), default=0, help="CPU threads (default: torch decides)")


def _add_cross_fit(commands: Any) -> None:
    cross = commands.add_parser(
        "cross-fit",
        help="train a teacher five times, each without a fifth of the patients, and write their outputs for that fifth",
    )
    cross.add_argument(
        "config", type=Path, help="TOML file of the teacher, for instance model_training/configs/cross_lite0.toml"
    )
    cross.add_argument("--out", type=Path, required=True, help="folder of the five networks and of predictions.csv")
    cross.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    cross.add_argument("--threads", type=_at_least(0), default=0, help="CPU threads (default: torch decides)")


def _add_freeze_split(commands: Any) -> None:
    freeze = commands.add_parser("freeze-split", help="write which patients train, validate and test, for split_file")
    freeze.add_argument("config", type=Path, help="TOML file of an experiment on films of your own")
    freeze.add_argument("-o", "--output", type=Path, required=True, help="CSV of hashed patients; never overwritten")


def _add_features_head(commands: Any) -> None:
    small = commands.add_parser("features-head", help="fit the enlarged-heart head on the features of a backbone head")
    small.add_argument("backbone", type=Path, help="folder of the head that hands on its features")
    small.add_argument("folder", type=Path, help="the new head's folder")
    small.add_argument("--version", required=True)


def _add_study(commands: Any) -> None:
    study = commands.add_parser("study", help="several experiments on equal terms, and one table of them")
    study.add_argument("study", type=Path, help="TOML file, for instance model_training/studies/gain.toml")
    study.add_argument("--out", type=Path, required=True, help="folder of the runs; finished ones are kept")
    study.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    study.add_argument("--only", default="*", help="pattern of the runs to train, as ARM-SEED")
    study.add_argument("--table", action="store_true", help="train nothing, print the table of what is finished")
    study.add_argument("--threads", type=_at_least(0), default=0, help="CPU threads (default: torch decides)")


def _add_evaluate(commands: Any) -> None:
    evaluate = commands.add_parser("evaluate", help="measure a checkpoint or a head on the held-out fold")
    what = evaluate.add_mutually_exclusive_group(required=True)
    what.add_argument("--checkpoint", type=Path)
    what.add_argument("--head", type=Path)
    evaluate.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    evaluate.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
    evaluate.add_argument(
        "--report",
        type=Path,
        metavar="FILE.html",
        help="write a report with plots and films, and a Markdown summary beside it; outside the repository",
    )
    evaluate.add_argument(
        "--against",
        type=Path,
        metavar="WHAT",
        help="with --report: a second head's folder, checkpoint, or CSV of precomputed predictions, compared pairwise",
    )
    evaluate.add_argument(
        "--teacher",
        metavar="NETWORK",
        help="with --report: a timm network whose size and time stand beside the student's",
    )
    evaluate.add_argument(
        "--set",
        choices=("nih", "nih128"),
        help="with --report: the set it is about, rich in findings (nih, as left out) or near the natural mix (nih128)",
    )


def _add_rejection_study(commands: Any) -> None:
    rejection = commands.add_parser(
        "rejection-study", help="count what a head rejects, by type of image, and the negatives it finds"
    )
    rejection.add_argument("--head", type=Path, required=True)
    rejection.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    rejection.add_argument("-o", "--output", type=Path, help="also write the counts as JSON")


def _add_source_study(commands: Any) -> None:
    source = commands.add_parser("source-study", help="can the set of a film be read from a head's features?")
    source.add_argument("--head", type=Path, required=True)
    source.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    source.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")


def _add_teacher_study(commands: Any) -> None:
    teachers = commands.add_parser(
        "teacher-study", help="how good are an experiment's teachers on held-out films, each and on average?"
    )
    teachers.add_argument("config", type=Path, help="TOML file of the experiment; its teachers are predictions")
    teachers.add_argument("--runs", type=Path, required=True, help="folder that the paths of teachers are relative to")


def _add_export(commands: Any) -> None:
    export = commands.add_parser("export", help="write a checkpoint as a model head, with every check")
    export.add_argument("checkpoint", type=Path)
    export.add_argument("folder", type=Path, help="the head's folder, for instance resources/heads/ID")
    export.add_argument("--id", required=True)
    export.add_argument("--title", required=True)
    export.add_argument("--version", required=True)
    export.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    export.add_argument("--note", action="append", default=[], help="a sentence for the model card; may be repeated")


def _add_refit_ood(commands: Any) -> None:
    refit_ood = commands.add_parser(
        "refit-ood", help="fit a head's OOD detector again and measure it; the network stays"
    )
    refit_ood.add_argument("--head", type=Path, required=True)
    refit_ood.add_argument("--cache", type=Path, required=True, help="folder of the packed films")


def _add_refit_interval(commands: Any) -> None:
    refit_interval = commands.add_parser(
        "refit-interval", help="fit the intervals of a head's probabilities and check them; all else stays"
    )
    refit_interval.add_argument("--head", type=Path, required=True)
    refit_interval.add_argument("--version", required=True, help="the head's new version")
    refit_interval.add_argument("--cache", type=Path, required=True, help="folder of the packed films")


def _add_refit_card(commands: Any) -> None:
    refit_card = commands.add_parser("refit-card", help="measure a head again and write its model card anew")
    refit_card.add_argument("--head", type=Path, required=True)
    refit_card.add_argument("--version", required=True, help="the head's new version")
    refit_card.add_argument("--cache", type=Path, required=True, help="folder of the packed films")


def _add_import_checkpoint(commands: Any) -> None:
    import_checkpoint = commands.add_parser(
        "import-checkpoint", help="make a head's network a checkpoint that training can go on from"
    )
    import_checkpoint.add_argument(
        "--head", type=Path, required=True, help="folder of a head with an EEEA-Net-C2 or a network of timm in 32 bits"
    )
    import_checkpoint.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    import_checkpoint.add_argument("-o", "--output", type=Path, required=True, help="the checkpoint, RUN/checkpoint.pt")


def _add_quantise(commands: Any) -> None:
    quantise = commands.add_parser(
        "quantise", help="experiment: what 8 bits would cost and bring a head trained on the development set"
    )
    quantise.add_argument("head", type=Path)
    quantise.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    quantise.add_argument("-o", "--output", type=Path, help="also write the quantised ONNX file")


def _add_pack(commands: Any) -> None:
    pack = commands.add_parser("pack", help="make a head of a checkpoint, of published weights, or of an ONNX file")
    pack.add_argument(
        "--from", dest="source", required=True, help="checkpoint (.pt, .pth, .safetensors), model.onnx, or xrv:WEIGHTS"
    )
    pack.add_argument("--toml", type=Path, required=True, help="what the head is; see model_training/pack/example.toml")
    pack.add_argument(
        "--films",
        dest="images",
        type=Path,
        metavar="FILMS",
        help="folder of films to measure the maps' full intensity on",
    )
    pack.add_argument("--zip", action="store_true", help="also write ID-VERSION.cxrhead beside the folder")
    pack.add_argument("folder", type=Path, help="the head's folder")


def _add_explain_study(commands: Any) -> None:
    explain = commands.add_parser("explain-study", help="compare explanation methods: insertion, deletion, sufficiency")
    explained = explain.add_mutually_exclusive_group(required=True)
    explained.add_argument("--checkpoint", type=Path, help="of a student, a teacher, or a MED-TEX-style training")
    explained.add_argument("--head", type=Path, help="folder of a head with an EEEA-Net-C2 in 32 bits")
    explain.add_argument("--explainer", type=Path, metavar="CHECKPOINT", help="also judge the masks of this training")
    explain.add_argument(
        "--films",
        dest="images",
        type=_at_least(1),
        metavar="FILMS",
        default=60,
        help="films of the held-out fold (default: 60)",
    )
    explain.add_argument(
        "--also-absent", "--also-unsaid", action="store_true", help="also findings that the network does not report"
    )
    explain.add_argument("--cache", type=Path, required=True, help="folder of the packed films")
    explain.add_argument("-o", "--output", type=Path, help="also write the table as Markdown")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model_training",
        description="Train a student network, measure it, and make a head of it. 'COMMAND --help' tells more; "
        "model_training/README.md shows the commands in order.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for add in (
        _add_train,
        _add_speed,
        _add_predict,
        _add_cross_fit,
        _add_freeze_split,
        _add_features_head,
        _add_study,
        _add_evaluate,
        _add_rejection_study,
        _add_source_study,
        _add_teacher_study,
        _add_explain_study,
        _add_export,
        _add_refit_ood,
        _add_refit_interval,
        _add_refit_card,
        _add_import_checkpoint,
        _add_quantise,
        _add_pack,
    ):
        add(commands)
    return parser


def _train(args: argparse.Namespace) -> int:
    import torch

    from model_training.config.experiment import read_config
    from model_training.engine.train import Trainer

    if args.threads:
        torch.set_num_threads(args.threads)
    trainer = Trainer(read_config(args.config), args.out, args.cache or args.out.parent / "cache", native=args.native)
    trainer.run(until=args.until)
    trainer.accelerator.end_training()
    return 0


def _speed(args: argparse.Namespace) -> int:
    import torch

    from model_training.config.experiment import read_config
    from model_training.engine.speed import run_speed

    if args.threads:
        torch.set_num_threads(args.threads)
    return run_speed(read_config(args.config), seconds=args.seconds)


def _predict(args: argparse.Namespace) -> int:
    import torch

    from model_training.config.experiment import read_config
    from model_training.engine.predict import run_predict

    if args.threads:
        torch.set_num_threads(args.threads)
    recipe = read_config(CONFIGS / "first_student.toml").recipe
    count = run_predict(
        args.checkpoint, recipe, args.cache, args.output, size=args.size, features=args.features, sets=args.sets
    )
    print(f"{count} films: {args.output.name}")
    return 0


def _cross_fit(args: argparse.Namespace) -> int:
    import torch

    from model_training.config.experiment import read_config
    from model_training.engine.cross_fit import PREDICTIONS, run_cross_fit

    if args.threads:
        torch.set_num_threads(args.threads)
    print(f"{run_cross_fit(read_config(args.config), args.out, args.cache)} films: {PREDICTIONS}")
    return 0


def _freeze_split(args: argparse.Namespace) -> int:
    from model_training.config.experiment import read_config
    from model_training.data.record_set import freeze_split
    from model_training.errors import TrainingError

    if args.output.exists():
        raise TrainingError(
            f"{args.output.name} is there already; a frozen split is not drawn anew. Name another file."
        )
    print(f"{freeze_split(read_config(args.config).data, args.output):,} patients: {args.output.name}")
    return 0


def _features_head(args: argparse.Namespace) -> int:
    from model_training.head.features import run_features_head

    print(run_features_head(args.backbone, args.folder, version=args.version), end="")
    return 0


def _study(args: argparse.Namespace) -> int:
    from model_training.studies.comparison import run

    print(run(args.study, args.out, args.cache, only=args.only, table_only=args.table, threads=args.threads), end="")
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    from model_training.errors import TrainingError
    from model_training.evaluate import run_evaluate

    if args.report is not None:
        from model_training.report.run import run_report

        return run_report(
            checkpoint=args.checkpoint,
            head=args.head,
            cache=args.cache,
            report=args.report,
            against=args.against,
            teacher=args.teacher,
            output=args.output,
            measured=args.set or "nih",
        )
    if args.set is not None:
        raise TrainingError("--set belongs to a report; without one, both sets are measured.")
    if args.against is not None or args.teacher is not None:
        raise TrainingError("--against and --teacher belong to a report; name one with --report.")
    return run_evaluate(checkpoint=args.checkpoint, head=args.head, cache=args.cache, output=args.output)


def _teacher_study(args: argparse.Namespace) -> int:
    from model_training.config.experiment import read_config
    from model_training.studies.teachers import run_teacher_study

    print(run_teacher_study(read_config(args.config), args.runs), end="")
    return 0


def _source_study(args: argparse.Namespace) -> int:
    from model_training.studies.source import run_source_study

    return run_source_study(head=args.head, cache=args.cache, output=args.output)


def _rejection_study(args: argparse.Namespace) -> int:
    from model_training.studies.rejection import run_rejection_study

    return run_rejection_study(head=args.head, cache=args.cache, output=args.output)


def _explain_study(args: argparse.Namespace) -> int:
    from model_training.studies.explanations import run_explain_study

    return run_explain_study(
        checkpoint=args.checkpoint,
        head=args.head,
        explainer=args.explainer,
        images=args.images,
        cache=args.cache,
        output=args.output,
        also_absent=args.also_absent,
    )


def _export(args: argparse.Namespace) -> int:
    from model_training.head.write import run_export

    return run_export(
        args.checkpoint,
        args.folder,
        head_id=args.id,
        title=args.title,
        version=args.version,
        cache=args.cache,
        notes=tuple(args.note),
    )


def _refit_ood(args: argparse.Namespace) -> int:
    from model_training.head.refit_ood import run_refit_ood

    return run_refit_ood(head=args.head, cache=args.cache)


def _refit_interval(args: argparse.Namespace) -> int:
    from model_training.head.refit_interval import run_refit_interval

    return run_refit_interval(head=args.head, version=args.version, cache=args.cache)


def _refit_card(args: argparse.Namespace) -> int:
    from model_training.head.refit_card import run_refit_card

    return run_refit_card(head=args.head, version=args.version, cache=args.cache)


def _import_checkpoint(args: argparse.Namespace) -> int:
    from model_training.head.import_checkpoint import run_import_checkpoint

    return run_import_checkpoint(args.head, cache=args.cache, output=args.output)


def _quantise(args: argparse.Namespace) -> int:
    from model_training.studies.quantise import run_quantise

    return run_quantise(args.head, cache=args.cache, output=args.output)


def _pack(args: argparse.Namespace) -> int:
    from model_training.pack.write import run_pack

    return run_pack(args.source, args.toml, args.folder, images=args.images, zipped=args.zip)


def _with_current_name(arguments: list[str]) -> list[str]:
    """Return the arguments with today's name of the command; a former name is reported in one line."""
    from model_training.config.names import COMMANDS

    if not arguments or arguments[0] not in COMMANDS:
        return arguments
    name = COMMANDS[arguments[0]]
    print(f"'{arguments[0]}' is now called '{name}'.", file=sys.stderr)
    return [name, *arguments[1:]]


def _check_places(args: argparse.Namespace, places: contextlib.ExitStack) -> None:
    """Raise TrainingError where a result cannot be written or a head does not lie: now, not after an hour of measuring.

    The folders of results are made; `places` removes those that stay empty.
    """
    from cxrviewer import atomic
    from model_training.errors import TrainingError

    for target in (getattr(args, name, None) for name in ("output", "features", "report")):
        if target is not None:
            places.enter_context(atomic.made_folder(target.parent))
            if target.is_dir():
                raise TrainingError(f"{target} is a folder; name a file.")
    for folder in (getattr(args, name, None) for name in ("head", "backbone")):
        if folder is not None and not folder.is_dir():
            raise TrainingError(f"{folder} is no folder. Name that of a head, for instance {SHIPPED}.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; expected failures are one sentence on standard error and exit status 2, Ctrl-C 130."""
    from cxrviewer.errors import CxrError
    from model_training.config.experiment import ConfigError
    from model_training.data.development_set import DataError
    from model_training.errors import TrainingError

    args = _parser().parse_args(_with_current_name(list(sys.argv[1:] if argv is None else argv)))
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "train": _train,
        "speed": _speed,
        "predict": _predict,
        "cross-fit": _cross_fit,
        "study": _study,
        "freeze-split": _freeze_split,
        "features-head": _features_head,
        "evaluate": _evaluate,
        "rejection-study": _rejection_study,
        "source-study": _source_study,
        "teacher-study": _teacher_study,
        "explain-study": _explain_study,
        "export": _export,
        "refit-ood": _refit_ood,
        "refit-interval": _refit_interval,
        "refit-card": _refit_card,
        "import-checkpoint": _import_checkpoint,
        "quantise": _quantise,
        "pack": _pack,
    }
    from model_training.engine.allocator import keep_freed_memory

    keep_freed_memory()
    try:
        with contextlib.ExitStack() as places:
            _check_places(args, places)
            return commands[args.command](args)
    except KeyboardInterrupt:
        print("Interrupted." + (" Called again, it goes on." if args.command in RESUMABLE else ""), file=sys.stderr)
        return INTERRUPTED
    except ConfigError as error:
        print(*(f"{error.name}: {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
    except (DataError, TrainingError) as error:
        print(error, file=sys.stderr)
    except CxrError as error:
        print(error.user_message, file=sys.stderr)
    except OSError as error:
        # A full disk, a folder that is a file, a place nobody may write to: what the system says, and of what.
        print(
            ": ".join(str(part) for part in (error.filename2 or error.filename, error.strerror or error) if part),
            file=sys.stderr,
        )
    return 2
