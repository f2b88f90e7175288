"""Every check a head must pass before it is used; the app, authors and training run the same ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, HeadRejectedError, ManifestError
from cxrviewer.heads.contract import (
    MAX_FEATURES_BYTES,
    MAX_MAPS_BYTES,
    MAX_OUTPUTS,
    DiscoveredHead,
    HeadManifest,
    ModelFile,
)
from cxrviewer.heads.eligibility.ood_detector import OodDetector
from cxrviewer.heads.package.files import list_names, sha256
from cxrviewer.heads.package.manifest import read_manifest_bytes
from cxrviewer.heads.package.signature import read_signature, verify
from cxrviewer.heads.package.sources import HeadFile, look_at
from cxrviewer.heads.registry.backbone import find_backbone
from cxrviewer.heads.registry.discover import unusable_program
from cxrviewer.heads.runtime import protocol
from cxrviewer.heads.runtime.budget import WorkerBudget
from cxrviewer.heads.runtime.limits import PROGRAM_LIMITS, ProgramSpec
from cxrviewer.heads.runtime.occlusion import MAX_MAP_SIDE
from cxrviewer.heads.runtime.parsing import DIRECT, Parser
from cxrviewer.heads.runtime.runner import Limits, LoadedModel, ModelRunner, TensorInfo, clean
from cxrviewer.text import joined, msg

CHECKS = (
    "manifest",
    "contract_version",
    "signature",
    "sha256",
    "backbone",
    "structure",
    "tensors",
    "output_width",
    "density",
    "test_vector",
    "limits",
)

FloatTensor = npt.NDArray[np.float32]

MAX_LOGITS_BYTES = 2**20


class CheckResult(Struct, frozen=True):
    """One line of ``heads check``. `problems` is empty where the check passed."""

    name: str
    problems: tuple[str, ...] = ()
    note: str = ""

    @property
    def passed(self) -> bool:
        return not self.problems


class HeadData(Struct, frozen=True, eq=False):
    """A manifest and every file it lists, each found to have its hash.

    No file is held in memory: one model of allowed size would cost the viewer 256 MiB. Each is hashed again
    while it is used, so that a file swapped after the check is not used.
    """

    manifest: HeadManifest
    model: HeadFile
    files: Mapping[str, HeadFile]


def read_verified(folder: Path, manifest: HeadManifest) -> HeadData:
    """Read every file of the head, in chunks, and compare its SHA-256.

    Raises
    ------
    HeadRejectedError
        ``check="files"`` or ``"sha256"``; the sentence names every file that is wrong.
    """
    expected = {manifest.model.file: manifest.model.sha256, **dict(manifest.files)}
    problems: list[str] = [
        msg("{name} is not listed in head.toml", name=clean(name))
        for name in list_names(folder)
        if name not in expected
    ]
    data: dict[str, HeadFile] = {}
    for name, digest in expected.items():
        try:
            data[name] = look_at(folder, name)
        except HeadRejectedError as error:
            problems.append(error.user_message)
            continue
        if data[name].sha256 != digest:
            problems.append(msg("{name} is not the file head.toml describes (SHA-256 differs)", name=name))
    if problems:
        raise HeadRejectedError(
            msg("The model head is damaged or was changed: {problems}.", problems=joined(problems, "; ")),
            check="sha256",
        )
    return HeadData(manifest, data.pop(manifest.model.file), data)


def make_runner(
    data: HeadData, *, approved: bool, limits: Limits | None = None, budget: WorkerBudget | None = None
) -> ModelRunner:
    """Return the runner of a head; its process is not started yet.

    Raises
    ------
    HeadRejectedError
        It is a Python program, and this is the installed program or nobody approved it.
    """
    m = data.manifest
    if not m.program:
        return ModelRunner(data.model, limits, budget)
    problem = unusable_program(approved=approved)
    if problem:
        raise HeadRejectedError(problem, check="structure")
    if sum(file.size for file in (data.model, *data.files.values())) > protocol.MAX_DATA_BYTES:
        limit = protocol.MAX_DATA_BYTES // 2**20
        raise HeadRejectedError(
            msg("The files of a Python head are {limit} MiB together at most.", limit=limit), check="structure"
        )
    roles = {role: getattr(m.model, role) for role in ("input", "logits", "maps", "features")}
    shape = (1, m.recipe.channels, m.recipe.height, m.recipe.width)
    named = {role: name for role, name in roles.items() if name}
    program = ProgramSpec(m.model.file, data.files, named, shape)
    return ModelRunner(data.model, limits or PROGRAM_LIMITS, budget, program)


def check_tensors(manifest: HeadManifest, loaded: LoadedModel) -> None:
    """Compare the declared tensors with the recipe.

    Raises
    ------
    HeadRejectedError
        ``check="tensors"`` or ``"output_width"``.
    """
    recipe, model = manifest.recipe, manifest.model
    problems: list[str] = []
    wanted: tuple[int | None, ...] = (1, recipe.channels, recipe.height, recipe.width)
    if manifest.backbone is not None:
        wanted = (1, None, None, None)
    inputs = {t.name: t for t in loaded.inputs}
    if set(inputs) != {model.input}:
        problems.append(f"the model must have exactly one input named {model.input}")
    else:
        _expect(inputs[model.input], wanted, problems)
        if manifest.backbone is not None and None in inputs[model.input].shape:
            problems.append(f"{model.input} must have a fixed shape")
    outputs = {t.name: t for t in loaded.outputs}
    ranks: dict[str | None, tuple[int | None, ...]] = {
        model.logits: (1, None),
        model.maps: (1, None, None, None),
        model.features: (1, None, None, None),
    }
    for name, shape in ranks.items():
        if name is not None and name not in outputs:
            problems.append(f"the model has no output named {name}")
        elif name is not None:
            _expect(outputs[name], shape, problems)
            problems += _too_large(model, name, outputs[name].shape)
    if problems:
        raise HeadRejectedError(
            msg("The model does not fit its manifest: {problems}.", problems=joined(problems, "; ")), check="tensors"
        )
    width = outputs[model.logits].shape[1]
    _check_width(manifest, width)


def _too_large(model: ModelFile, name: str, shape: tuple[int | None, ...]) -> list[str]:
    """Return what is larger than the contract allows, as far as `shape` tells: None is a dimension left open."""
    dims = [dim or 1 for dim in shape]
    problems = []
    if name == model.logits and max(dims) > MAX_OUTPUTS:
        problems.append(f"{name} must have at most {MAX_OUTPUTS:,} columns")
    if name == model.maps and max(dims[2:], default=0) > MAX_MAP_SIDE:
        problems.append(f"{name} must be maps of at most {MAX_MAP_SIDE} x {MAX_MAP_SIDE} cells, not {_shape(shape)}")
    limit = {model.maps: MAX_MAPS_BYTES, model.features: MAX_FEATURES_BYTES}.get(name)
    if limit is not None and 4 * math.prod(dims) > limit:
        problems.append(f"{name} must take at most {limit // 2**20} MiB")
    return problems


def _expect(found: TensorInfo, wanted: tuple[int | None, ...], problems: list[str]) -> None:
    if found.type != "tensor(float)":
        problems.append(f"{found.name} must be float32, not {found.type}")
    fits = len(found.shape) == len(wanted) and all(
        w is None or f == w for f, w in zip(found.shape, wanted, strict=True)
    )
    if not fits:
        problems.append(f"{found.name} must have the shape {_shape(wanted)}, not {_shape(found.shape)}")


def _shape(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("any" if d is None else str(d) for d in shape) + ")"


def _check_width(manifest: HeadManifest, width: int | None) -> None:
    largest = max(finding.index for finding in manifest.findings)
    if width is not None and width <= largest:
        message = msg(
            "The model has {width} outputs, but a finding asks for number {largest} (counted from 0).",
            width=width,
            largest=largest,
        )
        raise HeadRejectedError(message, check="output_width")


def wanted_outputs(manifest: HeadManifest, *, with_features: bool = False) -> tuple[str, ...]:
    """Return the outputs an image needs: maps where there are any, features for the density or when asked for."""
    features = manifest.model.features if manifest.eligibility.density or with_features else None
    return tuple(name for name in (manifest.model.logits, manifest.model.maps, features) if name is not None)


def check_outputs(manifest: HeadManifest, tensors: Mapping[str, FloatTensor]) -> None:
    """Compare real outputs with the contract; run on every image.

    Raises
    ------
    HeadRejectedError
        ``check="tensors"`` or ``"output_width"``.
    """
    model = manifest.model
    logits = tensors[model.logits]
    if logits.ndim != 2 or logits.shape[0] != 1:
        raise HeadRejectedError(msg("The model's logits have the wrong shape."), check="tensors")
    _check_width(manifest, logits.shape[1])
    for name, tensor in tensors.items():
        if large := _too_large(model, name, tensor.shape):
            raise HeadRejectedError(
                msg("The model does not fit its manifest: {problems}.", problems=joined(large, "; ")), check="tensors"
            )
    maps = tensors.get(model.maps) if model.maps else None
    if maps is not None:
        if maps.ndim != 4 or maps.shape[:2] != logits.shape or 0 in maps.shape:
            raise HeadRejectedError(msg("The model's maps have the wrong shape."), check="tensors")
        if (maps < 0).any():
            raise HeadRejectedError(msg("The model's maps hold negative values."), check="tensors")
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise HeadRejectedError(msg("The model answered with values that are no numbers."), check="tensors")


def read_ood_detector(data: HeadData, parser: Parser = DIRECT) -> OodDetector | None:
    """Return the head's density, None where it has none.

    Raises
    ------
    HeadRejectedError
        ``check="density"``, or ``"sha256"`` where the file was changed after the check.
    """
    name = data.manifest.eligibility.density
    return None if name is None else parser.ood_detector(data.files[name])


def _check_ood_detector(data: HeadData, loaded: LoadedModel, parser: Parser) -> None:
    ood_detector = read_ood_detector(data, parser)
    if ood_detector is None:
        return
    manifest = data.manifest
    # A head of the kind features is asked about what it reads.
    name = manifest.model.features if manifest.backbone is None else manifest.model.input
    shape = next(t.shape for t in (*loaded.outputs, *loaded.inputs) if t.name == name)
    cells = None if None in shape[2:] else int(np.prod([d or 0 for d in shape[2:]]))
    if shape[1] not in (None, ood_detector.channels) or cells not in (None, ood_detector.cells):
        raise HeadRejectedError(
            msg("The head's density was made for other features than the model's."), check="density"
        )


def check_test_vector(data: HeadData, runner: ModelRunner, parser: Parser = DIRECT) -> float:
    """Run the head's test vector. Returns the seconds it took.

    Raises
    ------
    HeadRejectedError
        ``check="test_vector"`` where this machine gives other logits than the author's.
    """
    manifest = data.manifest
    recipe = manifest.recipe
    allowed = 4 * recipe.channels * recipe.height * recipe.width if manifest.backbone is None else MAX_FEATURES_BYTES
    given = parser.array(data.files[manifest.test.input], allowed)
    expected = parser.array(data.files[manifest.test.logits], MAX_LOGITS_BYTES)
    # `check_tensors` made sure that this is the recipe's shape, or any fixed one for a features head.
    if given.shape != runner.load().inputs[0].shape:
        raise HeadRejectedError(msg("The head's test input does not have the shape of its input."), check="test_vector")
    result = runner.run({manifest.model.input: given}, wanted_outputs(manifest))
    check_outputs(manifest, result.tensors)
    logits = result.tensors[manifest.model.logits]
    if logits.shape != expected.shape:
        raise HeadRejectedError(msg("The head's test logits have the wrong shape."), check="test_vector")
    worst = float(np.abs(logits - expected).max())
    if not worst <= manifest.test.tolerance:  # not `>`: a NaN must fail
        raise HeadRejectedError(
            msg(
                "The model's answer to its own test film differs by {worst:.2g} from the author's; do not use it.",
                worst=worst,
            ),
            check="test_vector",
        )
    ood_detector = read_ood_detector(data, parser)
    if ood_detector is not None:
        _try_ood_detector(ood_detector, given if manifest.backbone else result.tensors[str(manifest.model.features)])
    return result.seconds


def _try_ood_detector(ood_detector: OodDetector, features: FloatTensor) -> None:
    try:
        ood_detector.distance(features)
    except ValueError as error:
        raise HeadRejectedError(msg("The head's density was made for other features."), check="density") from error


def prepare(data: HeadData, runner: ModelRunner, parser: Parser = DIRECT) -> float:
    """Run every check that needs the model process. Returns the seconds of the test run.

    Raises
    ------
    HeadRejectedError, ScoringError
    """
    loaded = runner.load()
    check_tensors(data.manifest, loaded)
    _check_ood_detector(data, loaded, parser)
    return check_test_vector(data, runner, parser)


def check_head(
    folder: Path,
    limits: Limits | None = None,
    cancel: CancelToken | None = None,
    *,
    approved: Collection[str] = (),
    installed: Sequence[DiscoveredHead] | None = None,
    parser: Parser = DIRECT,
) -> tuple[CheckResult, ...]:
    """Run all checks on `folder` in the order of `CHECKS`; stops at the first that fails.

    Later checks need what earlier ones found, but each reports all it sees at once.
    Never raises for anything the folder holds. A Python head runs only where `approved` has its digest.
    A features head's backbone is looked for among `installed`; None does not look, for an author whose
    backbone lies elsewhere.

    Raises
    ------
    JobCancelled
        After the model process has ended.
    """
    token = cancel or CancelToken()
    done: list[CheckResult] = []
    try:
        text = read_manifest_bytes(folder)
        manifest = parser.manifest(folder, text)
    except ManifestError as error:
        return (CheckResult("contract_version" if error.other_contract else "manifest", error.problems),)
    done += [CheckResult("manifest"), CheckResult("contract_version")]
    try:
        signer = verify(text, read_signature(folder))
        done.append(CheckResult("signature", note=f"signed with the key {signer}" if signer else "unsigned"))
    except HeadRejectedError as error:
        return (*done, CheckResult("signature", (error.user_message,)))
    try:
        data = read_verified(folder, manifest)
    except HeadRejectedError as error:
        return (*done, CheckResult("sha256", (error.user_message,)))
    done.append(CheckResult("sha256", note=f"{1 + len(data.files)} files"))
    done.append(_check_backbone(manifest, installed))
    if not done[-1].passed:
        return tuple(done)
    limits = limits or (PROGRAM_LIMITS if manifest.program else Limits())
    try:
        runner = make_runner(data, approved=sha256(text) in approved, limits=limits)
    except HeadRejectedError as error:
        return (*done, CheckResult("structure", (error.user_message,)))
    token.on_cancel(runner.close)
    try:
        done += _model_checks(data, runner, limits, parser)
    finally:
        runner.close()
    token.raise_if_cancelled()
    return tuple(done)


def _check_backbone(manifest: HeadManifest, installed: Sequence[DiscoveredHead] | None) -> CheckResult:
    if manifest.backbone is None:
        return CheckResult("backbone", note="none needed")
    if installed is None:
        return CheckResult("backbone", note=f"{manifest.backbone.id} {manifest.backbone.version} was not looked for")
    problem = find_backbone(manifest, installed)[1]
    return CheckResult("backbone", (problem,) if problem else (), note="" if problem else manifest.backbone.id)


def _model_checks(data: HeadData, runner: ModelRunner, limits: Limits, parser: Parser) -> list[CheckResult]:
    done: list[CheckResult] = []
    loaded: LoadedModel | None = None
    seconds = 0.0

    def load() -> None:
        nonlocal loaded
        loaded = runner.load()

    def test_vector() -> None:
        nonlocal seconds
        seconds = check_test_vector(data, runner, parser)

    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("structure", load),
        ("tensors", lambda: check_tensors(data.manifest, _known(loaded))),
        ("density", lambda: _check_ood_detector(data, _known(loaded), parser)),
        ("test_vector", test_vector),
    )
    for name, step in steps:
        try:
            step()
        except HeadRejectedError as error:
            if error.check == "output_width":
                done.append(CheckResult("tensors"))
            shown = error.check if error.check in CHECKS else name
            # Outputs are looked at again on the test image; what passed before on paper has failed then.
            passed = [result for result in done if result.name != shown]
            return [*passed, CheckResult(shown, (error.user_message,))]
        except CxrError as error:  # a crash, a hang, too much memory
            return [*done, CheckResult("limits", (error.user_message,))]
        done.append(CheckResult(name))
        if name == "tensors":
            done.append(CheckResult("output_width"))
    memory = f"{limits.memory_bytes // 2**20} MiB" if _known(loaded).memory_limited else "not limited on this system"
    note = f"{seconds * 1000:.0f} ms of at most {limits.run_seconds:g} s; memory {memory}"
    return [*done, CheckResult("limits", note=note)]


def _known(loaded: LoadedModel | None) -> LoadedModel:
    assert loaded is not None
    return loaded
