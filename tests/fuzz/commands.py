"""Runs the commands themselves over a folder of mutants: the program must complete, with one entry for every file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.engine import PEAK_BYTES, Mutants
from tests.fuzz.mutations import CANARY

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command did with the mutants: `faults` is empty where all is well."""

    command: str
    statuses: dict[str, int]
    faults: tuple[str, ...]


def run_commands(mutants: Mutants, first: int, count: int) -> list[CommandResult]:
    """Let ``render`` and ``score`` read `count` mutants from number `first` on, in one run each."""
    with tempfile.TemporaryDirectory(prefix="cxr-fuzz-") as name:
        folder, out = Path(name) / "in", Path(name) / "out"
        folder.mkdir()
        for number in range(first, first + count):
            base, data = mutants[number]
            (folder / f"{number}-{base}").write_bytes(data)
        return [_render(folder, out, count), _score(folder, Path(name) / "scores.json", count)]


def _render(folder: Path, out: Path, count: int) -> CommandResult:
    faults = _run("render", str(folder), "-o", str(out), "--format", "npy")
    reports = [json.loads(path.read_text()) for path in out.glob("*.json")]
    pictures = {path.name for path in out.glob("*.npy")}
    listed = {name for report in reports for name in report["files"]}
    faults += [] if pictures == listed else [f"{len(pictures ^ listed)} pictures are not those of the reports"]
    faults += [f"{path.name} is left over" for path in out.glob(".*")]
    return _result("render", [report["status"] for report in reports], json.dumps(reports), faults, count)


def _score(folder: Path, output: Path, count: int) -> CommandResult:
    faults = _run("score", str(folder), "-o", str(output))
    entries = json.loads(output.read_text())["files"] if output.exists() else []
    statuses = [f"{entry['status']} {entry['reason']['code'] if entry['reason'] else ''}".strip() for entry in entries]
    return _result("score", statuses, json.dumps([entry["reason"] for entry in entries]), faults, count)


def _run(*arguments: str) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="cxr-fuzz-home-") as home:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "CXRVIEWER_HOME": home}
        # A program of its own measures: the peak of children is that of all this process ever had.
        program = [sys.executable, "-c", _MEASURED, *arguments]
        done = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    last = (done.stderr.splitlines() or [""])[-1]
    faults = [] if done.returncode == 0 else [f"{arguments[0]} ended with status {done.returncode}"]
    faults += ["a traceback was printed"] if "Traceback" in done.stderr else []
    if last.startswith("peak ") and int(last.split()[1]) > PEAK_BYTES:
        faults.append(f"a process took {int(last.split()[1]) >> 20} MiB")
    return faults


_MEASURED = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))  # of each process: a fault must not take the machine
done = subprocess.run([sys.executable, "-m", "cxrviewer", *sys.argv[1:]])
print(f"peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}", file=sys.stderr)
sys.exit(done.returncode)
"""


def _result(command: str, statuses: list[str], text: str, faults: list[str], count: int) -> CommandResult:
    if len(statuses) != count:
        faults.append(f"{len(statuses)} entries for {count} files")
    if CANARY.decode() in text:
        faults.append("a name is quoted")
    faults += ["an error in the program was met"] * text.count("because of an error in this program")
    return CommandResult(command, {each: statuses.count(each) for each in sorted(set(statuses))}, tuple(faults))
