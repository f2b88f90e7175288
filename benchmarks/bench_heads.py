"""What the model process costs, and what a second head on the same features does.

Run ``python -m benchmarks.bench_heads``. Uses the shipped head, and on its features a linear head
made on the spot: times do not depend on the weights' values. All rows are measured in turns in
one run; the ratios are taken between the fastest rounds. On a busy machine waiting for the processor
drowns everything, so the processor time of all processes together stands beside.
Aims: the model process at most 3 ms more than onnxruntime in this process on the same image; two
heads that share a backbone at most 1.2 x the time of one.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import psutil
from msgspec.structs import replace

from benchmarks.bench_score import image_arguments, phantom, session
from cxrviewer.cancel import CancelToken
from cxrviewer.heads.contract import DiscoveredHead
from cxrviewer.heads.inference.model_pool import ModelPool
from cxrviewer.heads.package.sources import InMemory
from cxrviewer.heads.registry.discover import discover, shipped_folder
from cxrviewer.heads.runtime.runner import Limits, ModelRunner
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.tensor import make_input
from tests.builders.heads import write_features_head

PROCESS_AIM, SHARED_AIM = 3.0, 1.2
Times = tuple[float, float]
OUTPUTS = 4
"""Findings of the second head."""


def shipped() -> DiscoveredHead:
    """Return the shipped head without its density: the image is drawn, and none takes it for one of a person."""
    folder = shipped_folder()
    for head in discover([folder]) if folder is not None else ():
        if head.manifest is not None and head.manifest.model.features is not None:
            return replace(
                head, manifest=replace(head.manifest, eligibility=replace(head.manifest.eligibility, density=None))
            )
    sys.exit("No shipped head with features was found.")


def processor_ms(pid: int) -> float:
    """Return what a process has used of the processor, all threads; on Linux to the nanosecond."""
    if not sys.platform.startswith("linux"):
        times = psutil.Process(pid).cpu_times()
        return 1000 * (times.user + times.system)
    return sum(int(f.read_text().split()[0]) for f in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e6


def measure(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[Times]]:
    """Return (wall, processor) milliseconds of every job, run in turns; the first two rounds warm up."""
    taken: dict[str, list[Times]] = {name: [] for name in jobs}
    for number in range(-2, rounds):
        for name, job in jobs.items():
            pids = [psutil.Process().pid, *(child.pid for child in psutil.Process().children())]
            used, start = sum(map(processor_ms, pids)), time.perf_counter()
            job()
            wall = (time.perf_counter() - start) * 1000
            if number >= 0:
                taken[name].append((wall, sum(map(processor_ms, pids)) - used))
    return taken


def timed(head: DiscoveredHead, radiograph: Radiograph, limits: Limits, rounds: int) -> dict[str, list[Times]]:
    """Return (wall, processor) milliseconds of each row of the table."""
    manifest = head.manifest
    assert manifest is not None
    model = (head.folder / manifest.model.file).read_bytes()
    given = {manifest.model.input: make_input(radiograph, manifest.recipe).tensor}
    names = tuple(n for n in (manifest.model.logits, manifest.model.maps, manifest.model.features) if n)
    keys = (f"film {number}" for number in count())

    def new_image() -> Radiograph:
        return replace(radiograph, key=next(keys))  # or its features would be there already

    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        model_pool = ModelPool(limits=limits)
        stack.callback(model_pool.close)
        backbone = model_pool.scorer(head, ())
        shape = backbone.features(radiograph, CancelToken()).values.shape
        weights = np.full((OUTPUTS, shape[1]), 1 / shape[1])
        made = write_features_head(Path(name), manifest, weights=weights, maps=True, cells=shape[2])
        small = model_pool.scorer(made, (head,))
        small.warm_up()
        runner, second = (
            ModelRunner(InMemory(model), limits),
            ModelRunner(InMemory((made.folder / "model.onnx").read_bytes()), limits),
        )
        stack.callback(runner.close)
        stack.callback(second.close)
        inside = session(model, limits.threads)

        def both_models() -> None:
            answer = runner.run(given, names).tensors
            second.run({"given": answer[str(manifest.model.features)]}, ("logits", "cam"))

        def both_heads() -> None:
            image = new_image()
            backbone.score(image)
            small.score(image)

        jobs: dict[str, Callable[[], object]] = {
            "backbone, in this process": lambda: inside.run(list(names), given),
            "backbone, in its process": lambda: runner.run(given, names),
            "and the second head in its own": both_models,
            "film scored by the one head": lambda: backbone.score(new_image()),
            "film scored by both": both_heads,
        }
        return measure(jobs, rounds)


def main() -> None:
    """Print one table and the ratios."""
    arguments = image_arguments(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        radiograph = open_image(phantom(Path(folder), arguments)).radiograph
    taken = timed(shipped(), radiograph, Limits(threads=arguments.threads), arguments.rounds)
    print(f"{arguments.rows} x {arguments.columns}, {arguments.threads} threads; milliseconds")
    print(f"{'':32} {'fastest':>9} {'median':>9} {'processor':>10} {'median':>9}")
    for job, times in taken.items():
        wall, used = zip(*times, strict=True)
        row = (min(wall), statistics.median(wall), min(used), statistics.median(used))
        print(f"{job:32} {row[0]:9.2f} {row[1]:9.2f} {row[2]:10.2f} {row[3]:9.2f}")
    for kind, words in enumerate(("time", "processor time")):
        alone, process, models, one, two = (min(t[kind] for t in times) for times in taken.values())
        print(f"{words}:")
        print(f"  model process on top           {process - alone:8.2f} ms (aim: at most {PROCESS_AIM:g})")
        print(f"  both models / backbone         {models / process:8.2f} x  (aim: at most {SHARED_AIM:g})")
        print(f"  both heads / one, whole film   {two / one:8.2f} x  (aim: at most {SHARED_AIM:g})")


if __name__ == "__main__":
    main()
