"""Similar images in a library of 100,000: a search as a ratio to one product of a matrix with a vector.

Run ``python -m benchmarks.bench_similar``. The product is over the same numbers in memory, as float32, and is the least
that brute force costs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIZE = 1280
"""Features of EfficientNet-Lite0."""


def seconds(call: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    from cxrviewer.studies.index.scores import ModelVersion
    from cxrviewer.studies.index.similar import nearest, packed
    from cxrviewer.studies.index.store import Index

    version = ModelVersion("h", "m", "r")
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as scratch:
        index = Index(Path(scratch) / "index.sqlite")
        kept = np.zeros((given.images, SIZE), np.float32)
        with index.database.transaction() as database:
            for number in range(given.images):
                # As after a ReLU: no negative values.
                kept[number] = np.abs(random.standard_normal(SIZE, dtype=np.float32))
                database.execute(
                    "INSERT INTO scoring VALUES (?, ?, ?, 'h', 'm', 'r', 'scored', '', 0)",
                    (number + 1, f"d{number}", f"u{number}"),
                )
                database.execute("INSERT INTO feature VALUES (?, ?)", (number + 1, packed(kept[number])))
        wanted = kept[0].copy()
        least = seconds(lambda: kept @ wanted, given.times)
        search = seconds(lambda: nearest(index.database, version, wanted), given.times)
        index.close()
    print(f"images {given.images:,}, features {SIZE}, median of {given.times}")
    print(f"product in memory   {1000 * least:8.1f} ms   1.0")
    print(f"search on the disk  {1000 * search:8.1f} ms   {search / least:.1f}")


if __name__ == "__main__":
    main()
