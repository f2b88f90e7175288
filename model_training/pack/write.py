"""Makes a pack: a folder, and with ``--zip`` a ``.cxrhead`` file, that has passed the viewer's own checks."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from msgspec.structs import replace

from cxrviewer.heads.contract import HeadManifest
from cxrviewer.heads.package.files import MANIFEST_NAME, PACK_SUFFIX, hash_files, is_plain_name, sha256
from cxrviewer.heads.package.manifest import write_manifest
from cxrviewer.heads.registry.pack import write_pack
from cxrviewer.imaging.recipe import InputRecipe
from model_training.data.development_set import DataError
from model_training.data.pack import image_grey
from model_training.data.packed import standardise
from model_training.export.onnx import Parity, export_explained, measure_explained, run_tensors
from model_training.head.write import (
    REFERENCE_QUANTILE,
    array_bytes,
    made_picture,
    replace_folder,
    require_passing,
)
from model_training.pack import foreign, networks
from model_training.pack.description import (
    CARD,
    MODEL,
    PROVENANCE,
    TEST_INPUT,
    TEST_LOGITS,
    Description,
    read_description,
)
from model_training.pack.errors import PackError

Inputs = npt.NDArray[np.float32]

PARITY_IMAGES = 4
FEW_IMAGES = 20
IMAGE_SUFFIXES = (".dcm", ".png", ".jpg", ".jpeg", "")
TOLERANCE = 1e-3
"""Of the test vector, relative to its largest logit; the contract's own limit is 0.1."""


@dataclass(frozen=True, slots=True)
class Made:
    """What is known about a model before a file is written.

    Attributes
    ----------
    parity : Parity or None
        None for a foreign file: there is no network to hold it against.
    facts : dict
        For the card and PROVENANCE.json.
    """

    model: bytes
    manifest: HeadManifest
    outputs: int
    parity: Parity | None
    facts: dict[str, Any]


def read_images(folder: Path, recipe: InputRecipe) -> Inputs:
    """Return every readable film below `folder` as network input, (n, channels, height, width).

    Raises
    ------
    PackError
        Where there is none.
    """
    planes = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in IMAGE_SUFFIXES):
        try:
            planes.append(image_grey(path, recipe))
        except DataError:
            continue  # not a film, or one no head may read
    if not planes:
        raise PackError([f"--films: no readable film in {folder.name}"])
    return standardise(np.stack(planes), recipe)


def _made_images(recipe: InputRecipe) -> Inputs:
    """Return the test picture as it is, mirrored, upside down and with grey turned round."""
    picture = made_picture(recipe)
    middle = picture.max() + picture.min()
    images = [picture, picture[..., ::-1], picture[..., ::-1, :], middle - picture]
    return np.ascontiguousarray(np.concatenate(images))


def make_explained(source: str, description: Description, images: Inputs | None) -> Made:
    """Build the network, write it with its maps, and hold the file against torch and pytorch-grad-cam.

    Raises
    ------
    PackError, ExportError, TargetError
    """
    spec, manifest = description.network, description.draft
    network, outputs = networks.build(spec, source, manifest.recipe.channels)
    _check_indices(manifest, outputs)
    model, target = export_explained(network, manifest.recipe, layer=spec.layer, own_channels=spec.own_channels)
    inputs = _made_images(manifest.recipe) if images is None else images[:PARITY_IMAGES]
    parity = measure_explained(model, target, torch.from_numpy(inputs), own_channels=spec.own_channels)
    parity.require_within()
    facts: dict[str, Any] = {"network": spec.name, "layer": target.name}
    if not description.reference_given:
        assert images is not None
        manifest = _with_references(manifest, model, images)
        facts["references"] = (
            f"{REFERENCE_QUANTILE:.0%} quantile of the largest map value on {len(images)} films, per finding"
        )
    return Made(model, manifest, outputs, parity, facts)


def make_foreign(source: str, description: Description) -> Made:
    """Take an ONNX file as it is, or with its batch fixed and its sigmoid cut.

    Raises
    ------
    PackError
    """
    path = Path(source)
    if not path.is_file():
        raise PackError([f"{path.name}: there is no such file"])
    manifest = description.draft
    ready = foreign.prepare(path.read_bytes(), description.network, manifest.recipe)
    _check_indices(manifest, ready.outputs)
    named = replace(manifest.model, input=ready.input, logits=ready.logits, maps=ready.maps)
    facts = {"network": "a foreign ONNX file", "changes": list(ready.changes)}
    return Made(ready.model, replace(manifest, model=named), ready.outputs, None, facts)


