"""Stand-ins that let a test choose when work ends, and small synthetic images."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import JobCancelled, NotDicomError
from cxrviewer.heads.contract import (
    AucEvidence,
    Code,
    EligibilitySpec,
    ExplanationSpec,
    FindingScore,
    FindingSpec,
    HeadManifest,
    ModelFile,
    Prediction,
    Rejection,
    SaliencyMap,
    TestVector,
)
from cxrviewer.imaging.contents import Header, Identity
from cxrviewer.imaging.modality import Rescale
from cxrviewer.imaging.radiograph import ImageFacts, Radiograph, Source
from cxrviewer.imaging.recipe import Fit, GreySource, InputRecipe
from cxrviewer.imaging.voi import VoiOrigin, VoiPreset, VoiWindow
from cxrviewer.jobs import Lane
from cxrviewer.presenters.findings import HeadName

PRESETS = (
    VoiPreset("Normal", VoiWindow(2048, 4096), VoiOrigin.WINDOW),
    VoiPreset("Hard", VoiWindow(2000, 1000), VoiOrigin.WINDOW),
)


@dataclass
class HeldJobs:
    """A `JobRunner` that runs nothing until told, on the calling thread."""

    newest: dict[str, Callable[[], None]] = field(default_factory=dict)
    tokens: dict[str, CancelToken] = field(default_factory=dict)
    submitted: list[str] = field(default_factory=list)
    posted: SimpleQueue[Callable[[], None]] = field(default_factory=SimpleQueue)

    def submit(
        self,
        lane: Lane,
        slot: str,
        work: Callable[[CancelToken], Any],
        *,
        on_done: Callable[[Any], None],
        on_failed: Callable[[Exception], None],
    ) -> None:
        self.cancel(slot)
        token = CancelToken()

        def run() -> None:
            try:
                value = work(token)
            except JobCancelled:
                return
            except Exception as error:
                on_failed(error)
            else:
                on_done(value)

        self.newest[slot] = run
        self.tokens[slot] = token
        self.submitted.append(slot)

    def cancel(self, slot: str) -> None:
        self.newest.pop(slot, None)
        token = self.tokens.pop(slot, None)
        if token is not None:
            token.cancel()

    def post(self, call: Callable[[], None]) -> None:
        self.posted.put(call)

    def call_posted(self) -> None:
        """Call what was posted up to now."""
        for _ in range(self.posted.qsize()):
            self.posted.get()()

    def release(self, slot: str) -> None:
        self.newest.pop(slot)()

    def release_all(self) -> None:
        while self.newest:
            self.release(next(iter(self.newest)))


class Recorder:
    """A view that remembers every call: ``(method, arguments)``."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)

        def record(*args: Any, **named: Any) -> None:
            self.calls.append((name, (*args, *named.values())))

        return record

    def last(self, name: str) -> Any:
        """Return the arguments of the last call of `name`, unwrapped where there is one."""
        args = next(a for n, a in reversed(self.calls) if n == name)
        return args[0] if len(args) == 1 else args

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def fake_image(
    *,
    codes: np.ndarray[Any, Any] | None = None,
    inverted: bool = False,
    padding: tuple[int, int] | None = None,
    presets: tuple[VoiPreset, ...] = PRESETS,
    key: str = "film-a",
    colour: bool = False,
    notes: tuple[str, ...] = (),
    view: str = "PA",
) -> Radiograph:
    """Return a 12-bit image, by default a 400 x 300 gradient."""
    if codes is None:
        codes = np.linspace(0, 4095, 400 * 300).reshape(400, 300).astype(np.uint16)
        if colour:
            codes = np.zeros((400, 300, 3), np.uint8)
            codes[..., 0] = 200
    facts = ImageFacts(
        source=Source.DICOM, modality="DX", view_position=view, body_part="CHEST", colour=colour,
        rows=codes.shape[0], columns=codes.shape[1],
    )  # fmt: skip
    return Radiograph(
        codes=codes, first_stored=0, levels=256 if colour else 4096, modality=Rescale(),
        presets=() if colour else presets, inverted=inverted, padding=padding, facts=facts, key=key, notes=notes,
    )  # fmt: skip


def header(name: str = "PHANTOM^ONE", *, study: str = "1", series: str = "1", number: int = 1, **more: Any) -> Header:
    """Return a header; `more` overrides fields of its identity."""
    identity = Identity(
        **{
            "patient_name": name,
            "patient_id": f"ID-{name}",
            "sex": "F",
            "age": "58 y",
            "study_uid": f"{name}.{study}",
            "study_date": f"2026-11-{int(study):02d}",
            "study_time": "16:02",
            "series_uid": f"{name}.{study}.{series}",
            "series_number": int(series),
            "sop_instance_uid": f"{name}.{study}.{series}.{number}",
            "instance_number": number,
            **more,
        }
    )
    return Header(fake_image().facts, identity, True)


