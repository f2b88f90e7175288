"""The TOML that says what a pack is: checked as a whole, every problem at once.

It is a ``head.toml`` without what can be measured or counted (hashes, tensor names, the test vector),
plus ``[network]``, which says how to build what the checkpoint holds. What is left goes through the
viewer's own parser, so that both mean the same by every key.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cxrviewer.errors import ManifestError
from cxrviewer.heads.contract import CONTRACT_VERSION, Code, HeadManifest
from cxrviewer.heads.package.files import CARD_NAME
from cxrviewer.heads.package.manifest import NO_MAPS, parse_manifest
from cxrviewer.heads.package.toml_table import TableReader
from model_training.export.onnx import FEATURES, INPUT, LOGITS, MAPS
from model_training.head.codes import CODES
from model_training.pack.errors import PackError

MODEL, TEST_INPUT, TEST_LOGITS, CARD, PROVENANCE = (
    "model.onnx",
    "test_input.npy",
    "test_logits.npy",
    CARD_NAME,
    "PROVENANCE.json",
)
ONNX = "onnx"
KINDS = ("timm:", "torchvision:", "xrv:")
C2 = "eeea_net_c2"

EVIDENCE_BAR = 0.6
NO_THRESHOLD = "none was chosen: 0.5 of an uncalibrated probability"
WRITTEN_BY_PACK = ("schema", "model", "test", "files")

_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """How to build what the checkpoint holds.

    Attributes
    ----------
    name : str
        ``timm:NAME``, ``torchvision:NAME``, ``xrv:WEIGHTS``, ``eeea_net_c2`` or ``onnx``.
    state : str or None
        Key of the weights in the checkpoint, where it holds several.
    layer : str or None
        Layer Grad-CAM reads; None: found.
    mean, std : tuple of float
        Per channel, of grey in [0, 1]; taken into the graph. Empty: the recipe's alone.
    own_channels : bool
        Add the film's own channels to the features, for a density fitted on them.
    options : dict
        Arguments of the network's own builder.
    input, logits, maps : str or None
        Tensors of a foreign ONNX file.
    """

    name: str
    state: str | None = None
    layer: str | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    own_channels: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    input: str | None = None
    logits: str | None = None
    maps: str | None = None

    @property
    def foreign(self) -> bool:
        return self.name == ONNX


@dataclass(frozen=True, slots=True)
class Description:
    """A valid description.

    Attributes
    ----------
    draft : HeadManifest
        Complete but for hashes and the figures still to be measured.
    reference_given : bool
        Whether the maps' full intensity was given; else it is measured on films.
    """

    network: NetworkSpec
    draft: HeadManifest
    reference_given: bool


def read_description(path: Path, source: str, defaults: dict[str, Any] | None = None) -> Description:
    """Read the TOML of a pack made from `source`.

    Parameters
    ----------
    source : str
        ``--from``: it decides what kind of network is meant where ``[network]`` does not.
    defaults : dict, optional
        Tables for what the file leaves out; for published models that bring them.

    Raises
    ------
    PackError
        With every problem, each as ``FILE: key: what is wrong``.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        reason = "is not there or cannot be read" if isinstance(error, OSError) else f"is not readable TOML: {error}"
        raise PackError([f"{path.name}: {reason}"]) from error
    problems: list[str] = []
    network = _network(table.pop("network", {}), source, problems)
    for key in WRITTEN_BY_PACK:
        if table.pop(key, None) is not None:
            problems.append(f"{key}: is written by pack; leave it out")
    table = {**(defaults or {}), **table}
    given = isinstance(table.get("explanation"), dict) and "reference" in table["explanation"]
    _complete(table, network, problems)
    draft = None
    try:
        draft = parse_manifest(_as_toml(table))
    except ManifestError as error:
        problems += error.problems
    if problems or draft is None:
        raise PackError([f"{path.name}: {problem}" for problem in problems])
    return Description(network, draft, given or network.foreign)