def _check_indices(manifest: HeadManifest, outputs: int) -> None:
    wrong = [f for f in manifest.findings if f.index >= outputs]
    if wrong:
        raise PackError(
            [
                f"finding: '{f.code.meaning}' asks for output {f.index}, counted from 0; there are {outputs}"
                for f in wrong
            ]
        )


def _with_references(manifest: HeadManifest, model: bytes, images: Inputs) -> HeadManifest:
    (maps,) = run_tensors(model, images, manifest.model.input, [str(manifest.model.maps)])
    peaks = maps.max(axis=(2, 3))
    values = [float(f"{np.quantile(peaks[:, f.index], REFERENCE_QUANTILE):.4g}") for f in manifest.findings]
    if not max(values) > 0:
        raise PackError(["--films: every map of every film is empty; give explanation.reference or another layer"])
    # A finding that never had a map must not be bright by accident one day.
    values = [v or max(values) for v in values]
    findings = tuple(
        f if f.map_reference is not None else replace(f, map_reference=v)
        for f, v in zip(manifest.findings, values, strict=True)
    )
    return replace(manifest, findings=findings, explanation=replace(manifest.explanation, reference=max(values)))


def fill_folder(folder: Path, source: str, made: Made, density: bytes | None) -> HeadManifest:
    """Write every file of the head into the empty `folder`."""
    manifest = made.manifest
    picture = made_picture(manifest.recipe)
    (logits,) = run_tensors(made.model, picture, manifest.model.input, [manifest.model.logits])
    if not np.isfinite(logits).all():
        raise PackError(["The model answers its test picture with values that are no numbers."])
    tolerance = min(0.1, float(f"{TOLERANCE * max(1.0, float(np.abs(logits).max())):.2g}"))
    path = Path(source)
    provenance = {
        "source": path.name if path.is_file() else source,
        "source_sha256": sha256(path.read_bytes()) if path.is_file() else None,
        "recipe_digest": manifest.recipe.digest(),
        "packages": {n: importlib.metadata.version(n) for n in ("torch", "timm", "onnx", "onnxruntime", "numpy")},
        "parity": None if made.parity is None else {n: getattr(made.parity, n) for n in made.parity.__slots__},
        **made.facts,
    }
    files = {
        MODEL: made.model,
        TEST_INPUT: array_bytes(picture),
        TEST_LOGITS: array_bytes(logits),
        CARD: write_card(manifest, made).encode(),
        PROVENANCE: (json.dumps(provenance, indent=1) + "\n").encode(),
    }
    if density is not None:
        files[str(manifest.eligibility.density)] = density
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = replace(
        manifest,
        model=replace(manifest.model, sha256=sha256(made.model)),
        test=replace(manifest.test, tolerance=tolerance),
        files=hash_files(folder, model=MODEL),
    )
    (folder / MANIFEST_NAME).write_text(write_manifest(manifest), encoding="utf-8", newline="\n")
    return manifest


def write_card(manifest: HeadManifest, made: Made) -> str:
    """Return the model card: what was given and what was measured, and what nobody knows."""
    rows = []
    for finding in manifest.findings:
        auc = finding.auc
        shown = "none" if auc is None else f"{auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f}), {auc.data}"
        validated = "yes" if manifest.validated(finding) else "not validated"
        rows.append(f"| {finding.code.meaning} | {finding.threshold:.3g} | {shown} | {validated} |")
    lines = [
        f"# {manifest.title} ({manifest.id} {manifest.version})",
        "",
        "**Research use only. Not a medical device. Not for any decision about a patient.**",
        "",
        f"{manifest.intended_use}",
        "",
        f"Not for: {manifest.not_for}",
        "",
        f"Licence: {manifest.license}. By {', '.join(manifest.authors)}. Made from {made.facts['network']}.",
        "",
        "| finding | threshold | AUC (95 % interval), on | shown as a score |",
        "|---|---|---|---|",
        *rows,
        "",
        "The evidence is the author's; the packing measured none.",
        "",
    ]
    if made.parity is None:
        changes = made.facts["changes"]
        lines += [
            "The ONNX file is somebody else's; "
            + (f"changed: {'; '.join(changes)}." if changes else "its bytes are as they were given.")
            + ("" if manifest.model.maps else " It makes no maps of its own."),
        ]
    else:
        lines += [
            f"Maps: Grad-CAM behind `{made.facts['layer']}`, exact, in the graph. Largest difference to torch "
            f"{made.parity.maps:.1e} and to pytorch-grad-cam {made.parity.gradcam:.1e}, relative, on "
            f"{made.parity.images} films; of the logits {made.parity.logits:.1e}.",
            f"Drawn at full intensity: {made.facts.get('references', 'a value the author gave')}.",
        ]
    return "\n".join(lines) + "\n"