class FullDisk:
    """A disk that takes no more: what is flushed to it is there in part, and flushing fails.

    Parameters
    ----------
    monkeypatch : MonkeyPatch
    after : int
        Files that it still takes.
    code : int
        Of the error.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int = 0, code: int = errno.ENOSPC) -> None:
        self.left, self._code, self._fsync = after, code, os.fsync
        monkeypatch.setattr(os, "fsync", self._flush)

    def _flush(self, descriptor: int) -> None:
        if self.left <= 0:
            os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
            raise OSError(self._code, os.strerror(self._code))
        self.left -= 1
        self._fsync(descriptor)


@dataclass
class FakeReader:
    """Reads headers from a table of file names; anything else is no DICOM."""

    headers: dict[str, Header]
    read: list[Path] = field(default_factory=list)

    def __call__(self, path: Path, cancel: CancelToken | None = None) -> Header:
        self.read.append(path)
        if path.name not in self.headers:
            raise NotDicomError("The file is neither DICOM nor a picture this program reads.")
        return self.headers[path.name]


RECIPE = InputRecipe(
    version=1, height=224, width=224, channels=1, grey=GreySource.DEFAULT_WINDOW, fit=Fit.LETTERBOX,
    pad=0.0, mean=0.5, std=0.25,
)  # fmt: skip


def spec(name: str, index: int, *, threshold: float = 0.3, low: float | None = 0.8) -> FindingSpec:
    auc = (
        None
        if low is None
        else AucEvidence(value=low + 0.04, low=low, high=low + 0.07, n=1388, positives=131, data="x")
    )
    return FindingSpec(
        code=Code("SCT", str(index), name), index=index, threshold=threshold, threshold_source="Youden", slope=1.0,
        offset=0.0, auc=auc,
    )  # fmt: skip


SPECS = (
    spec("Cardiomegaly", 0),
    spec("Pleural effusion", 1),
    spec("Pneumothorax", 2),
    spec("Hernia", 3, low=None),
)


def manifest() -> HeadManifest:
    return HeadManifest(
        schema=1, id="test.head", title="Test student", version="1.0.0", license="Apache-2.0", authors=("a",),
        intended_use="Research only.", not_for="Children.", evidence_bar=0.6,
        model=ModelFile(file="model.onnx", sha256="9f2c" + "0" * 60, input="image", logits="logits", maps="gradcam"),
        recipe=RECIPE, eligibility=EligibilitySpec(modality=("DX",), view=("PA", "AP")),
        explanation=ExplanationSpec(method="Grad-CAM", reference=4.0), findings=SPECS,
        test=TestVector(input="i.npy", logits="l.npy", tolerance=1e-3),
    )  # fmt: skip


def prediction(
    probabilities: Iterable[float] = (0.62, 0.41, 0.08, 0.9), *, key: str = "film-a", maps: bool = True
) -> Prediction:
    """Return an answer with one bright cell in each 7 x 7 map: finding i at row 2, column i + 1."""
    scores, saliency = [], []
    for i, (p, s) in enumerate(zip(probabilities, SPECS, strict=True)):
        validated = s.auc is not None
        scores.append(
            FindingScore(spec=s, logit=0.0, probability=p, above=validated and p >= s.threshold, validated=validated)
        )
        values = np.zeros((7, 7), np.float32)
        values[2, i + 1] = 4.0
        # A 300 x 400 image stretched over 7 x 7 cells: cell centre c lies at column (c + 0.5) * 300/7 - 0.5.
        to_image = np.array([[300 / 7, 0, 150 / 7 - 0.5], [0, 400 / 7, 200 / 7 - 0.5]])
        saliency.append(SaliencyMap(s.code, values, 4.0, "Grad-CAM", to_image))
    return Prediction(
        image_key=key, head_id="test.head", head_version="1.0.0", model_sha256="9f2c" + "0" * 60,
        recipe_digest=RECIPE.digest(), scores=tuple(scores), maps=tuple(saliency) if maps else (), seconds=0.006,
    )  # fmt: skip


@dataclass
class FakeScorer:
    """Answers from a table by image key; counts how often the model ran."""

    answers: dict[str, Prediction | Exception] = field(default_factory=dict)
    rejection: Rejection | None = None
    ran: list[str] = field(default_factory=list)
    closed: bool = False
    manifest: HeadManifest = field(default_factory=manifest)
    loaded: bool = True
    explained: list[tuple[str, int]] = field(default_factory=list)

    def reject_header(self, facts: ImageFacts) -> Rejection | None:
        return self.rejection

    def score(self, radiograph: Radiograph, cancel: CancelToken) -> Prediction:
        cancel.raise_if_cancelled()
        self.ran.append(radiograph.key)
        answer = self.answers.get(radiograph.key) or prediction(key=radiograph.key)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def explain(
        self, radiograph: Radiograph, number: int, cancel: CancelToken, on_progress: Callable[[int, int], None]
    ) -> SaliencyMap:
        cancel.raise_if_cancelled()
        self.explained.append((radiograph.key, number))
        on_progress(169, 169)
        made = prediction(key=radiograph.key).maps[number]
        return replace(made, method="Occlusion, 32 × 32 of 224 × 224 pixels", reference=0.5)

    def close(self) -> None:
        self.closed = True


SIGNED = "signed with the key ABCDE-FGHIJ-KLMNO-PQRST (a known key)"
UNSIGNED = "unsigned: nothing shows who made it"


def head_name(scorer: FakeScorer) -> HeadName:
    m = scorer.manifest
    return HeadName(m.id, m.title, m.version, m, SIGNED if m.id == "test.head" else UNSIGNED)


def another(
    name: str = "other.head", title: str = "Another head", *, version: str = "2.0.0", maps: bool = True, **given: Any
) -> FakeScorer:
    """Return a second head with the same findings; without `maps` it makes none, so they are had on request."""
    made = manifest()
    model = made.model if maps else replace(made.model, maps=None)
    explanation = made.explanation if maps else ExplanationSpec(method="none", reference=0.5)
    changed = replace(made, id=name, title=title, version=version, model=model, explanation=explanation)
    return FakeScorer(manifest=changed, **given)
