"""What the model process costs, and what a second head on the same features does.

Run ``python -m benchmarks.bench_heads``. Uses the shipped head, and on its features a linear head
made on the spot: times do not depend on the weights' values. All rows are measured in turns in
one run, so the ratios hold on a busy machine too; they are taken between the fastest rounds.
Aims: the model process at most 3 ms more than onnxruntime in this process on the same film; two
heads that share a backbone at most 1.2 x the time of one.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.bench_score import measure, session
from cxrviewer.heads.contract import CancelToken, DiscoveredHead
from cxrviewer.heads.discover import discover, shipped_folder
from cxrviewer.heads.rack import HeadRack
from cxrviewer.heads.runner import Limits, ModelRunner
from cxrviewer.imaging.film import open_film
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.tensor import make_input
from tests.builders.dicom import chest_phantom, film_bytes
from tests.builders.heads import write_features_head

PROCESS_AIM, SHARED_AIM = 3.0, 1.2
OUTPUTS = 4
"""Findings of the second head."""


def shipped() -> DiscoveredHead:
    """Return the shipped head without its density: the film is drawn, and none takes it for one of a person."""
    folder = shipped_folder()
    for head in discover([folder]) if folder is not None else ():
        if head.manifest is not None and head.manifest.model.features is not None:
            return replace(head, manifest=replace(head.manifest, scope=replace(head.manifest.scope, density=None)))
    sys.exit("No shipped head with features was found.")


def timed(head: DiscoveredHead, radiograph: Radiograph, limits: Limits, rounds: int) -> dict[str, list[float]]:
    """Return milliseconds of each row of the table."""
    manifest = head.manifest
    assert manifest is not None
    model = (head.folder / manifest.model.file).read_bytes()
    given = {manifest.model.input: make_input(radiograph, manifest.recipe).tensor}
    names = tuple(n for n in (manifest.model.logits, manifest.model.maps, manifest.model.features) if n)
    keys = (f"film {number}" for number in count())

    def new_film() -> Radiograph:
        return replace(radiograph, key=next(keys))  # or its features would be there already

    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        rack = HeadRack(limits=limits)
        stack.callback(rack.close)
        backbone = rack.scorer(head, ())
        shape = backbone.features(radiograph, CancelToken()).values.shape
        weights = np.full((OUTPUTS, shape[1]), 1 / shape[1])
        made = write_features_head(Path(name), manifest, weights=weights, maps=True, cells=shape[2])
        small = rack.scorer(made, (head,))
        small.warm_up()
        runner, second = ModelRunner(model, limits), ModelRunner((made.folder / "model.onnx").read_bytes(), limits)
        stack.callback(runner.close)
        stack.callback(second.close)
        inside = session(model, limits.threads)

        def both_models() -> None:
            answer = runner.run(given, names).tensors
            second.run({"given": answer[str(manifest.model.features)]}, ("logits", "cam"))

        def both_heads() -> None:
            film = new_film()
            backbone.score(film)
            small.score(film)

        jobs: dict[str, Callable[[], object]] = {
            "backbone, in this process": lambda: inside.run(list(names), given),
            "backbone, in its process": lambda: runner.run(given, names),
            "and the second head in its own": both_models,
            "film scored by the one head": lambda: backbone.score(new_film()),
            "film scored by both": both_heads,
        }
        return measure(jobs, rounds, seldom=())


def main() -> None:
    """Print one table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--threads", type=int, default=Limits().threads)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--columns", type=int, default=2500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        path.write_bytes(film_bytes(chest_phantom(arguments.rows, arguments.columns, 14), bits=14))
        radiograph = open_film(path).radiograph
    taken = timed(shipped(), radiograph, Limits(threads=arguments.threads), arguments.rounds)
    print(f"{arguments.rows} x {arguments.columns}, {arguments.threads} threads; milliseconds")
    print(f"{'':32} {'fastest':>9} {'median':>9}")
    for job, times in taken.items():
        print(f"{job:32} {min(times):9.2f} {statistics.median(times):9.2f}")
    alone, process, models, one, two = (min(times) for times in taken.values())
    print(f"model process on top           {process - alone:8.2f} ms (aim: at most {PROCESS_AIM:g})")
    print(f"both models / backbone         {models / process:8.2f} x  (aim: at most {SHARED_AIM:g})")
    print(f"both heads / one, whole film   {two / one:8.2f} x  (aim: at most {SHARED_AIM:g})")


if __name__ == "__main__":
    main()
