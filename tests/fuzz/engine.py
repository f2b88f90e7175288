"""Runs mutants in limited worker processes, several at a time, and judges what comes back."""

from __future__ import annotations

import random
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cxrviewer.errors import (
    IsolationError,
    WorkerDiedError,
    WorkerFaultError,
    WorkerMemoryError,
    WorkerTimeError,
)
from cxrviewer.isolation.limits import JobLimits, WorkerOptions
from cxrviewer.isolation.pool import WorkerPool
from tests.fuzz.mutations import mutant
from tests.fuzz.targets import Exercise

SLOW_SECONDS = 20.0
PEAK_BYTES = 2**30
MAX_BASE_BYTES = 2_000_000
KEPT_PER_SIGNATURE = 5
FINE = ("shown", "not shown", "scored")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mutant did: one of `FINE`, ``crash``, ``untyped``, ``slow``, ``memory`` or ``wrong``.

    `signature` is equal for equal faults, as far as a program can tell.
    """

    kind: str
    signature: str = ""
    seconds: float = 0.0

    @property
    def fine(self) -> bool:
        return self.kind in FINE


@dataclass(slots=True)
class Tally:
    """Counts of a run, and how often each fault came."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.kinds.values())

    @property
    def bad(self) -> int:
        return sum(count for kind, count in self.kinds.items() if kind not in FINE)


class Mutants:
    """The mutants of a seed: number `n` is always the same file, as long as the base files are.

    Parameters
    ----------
    bases : sequence of Path
        Their names are sorted; files above `MAX_BASE_BYTES` are left out, larger ones come less often.
    """

    def __init__(self, bases: Sequence[Path], seed: str) -> None:
        self._bases = [(path, path.read_bytes()) for path in sorted(bases) if 16 < path.stat().st_size < MAX_BASE_BYTES]
        self._weights = [1 / (1 + len(data) / 100_000) for _, data in self._bases]
        self._seed = seed

    def __getitem__(self, number: int) -> tuple[str, bytes]:
        """Return the name of the base file and the mutant."""
        rng = random.Random(f"{self._seed}:{number}")
        (path, base), (_, other) = rng.choices(self._bases, self._weights, k=2)
        return path.name, mutant(base, other, rng)


class Judge:
    """Runs files in worker processes. A context manager; safe to use from several threads."""

    def __init__(self, workers: int) -> None:
        # No "cxr-" before the name: the tests' leak check would miss a judge that lives for a whole module.
        options = WorkerOptions(name="fuzz", warm_up="tests.fuzz.targets.warm_up")
        self._pool = WorkerPool(workers, options)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def __call__(self, path: Path, number: int = 0) -> Verdict:
        """Return what became of the file at `path`; `number` chooses among settings."""
        started = time.monotonic()
        limits = JobLimits(cpu_seconds=SLOW_SECONDS)
        try:
            done = self._pool.run("tests.fuzz.targets.exercise", (str(path), number), Exercise, limits=limits)
        except IsolationError as error:
            kind, signature = _fault(error)
            return Verdict(kind, signature, time.monotonic() - started)
        seconds = time.monotonic() - started
        if done.wrong:
            return Verdict("wrong", _shortened(done.wrong), seconds)
        if done.peak_bytes > PEAK_BYTES:
            return Verdict("memory", f"{done.peak_bytes >> 20} MiB", seconds)
        return Verdict("scored" if done.scored else "shown" if done.shown else "not shown", "", seconds)


def _fault(error: IsolationError) -> tuple[str, str]:
    if isinstance(error, WorkerFaultError):
        return "untyped", " < ".join(line.strip() for line in reversed(error.details.splitlines()[-4:]))
    kinds = {WorkerDiedError: "crash", WorkerTimeError: "slow", WorkerMemoryError: "memory"}
    return kinds.get(type(error), "crash"), type(error).__name__


def _shortened(text: str) -> str:
    return re.sub(r"\d+", "N", text)[:160]


def run(
    mutants: Mutants,
    *,
    seconds: float,
    count: int | None,
    workers: int,
    keep: Path,
    first: int = 0,
    on_progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Judge mutants from number `first` on, until `seconds` or `count` are over.

    Reproducers are written to `keep`, at most `KEPT_PER_SIGNATURE` of one fault.
    """
    tally, lock = Tally(), threading.Lock()
    numbers = _numbers(first, count, time.monotonic() + seconds)

    def work(folder: Path, judge: Judge) -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            base, data = mutants[number]
            path = folder / f"{threading.get_ident()}"
            path.write_bytes(data)
            verdict = judge(path, number)
            with lock:
                _record(tally, verdict, keep, f"{number}-{base}", data)
                on_progress(tally)

    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="cxr-fuzz-") as name,
        Judge(workers) as judge,
    ):
        threads = [threading.Thread(target=work, args=(Path(name), judge)) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return tally


def _numbers(first: int, count: int | None, end: float) -> Iterator[int]:
    number = first
    while (count is None or number < first + count) and time.monotonic() < end:
        yield number
        number += 1


def _record(tally: Tally, verdict: Verdict, keep: Path, name: str, data: bytes) -> None:
    tally.kinds[verdict.kind] += 1
    tally.slowest = max(tally.slowest, verdict.seconds)
    if verdict.fine:
        return
    # The base's name tells crashes of different decoders apart.
    place = f" {name.partition('-')[2]}" if verdict.kind == "crash" else ""
    fault = f"{verdict.kind}: {verdict.signature}{place}"
    tally.faults[fault] += 1
    if tally.faults[fault] <= KEPT_PER_SIGNATURE:
        folder = keep / verdict.kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
