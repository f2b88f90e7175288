"""A Python head that asks two or more installed ONNX heads and averages what they say.

Per finding the mean of the members' calibrated logits, ``slope * logit + offset``: the logarithmic opinion pool with
equal weights (C. Genest, J. V. Zidek, "Combining probability distributions", Statistical Science 1 (1986) 114-135).
Maps are averaged after each is divided by the raw value its own head draws at full intensity; that rule is ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime

from cxrviewer.heads.contract import DiscoveredHead, FindingSpec
from cxrviewer.heads.package import onnx_structure
from cxrviewer.heads.package.files import MAX_FILE_BYTES
from cxrviewer.heads.python_api import Answer, Context, FloatTensor
from cxrviewer.heads.registry.conformance import HeadData, check_outputs, read_verified, wanted_outputs
from cxrviewer.heads.registry.discover import shipped_folder
from cxrviewer.heads.registry.store import HeadStore
from cxrviewer.imaging.recipe import InputRecipe
from cxrviewer.paths import AppPaths

SAME = ("height", "width", "grey", "fit", "pad")
"""Of two recipes; mean, standard deviation and planes can be converted exactly, these cannot."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one member says: calibrated logits and relative maps by code, and its features."""

    logits: Mapping[str, float]
    maps: Mapping[str, FloatTensor]
    features: FloatTensor | None


class Member:
    """One ONNX head, verified and loaded.

    Raises
    ------
    ValueError
        It is no head an ensemble can ask.
    """

    def __init__(self, head: DiscoveredHead, threads: int) -> None:
        if head.manifest is None or head.problems or head.manifest.program:
            raise ValueError(f"{head.folder.name} is not a usable ONNX head")
        self.manifest = head.manifest
        self.data: HeadData = read_verified(head.folder, head.manifest)
        # The viewer has looked at it too, but this is another process and a later time.
        model = self.data.model.read(MAX_FILE_BYTES)
        problems = onnx_structure.inspect(model)
        if problems:
            raise ValueError(f"{self.manifest.id} is refused: {problems[0]}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        options.add_session_config_entry("session.load_model_format", "ONNX")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def request(self, image: FloatTensor, recipe: InputRecipe) -> Answered:
        """Answer for one image; `image` is made as `recipe` says, which differs by an affine map of grey at most."""
        model = self.manifest.model
        names = list(wanted_outputs(self.manifest))
        values = self._session.run(names, {model.input: self._convert(image, recipe)})
        tensors = dict(zip(names, values, strict=True))
        check_outputs(self.manifest, tensors)
        logits: dict[str, float] = {}
        maps: dict[str, FloatTensor] = {}
        for finding in self.manifest.findings:
            code = code_of(finding)
            logits[code] = finding.slope * float(tensors[model.logits][0, finding.index]) + finding.offset
            if model.maps is not None:
                reference = finding.map_reference or self.manifest.explanation.reference
                maps[code] = tensors[model.maps][0, finding.index] / np.float32(reference)
        return Answered(logits, maps, tensors.get(model.features) if model.features else None)

    def _convert(self, image: FloatTensor, given: InputRecipe) -> FloatTensor:
        own = self.manifest.recipe
        grey = image * np.float32(given.std) + np.float32(given.mean)
        planes = np.repeat(grey[:, :1], own.channels, axis=1)  # planes are equal: docs/heads.md, channels
        return ((planes - np.float32(own.mean)) / np.float32(own.std)).astype(np.float32)


def code_of(finding: FindingSpec) -> str:
    """Return the code of a finding as one text."""
    return f"{finding.code.scheme}:{finding.code.value}"


class Ensemble:
    """The head behind the pipe. The first member's recipe is the ensemble's."""

    def __init__(self, members: Sequence[Member], codes: Sequence[str]) -> None:
        self._members = members
        self._codes = codes
        self._recipe = members[0].manifest.recipe
        for member in members[1:]:
            different = [key for key in SAME if getattr(member.manifest.recipe, key) != getattr(self._recipe, key)]
            if different:
                raise ValueError(f"{member.manifest.id} has another {different[0]} in its recipe")
        self._with_maps = all(member.manifest.model.maps for member in members)

    def score(self, image: FloatTensor) -> Answer:
        """Answer for one image: (1, n) logits in the order of the codes, and maps where every member makes them."""
        answers = [member.request(image, self._recipe) for member in self._members]
        logits = [np.mean([a.logits[code] for a in answers if code in a.logits]) for code in self._codes]
        maps = None
        if self._with_maps:
            each = [[a.maps[code] for a in answers if code in a.maps] for code in self._codes]
            maps = np.stack([np.mean(one, axis=0) for one in each])[None].astype(np.float32)
        return Answer(np.array([logits], np.float32), maps, answers[0].features)


def find_members(wanted: Sequence[Mapping[str, Any]], threads: int) -> list[Member]:
    """Return the installed heads that are these very ones, in this order.

    Raises
    ------
    ValueError
        One is missing, or is another version: an ensemble's threshold belongs to the versions of its members.
    """
    heads = HeadStore(AppPaths.for_user().heads, shipped_folder()).discover()
    known = {head.manifest.id: head for head in heads if head.manifest is not None}
    members = []
    for one in wanted:
        head = known.get(one["id"])
        if head is None or head.digest != one["head"]:
            raise ValueError(f"{one['id']} {one['version']} is not installed, or was changed")
        members.append(Member(head, threads))
    return members


def make_head(context: Context) -> Ensemble:
    """Return the ensemble that ``members.toml`` describes. Called by the viewer."""
    described = tomllib.loads(context.files["members.toml"].decode())
    return Ensemble(find_members(described["member"], context.threads), described["codes"])
