"""``cxrviewer self-test``: does this installation do what it is for?

Written for frozen programs above all, where codecs and plugins vanish unless somebody
collected them. Uses synthetic images only, writes no file and opens no window.
"""

from __future__ import annotations

import importlib
import io
import os
from collections.abc import Callable, Iterator

import numpy as np
from msgspec import Struct

from cxrviewer.errors import CxrError
from cxrviewer.imaging.radiograph import Radiograph

# pydicom and codecs first, Qt last; onnxruntime is loaded by the model process, never beside Qt.
BEFORE_QT = ("numpy", "PIL.Image", "pydicom", "imagecodecs", "platformdirs", "msgspec", "watchdog.observers")
WITH_QT = ("PySide6.QtWidgets", "PySide6.QtSvg", "PySide6.QtPrintSupport", "pyqtgraph")

# Made once with `heads sign`; the key was thrown away.
SIGNED = b"self-test\n"
SIGNATURE = b"""cxrviewer-head-signature 1
y3mbysKxPLIbmDA4YAJHVEyft9hj0ZrzkPEhRq19vMc=
CSgAtokGc0q2kzMXaXrheaGsvuHcS55TgqB3wLBb9ht1DDsJGNE5W7kelVs2fr6Hc04G/IetURUUbqPrHssVBw==
"""


class Wrong(Exception):
    """A step did not do what it must; the text says what."""


class Step(Struct, frozen=True):
    """A name for the terminal and the check behind it; it returns a word on what it found."""

    name: str
    check: Callable[[], str]


def run(steps: Iterator[Step] | None = None) -> int:
    """Run every step, print its outcome, and return 0 when all went well, else 1.

    A step that fails never hides those after it.
    """
    # Qt would look for a screen; the frame is painted into memory.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    failed = 0
    for step in all_steps() if steps is None else steps:
        try:
            print(f"OK      {step.name}: {step.check()}")
        except (CxrError, Wrong) as error:
            failed += 1
            print(f"FAILED  {step.name}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever a broken installation raises is the finding
            failed += 1
            print(f"FAILED  {step.name}: {type(error).__name__}: {error}")
    print("OK" if not failed else f"FAILED: {failed} step{'s' if failed > 1 else ''}")
    return 1 if failed else 0


def all_steps() -> Iterator[Step]:
    """Yield the steps in the order in which the program loads its parts."""
    from cxrviewer.imaging.codecs import SUPPORTED, describe

    for module in BEFORE_QT:
        yield Step(f"import {module}", lambda m=module: _import(m))  # type: ignore[misc]
    for syntax in SUPPORTED:
        yield Step(f"decode {describe(syntax)}", lambda s=syntax: _decode(s))  # type: ignore[misc]
    yield Step("read a file in a process of its own", _read_in_a_process)
    yield Step("verify a signature", _verify)
    yield Step("score one film", _score)
    for module in WITH_QT:
        yield Step(f"import {module}", lambda m=module: _import(m))  # type: ignore[misc]
    yield Step("paint one frame", _paint)


def _import(name: str) -> str:
    module = importlib.import_module(name)
    return str(getattr(module, "__version__", "loaded"))


def _read(data: bytes) -> Radiograph:
    from cxrviewer.imaging.dataset import parse
    from cxrviewer.imaging.dicom_source import read_dicom
    from cxrviewer.imaging.header import header_of

    parsed = parse(io.BytesIO(data))
    return read_dicom(parsed, header_of(parsed).facts)


def _decode(syntax: str) -> str:
    from cxrviewer.imaging.specimens import TOLERANCE, specimen, specimen_pixels

    decoded, expected = _read(specimen(syntax)).codes, specimen_pixels(syntax)
    if decoded.shape != expected.shape:
        raise Wrong(f"got {decoded.shape} pixels, expected {expected.shape}")
    worst = int(np.abs(decoded.astype(int) - expected).max())
    if worst > TOLERANCE.get(syntax, 0):
        raise Wrong(f"a stored value is wrong by {worst}, allowed are {TOLERANCE.get(syntax, 0)}")
    return "every stored value right" if not worst else f"lossy, at most {worst} off"


def _read_in_a_process() -> str:
    from cxrviewer.decoder.client import DecoderPool
    from cxrviewer.paths import resources_dir

    decoder = DecoderPool(1)
    try:
        pixels = decoder.open_image(resources_dir() / "icons" / "cxrviewer-512.png").radiograph.codes
    finally:
        decoder.close()
    if pixels.shape != (512, 512, 3) or not pixels.any():
        raise Wrong(f"got {pixels.shape} pixels that are {'not ' if pixels.any() else ''}all 0, expected a picture")
    return f"{pixels.shape[1]} x {pixels.shape[0]} pixels"


def _verify() -> str:
    from cxrviewer.errors import HeadRejectedError
    from cxrviewer.heads.package.signature import verify

    signer = verify(SIGNED, SIGNATURE)
    try:
        verify(SIGNED.upper(), SIGNATURE)
    except HeadRejectedError:
        return f"made with the key {signer}"
    raise Wrong("a text that was changed after signing passes")


def demo_chest() -> Radiograph:
    """Return the first image of the demonstration study, made in memory and read like a file."""
    from pydicom.filewriter import dcmwrite

    from cxrviewer.demo import IMAGES, dataset

    stream = io.BytesIO()
    dcmwrite(stream, dataset(IMAGES[0]), enforce_file_format=True)
    return _read(stream.getvalue())


def _score() -> str:
    from cxrviewer.heads.inference.scoring import HeadScorer
    from cxrviewer.heads.registry.discover import discover, shipped_folder

    folder = shipped_folder()
    heads = discover([folder]) if folder is not None else ()
    if not heads:
        raise Wrong("no model head came with this installation")
    scorer = HeadScorer(heads[0])
    try:
        answer = scorer.score(demo_chest())
    finally:
        scorer.close()
    if len(answer.scores) != len(scorer.manifest.findings) or not all(0 <= s.probability <= 1 for s in answer.scores):
        raise Wrong("the head's answer is not one probability for every finding")
    return f"{len(answer.scores)} findings, {len(answer.maps)} maps from {answer.head_id} {answer.head_version}"


def _paint() -> str:
    from cxrviewer.imaging.dataset import NATIVE
    from cxrviewer.imaging.specimens import specimen
    from cxrviewer.qt.one_frame import paint

    frame = paint(_read(specimen(NATIVE[0])))
    # The specimen is a ramp from black with a bright corner: a canvas that paints nothing is uniform.
    if int(frame.max()) - int(frame.min()) < 128:
        raise Wrong("the canvas painted no film")
    return f"{frame.shape[1]} x {frame.shape[0]} pixels"