def _network(table: Any, source: str, problems: list[str]) -> NetworkSpec:
    if not isinstance(table, dict):
        problems.append("network: must be a table")
        return NetworkSpec(name=ONNX)
    reader = TableReader(table, problems, "network.")
    name = source if source.startswith("xrv:") else ONNX if source.endswith(".onnx") else ""
    if not name or reader.has("name"):
        name = reader.text("name")
    if name and name not in (C2, ONNX) and not name.startswith(KINDS):
        reader.problem("name", f"must be {C2}, {ONNX}, or begin with {', '.join(KINDS)}")
    if (name == ONNX) != source.endswith(".onnx"):
        reader.problem("name", f"must be '{ONNX}' for an .onnx file, and only then")
    spec = NetworkSpec(
        name=name,
        state=reader.optional_text("state"),
        layer=reader.optional_text("layer"),
        mean=_numbers(reader, table, "mean"),
        std=_numbers(reader, table, "std"),
        own_channels=_flag(reader, table, "film"),
        options=dict(reader.table("options").items()) if reader.has("options") else {},
        input=reader.optional_text("input"),
        logits=reader.optional_text("logits"),
        maps=reader.optional_text("maps"),
    )
    if len(spec.mean) != len(spec.std) or not all(s > 0 for s in spec.std):
        reader.problem("std", "must have one number above 0 for each of mean")
    for key in ("input", "logits", "maps") if name != ONNX else ("state", "layer", "mean", "std", "film", "options"):
        if key in table:
            reader.problem(key, f"is for {'an .onnx file' if name != ONNX else 'a checkpoint'} only")
    reader.reject_unknown()
    return spec


def _numbers(reader: TableReader, table: dict[str, Any], key: str) -> tuple[float, ...]:
    if not reader.has(key):
        return ()
    value = table[key]
    if not isinstance(value, list) or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in value):
        reader.problem(key, "must be a list of numbers, one per channel")
        return ()
    return tuple(float(v) for v in value)


def _flag(reader: TableReader, table: dict[str, Any], key: str) -> bool:
    if not reader.has(key):
        return False
    if not isinstance(table[key], bool):
        reader.problem(key, "must be true or false")
    return table[key] is True


def _complete(table: dict[str, Any], network: NetworkSpec, problems: list[str]) -> None:
    """Fill in what pack itself writes and what may be left out."""
    table["schema"] = CONTRACT_VERSION
    table.setdefault("evidence_bar", EVIDENCE_BAR)
    maps = network.maps if network.foreign else MAPS
    model = {"file": MODEL, "sha256": _NO_HASH, "input": network.input or INPUT, "logits": network.logits or LOGITS}
    table["model"] = model | ({"maps": maps} if maps else {}) | ({} if network.foreign else {"features": FEATURES})
    explanation = table.setdefault("explanation", {})
    if isinstance(explanation, dict):
        table["explanation"] = {"method": "Grad-CAM" if maps else NO_MAPS, "reference": 1.0} | explanation
    table["test"] = {"input": TEST_INPUT, "logits": TEST_LOGITS, "tolerance": 1e-3}
    density = table["scope"].get("density") if isinstance(table.get("scope"), dict) else None
    names = [TEST_INPUT, TEST_LOGITS, CARD, PROVENANCE, *([density] if isinstance(density, str) else [])]
    table["files"] = dict.fromkeys(names, _NO_HASH)
    findings = table.get("finding")
    if isinstance(findings, list):
        table["finding"] = [_finding(f, i, problems) if isinstance(f, dict) else f for i, f in enumerate(findings)]


def _finding(finding: dict[str, Any], place: int, problems: list[str]) -> dict[str, Any]:
    finding = {"index": place, "slope": 1.0, "offset": 0.0} | finding
    if "threshold" not in finding:
        finding |= {"threshold": 0.5, "threshold_source": NO_THRESHOLD}
    label = finding.pop("label", None)
    if label is None:
        return finding
    if "code" in finding:
        problems.append(f"finding[{place}].label: give either a label or a code")
    elif label not in CODES:
        problems.append(f"finding[{place}].label: must be one of {', '.join(CODES)}; give a code for anything else")
        finding["code"] = code_table(Code("99LOCAL", "unknown", "unknown"))
    else:
        finding["code"] = code_table(CODES[label])
    return finding


def code_table(code: Code) -> dict[str, str]:
    """Return a code as the table ``head.toml`` holds."""
    return {"scheme": code.scheme, "value": code.value, "meaning": code.meaning}


def _as_toml(table: dict[str, Any]) -> str:
    return "\n".join(f"{json.dumps(str(key))} = {_value(value)}" for key, value in table.items()) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(k))} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    # A number keeps its kind; dates and times are written as TOML writes them.
    return repr(value) if isinstance(value, int | float) else value.isoformat() if value is not None else '""'