def run_pack(source: str, toml: Path, folder: Path, *, images: Path | None = None, zipped: bool = False) -> int:
    """Write the head `folder` from `source` and its description; returns the exit status.

    Parameters
    ----------
    source : str
        A checkpoint, an ``.onnx`` file, or ``xrv:WEIGHTS``.
    images : Path, optional
        Folder of films the maps' full intensity is measured on, and the parity.
    zipped : bool
        Also write ``ID-VERSION.cxrhead`` beside the folder.

    Raises
    ------
    PackError, ExportError, TargetError
        `folder` is then as it was.
    """
    torch.set_num_threads(1)
    description = read_description(toml, source, _published(source, toml))
    manifest = description.draft
    archive = folder.parent / f"{manifest.id}-{manifest.version}{PACK_SUFFIX}"
    _check_place(folder, archive if zipped else None)
    if not description.reference_given and images is None:
        sentence = "is missing: give it, or --films FOLDER with films to measure it on"
        raise PackError([f"{toml.name}: explanation.reference: {sentence}"])
    density = _density(toml, manifest)
    given = None if images is None else read_images(images, manifest.recipe)
    make = make_foreign(source, description) if description.network.foreign else None
    made = make or make_explained(source, description, given)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        scratch.chmod(0o755)
        manifest = fill_folder(scratch, source, made, density)
        require_passing(scratch)
        if zipped:
            write_pack(scratch, archive)
        replace_folder(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.stdout.write("\n".join(_said(manifest, made, given, folder, archive if zipped else None)) + "\n")
    return 0


def _published(source: str, toml: Path) -> dict[str, Any]:
    """Return what torchxrayvision says of its weights, where these are meant."""
    name: Any = source
    if not source.startswith("xrv:"):
        try:
            name = tomllib.loads(toml.read_text(encoding="utf-8"))["network"]["name"]
        except (OSError, ValueError, KeyError, TypeError):
            return {}  # `read_description` says what is wrong
    known = isinstance(name, str) and name.startswith("xrv:")
    return networks.published_defaults(name.removeprefix("xrv:")) if known else {}


def _check_place(folder: Path, archive: Path | None) -> None:
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MANIFEST_NAME).exists())):
        raise PackError([f"{folder.name}: is there already and is no head's folder; name another one"])
    if archive is not None and archive.exists():
        raise PackError([f"{archive.name}: is there already; raise the version or remove it"])


def _density(toml: Path, manifest: HeadManifest) -> bytes | None:
    name = manifest.eligibility.density
    if name is None:
        return None
    path = toml.parent / name
    if not is_plain_name(name) or not path.is_file():
        raise PackError([f"{toml.name}: scope.density: {name} must lie beside {toml.name}"])
    return path.read_bytes()


def _said(
    manifest: HeadManifest, made: Made, images: Inputs | None, folder: Path, archive: Path | None
) -> Sequence[str]:
    bare = [f.code.meaning for f in manifest.findings if not manifest.validated(f)]
    lines = [f"{manifest.id} {manifest.version}: {len(manifest.findings)} findings, all checks of the viewer passed"]
    if made.parity is not None:
        worst = max(made.parity.logits, made.parity.maps, made.parity.gradcam)
        lines.append(
            f"Grad-CAM behind '{made.facts['layer']}'; largest difference to torch or pytorch-grad-cam {worst:.1e}"
        )
    if images is not None and len(images) < FEW_IMAGES and "references" in made.facts:
        lines.append(
            f"the maps' full intensity rests on {len(images)} films only; {FEW_IMAGES} or more would be better"
        )
    if bare:
        lines.append(f"not validated, for want of evidence (auc): {', '.join(bare)}")
    lines.append(f"try it:     cxrviewer score FILM --head {folder.name}")
    lines.append(f"install it: cxrviewer heads install {archive.name if archive else folder.name}")
    return lines
