"""Bare decode against `open_image`, per transfer syntax, on one synthetic 3000 x 2500 image.

Run ``python -m benchmarks.bench_open``. The bare decode reads the file with pydicom, calls the
same decoder and does nothing else; both are measured in turns in one run, so the
ratio holds on a busy machine too. The aim is a ratio of at most 1.5.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pydicom
from pydicom import uid
from pydicom.encaps import generate_frames

from cxrviewer.imaging.codecs import JPEG_XL_RECOMPRESSED, SUPPORTED, Wanted, decode
from cxrviewer.imaging.dataset import NATIVE
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.thumbnails import thumbnail
from tests.builders.dicom import chest_phantom, image_bytes


def bare_decode(path: Path, syntax: str) -> None:
    """Read and decode as plainly as pydicom allows."""
    dataset = pydicom.dcmread(path)
    if syntax in NATIVE:
        np.frombuffer(dataset.PixelData, f"u{dataset.BitsAllocated // 8}").copy()
        return
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
    decode(frame, syntax, Wanted(dataset.Rows, dataset.Columns, 1, dataset.BitsAllocated))


def seconds(work: Callable[[], object]) -> float:
    """Return the wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def first_image(path: Path) -> None:
    """Open and make the grey levels of every pixel, as the canvas needs them."""
    image = open_image(path).radiograph
    table = (image.grey_table() * 255).astype(np.uint8)
    np.take(table, image.codes)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--columns", type=int, default=2500)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    deep = chest_phantom(arguments.rows, arguments.columns, 14) + rng.integers(
        0, 16, (arguments.rows, arguments.columns)
    )
    print(
        f"{'transfer syntax':44} {'MB':>5} {'bare':>8} {'open':>8} {'ratio':>6} {'+grey':>8} {'header':>8} {'thumb':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for syntax in SUPPORTED:
            eight = syntax in (uid.JPEGBaseline8Bit, JPEG_XL_RECOMPRESSED)
            twelve = syntax == uid.JPEGExtended12Bit
            bits = 8 if eight else 12 if twelve else 16
            pixels = (deep >> 6).astype(np.uint8) if eight else (deep >> 2 if twelve else deep).astype(np.uint16)
            path = Path(folder) / "film"
            path.write_bytes(image_bytes(pixels, bits=bits, syntax=syntax))
            image = open_image(path).radiograph
            jobs: dict[str, Callable[[], object]] = {
                "bare": partial(bare_decode, path, syntax),
                "open": partial(open_image, path),
                "grey": partial(first_image, path),
                "header": partial(read_header, path),
                "thumb": partial(thumbnail, image),
            }
            runs = {name: [seconds(job) for _ in range(1)] for name, job in jobs.items()}
            for _ in range(arguments.rounds):
                for name, job in jobs.items():
                    runs[name].append(seconds(job))
            ms = {name: 1000 * statistics.median(values[1:]) for name, values in runs.items()}
            size = path.stat().st_size / 1e6
            print(
                f"{uid.UID(syntax).name[:44]:44} {size:5.1f} {ms['bare']:7.0f}m {ms['open']:7.0f}m "
                f"{ms['open'] / ms['bare']:6.2f} {ms['grey']:7.0f}m {ms['header']:7.1f}m {ms['thumb']:7.1f}m"
            )


if __name__ == "__main__":
    main()
