"""What a worker process does with a mutant: all that `render`, `score` and the list of the window do with a file."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from cxrviewer.batch import output as score_output
from cxrviewer.batch.score import FAILED, REJECTED, SCORED, Entry
from cxrviewer.errors import CxrError
from cxrviewer.heads.contract import HeadManifest, Rejection, RejectionCode
from cxrviewer.heads.eligibility import checks
from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.registry.discover import shipped_folder
from cxrviewer.imaging.header import read_header
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.tensor import make_input
from cxrviewer.imaging.thumbnails import thumbnail
from cxrviewer.render.picture import RenderedFrame, encode, render_frame
from cxrviewer.render.settings import PictureFormat, RenderSettings
from tests.fuzz.mutations import CANARY

SETTINGS = (
    RenderSettings(format=PictureFormat.NPY),
    RenderSettings(format=PictureFormat.PNG, size=400),
    RenderSettings(format=PictureFormat.TIFF, preset=2),
    RenderSettings(format=PictureFormat.NPY, raw=True),
    RenderSettings(format=PictureFormat.NPY, window=(40.0, 400.0)),
)
_SENTENCE = re.compile(r"[A-Z(].*[.!?]\Z", re.DOTALL)


class Exercise(Struct, frozen=True, kw_only=True):
    """What became of a mutant.

    Attributes
    ----------
    shown, scored : bool
        `scored`: it would have been handed to the model.
    wrong : str
        What a result or sentence breaks of its contract; empty where nothing.
    peak_bytes : int
        Largest size of the process so far.
    """

    shown: bool
    scored: bool
    wrong: str
    peak_bytes: int


def warm_up() -> None:
    """Load everything, before the limits of the worker hold."""
    from cxrviewer.render import picture

    picture.warm_up()
    _manifest()


def exercise(path: str, number: int) -> Exercise:
    """Do with the file at `path` all that the program does; `number` chooses among settings."""
    shown, wrong = _render(path, SETTINGS[number % len(SETTINGS)])
    entry = _score(path)
    wrong = wrong or _leaks([json.dumps(score_output.record_of(entry))])
    return Exercise(shown=shown, scored=entry.status == SCORED, wrong=wrong, peak_bytes=_peak_bytes())


def _render(path: str, settings: RenderSettings) -> tuple[bool, str]:
    frame = render_frame(path, 0, settings)
    wrong = _wrong_frame(frame, settings)
    if frame.pixels is not None and frame.pixels.size < 10_000_000:
        encode(frame.pixels, settings, io.BytesIO())  # as the program does, which is no worker with a limit
    if frame.frames > 1:
        wrong = wrong or _wrong_frame(render_frame(path, min(frame.frames, 3) - 1, settings), settings)
    return frame.pixels is not None, wrong


def _wrong_frame(frame: RenderedFrame, settings: RenderSettings) -> str:
    sentences = [*frame.notes] + ([frame.message] if frame.pixels is None else [])
    bad = [sentence for sentence in sentences if not _SENTENCE.match(sentence)]
    if bad:
        return f"no sentence: {bad[0]!r}"
    if frame.pixels is not None and settings.format is PictureFormat.NPY and not settings.raw:
        pixels = frame.pixels
        if pixels.dtype == np.float32 and not (np.isfinite(pixels).all() and 0 <= pixels.min() <= pixels.max() <= 1):
            return "grey outside 0..1"
    return _leaks([*sentences, frame.photometric])


def _leaks(sentences: list[str]) -> str:
    secret = CANARY.decode()
    return next((f"quotes a name: {sentence!r}" for sentence in sentences if secret in sentence), "")


def _score(path: str) -> Entry:
    """Do what `batch.score` does, up to the tensor that the model would be given; as it does, path left out."""
    manifest = _manifest()
    try:
        header = read_header(Path(path))
        rejection = checks.reject_header(header.facts, manifest.eligibility, has_pixels=header.has_pixels)
        if rejection is None:
            radiograph = open_image(Path(path)).radiograph
            thumbnail(radiograph)
            rejection = checks.reject_header(radiograph.facts, manifest.eligibility)
            rejection = rejection or checks.reject_size(radiograph, manifest.eligibility)
            rejection = rejection or checks.reject_blank(_detail(radiograph, manifest))
    except CxrError as error:
        reason = Rejection(RejectionCode.DECODE_FAILED, error.user_message)
        return Entry(path="", source=None, status=FAILED, reason=reason)
    if rejection is not None:
        return Entry(path="", source=None, status=REJECTED, reason=rejection)
    return Entry(path="", source=None, status=SCORED)


def _detail(radiograph: Any, manifest: HeadManifest) -> float:
    given = make_input(radiograph, manifest.recipe)
    if not np.isfinite(given.tensor).all():
        raise AssertionError("the tensor is not finite")
    from cxrviewer.imaging.detail import detailed_share

    return detailed_share(given.grey)


_known: list[HeadManifest] = []


def _manifest() -> HeadManifest:
    if not _known:
        folder = shipped_folder()
        assert folder is not None, "the checkout holds the shipped head"
        _known.append(read_manifest(next(path for path in sorted(folder.iterdir()) if path.is_dir())))
    return _known[0]


def _peak_bytes() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
