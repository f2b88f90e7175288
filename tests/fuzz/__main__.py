"""``python -m tests.fuzz``: damage real files for some time and print what came of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import shared_data_dir
from tests.fuzz.commands import run_commands
from tests.fuzz.engine import Judge, Mutants, Tally, run


def main() -> int:
    """Return 0 where nothing was found, 1 where something was, 2 without files to damage."""
    given = _parser().parse_args()
    if given.file:
        return _judge_files(given.file)
    bases = [path for folder in given.bases or _folders() for path in folder.iterdir() if path.is_file()]
    bases = [path for path in bases if path.suffix not in (".csv", ".npz", ".cxrhead", ".toml")]
    if not bases:
        print("No files to damage: set CXR_DATA, or name folders with --bases.", file=sys.stderr)
        return 2
    mutants = Mutants(bases, given.seed)
    if given.number is not None:
        base, data = mutants[given.number]
        target = given.keep / f"{given.number}-{base}"
        given.keep.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        print(target)
        return _judge_files([target])
    if given.commands:
        return _commands(mutants, given)
    return _fuzz(mutants, given)


def _commands(mutants: Mutants, given: argparse.Namespace) -> int:
    results = run_commands(mutants, given.first, given.commands)
    for result in results:
        print(f"{result.command}: {', '.join(f'{count} {status}' for status, count in result.statuses.items())}")
        for fault in result.faults:
            print(f"  {fault}")
    return 1 if any(result.faults for result in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--count", type=int, help="stop after so many mutants")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--number", type=int, help="make this one mutant again, and judge it")
    parser.add_argument("--commands", type=int, metavar="N", help="run `render` and `score` over N mutants instead")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--bases", type=Path, nargs="+", help="folders of files to damage (default: CXR_DATA)")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path(tempfile.gettempdir()) / "cxrviewer-fuzz",
        help="where reproducers are written (default: %(default)s)",
    )
    parser.add_argument("file", type=Path, nargs="*", help="judge these files as they are")
    return parser


def _folders() -> list[Path]:
    return [folder for name in ("dicom", "cases") if (folder := shared_data_dir() / name).is_dir()]


def _judge_files(paths: list[Path]) -> int:
    found = 0
    with Judge(1) as judge:
        for path in paths:
            verdicts = [judge(path, number) for number in range(5)]
            worst = next((verdict for verdict in verdicts if not verdict.fine), verdicts[0])
            found += not worst.fine
            print(f"{worst.kind:9} {worst.seconds:5.1f} s  {path}  {worst.signature}")
    return 1 if found else 0


def _fuzz(mutants: Mutants, given: argparse.Namespace) -> int:
    began = time.monotonic()

    def progress(tally: Tally) -> None:
        if tally.total % 1000 == 0:
            print(f"{tally.total} mutants, {tally.bad} bad, {_rate(tally, began)}", file=sys.stderr, flush=True)

    tally = run(
        mutants,
        seconds=given.seconds,
        count=given.count,
        workers=given.workers,
        keep=given.keep,
        first=given.first,
        on_progress=progress,
    )
    print(f"seed {given.seed}, numbers {given.first} to {given.first + tally.total - 1}, {_rate(tally, began)}")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(tally.kinds.items())), end="")
    print(f"; slowest {tally.slowest:.1f} s")
    for fault, count in tally.faults.most_common():
        print(f"{count:6} {fault}")
    if tally.faults:
        print(f"reproducers: {given.keep}")
    return 1 if tally.faults else 0


def _rate(tally: Tally, began: float) -> str:
    return f"{tally.total / max(0.001, time.monotonic() - began):.0f} per second"


if __name__ == "__main__":
    sys.exit(main())
