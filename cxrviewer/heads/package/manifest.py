"""``head.toml`` <-> `HeadManifest`, with all problems at once and no defaults for what makes the pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cxrviewer.errors import HeadRejectedError, ManifestError
from cxrviewer.heads.contract import (
    CONTRACT_VERSION,
    AucEvidence,
    BackboneSpec,
    CalibrationInterval,
    Code,
    EligibilitySpec,
    ExplanationSpec,
    FindingSpec,
    HeadManifest,
    ModelFile,
    TestVector,
)
from cxrviewer.heads.package.files import MANIFEST_NAME, MAX_MANIFEST_BYTES, SIGNATURE_NAME, is_plain_name, read_file
from cxrviewer.heads.package.toml_limits import load_toml
from cxrviewer.heads.package.toml_table import TableReader
from cxrviewer.imaging.recipe import RECIPE_VERSION, Fit, GreySource, InputRecipe, RecipeError

MAX_FINDINGS = 500
MAX_PROBLEMS = 200
"""Problems reported at once: a hostile manifest could otherwise fill the screen with a hundred thousand."""

NO_MAPS = "none"
"""`ExplanationSpec.method` of a head without maps."""

KINDS = ("image", "features", "python")
"""What a head is; ``image`` where the manifest does not say."""

_SHA256 = r"[0-9a-f]{64}"
_SHA256_RULE = "must be the SHA-256 in 64 lower-case hex digits"
_ID = {"pattern": r"[a-z0-9][a-z0-9._-]{0,99}", "rule": "must be lower-case letters, digits, . _ -"}
_VERSION = {"pattern": r"[0-9A-Za-z.+-]{1,40}", "rule": "must be like 1.2.0"}
_REFERENCE_RULE = "must lie in [1e-30, 1e30]"
_TENSOR = {"pattern": r"[!-~]{1,200}", "rule": "must be the name of a tensor"}


def read_manifest(folder: Path) -> HeadManifest:
    """Read ``head.toml`` of `folder`.

    Raises
    ------
    ManifestError
        With every problem, also for a manifest that is missing or not text.
    """
    return decode_manifest(read_manifest_bytes(folder))


def read_manifest_bytes(folder: Path) -> bytes:
    """Return the bytes of ``head.toml``: what a signature and an approval are about. Raises `ManifestError`."""
    try:
        return read_file(folder, MANIFEST_NAME, MAX_MANIFEST_BYTES)
    except HeadRejectedError as error:
        raise ManifestError("unknown", (f"{MANIFEST_NAME}: {error.user_message}",)) from error


def decode_manifest(data: bytes) -> HeadManifest:
    """Parse the bytes of a ``head.toml``. Raises `ManifestError`."""
    return manifest_of(load_table(data))


def parse_manifest(text: str) -> HeadManifest:
    """Parse the text of a ``head.toml``. Raises `ManifestError`, as `manifest_of`."""
    return manifest_of(load_table(text.encode("utf-8", "surrogatepass")))


def load_table(data: bytes) -> dict[str, Any]:
    """Return the table that the bytes of a ``head.toml`` hold; only its syntax is looked at. Raises `ManifestError`."""
    try:
        return load_toml(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ManifestError("unknown", (f"{MANIFEST_NAME}: is not UTF-8 text",)) from error
    except ValueError as error:
        raise ManifestError("unknown", (f"{MANIFEST_NAME}: is not readable TOML: {error}",)) from error


def manifest_of(table: dict[str, Any]) -> HeadManifest:
    """Return the manifest that a table describes.

    Raises
    ------
    ManifestError
        With every problem as ``key: what is wrong``. A manifest of another schema has this
        one problem only: its keys may mean something else.
    """
    schema = table.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema != CONTRACT_VERSION:
        message = f"schema: this program reads contract version {CONTRACT_VERSION}, not {schema}"
        raise ManifestError("unknown", (message,), other_contract=True)
    problems: list[str] = []
    manifest = _manifest(TableReader(table, problems), problems)
    if manifest is None:
        claimed = table.get("id")
        name = claimed if isinstance(claimed, str) and claimed.isprintable() else "unknown"
        more = len(problems) - MAX_PROBLEMS
        kept = [*problems[:MAX_PROBLEMS], f"{MANIFEST_NAME}: has {more} more problems"] if more > 0 else problems
        raise ManifestError(name[:100], tuple(kept))
    return manifest


# One line: with a second one a title could pass for another row of a list.
_LINE = {"pattern": r"[^\n]{1,120}", "rule": "must be one line of at most 120 characters"}


def naming_problems(head_id: str, title: str, version: str) -> list[str]:
    """Return what of these a manifest could not hold, for exporters that measure for minutes before they write it."""
    problems: list[str] = []
    table = TableReader({"id": head_id, "title": title, "version": version}, problems)
    for key, rule in (("id", _ID), ("title", _LINE), ("version", _VERSION)):
        table.text(key, **rule)
    if not problems and not is_plain_name(head_id):
        problems.append("id: cannot be the name of a folder on every system")
    return problems


def _manifest(top: TableReader, problems: list[str]) -> HeadManifest | None:
    line = _LINE
    kind = _kind(top)
    values: dict[str, Any] = {
        "schema": top.integer("schema", CONTRACT_VERSION, CONTRACT_VERSION),
        "id": top.text("id", **_ID),
        "title": top.text("title", **line),
        "version": top.text("version", **_VERSION),
        "license": top.text("license", **line),
        "authors": top.texts("authors"),
        "intended_use": top.text("intended_use"),
        "not_for": top.text("not_for"),
        "evidence_bar": top.number("evidence_bar", lambda v: 0.5 <= v < 1, "must lie in [0.5, 1)"),
        "model": _model(top.table("model")),
        "recipe": _recipe(top.table("recipe")),
        "eligibility": _eligibility(top.table("scope")),
        "explanation": _explanation(top.table("explanation")),
        "findings": _findings(top),
        "test": _test(top.table("test")),
        "files": _files(top.table("files")),
        "program": kind == "python",
        "backbone": _backbone(top, kind),
    }
    top.reject_unknown()
    if not problems:
        problems += _contradictions(values)
    return None if problems else HeadManifest(**values)


def _kind(top: TableReader) -> str:
    return top.optional_text("kind", pattern="|".join(KINDS), rule=f"must be one of {', '.join(KINDS)}") or KINDS[0]


def _backbone(top: TableReader, kind: str) -> BackboneSpec | None:
    if kind != "features":
        if top.has("backbone"):
            top.problem("backbone", "belongs to heads of the kind features only")
            top.table("backbone").items()
        return None
    table = top.table("backbone")
    backbone = BackboneSpec(
        id=table.text("id", **_ID),
        version=table.text("version", **_VERSION),
        sha256=table.text("sha256", pattern=_SHA256, rule=_SHA256_RULE),
        features=table.text("features", **_TENSOR),
    )
    table.reject_unknown()
    return backbone


def _file_name(table: TableReader, key: str) -> str:
    name = table.text(key)
    if name and not is_plain_name(name):
        table.problem(key, "must be the plain name of a file in the head's folder")
    return name


def _model(table: TableReader) -> ModelFile:
    model = ModelFile(
        file=_file_name(table, "file"),
        sha256=table.text("sha256", pattern=_SHA256, rule=_SHA256_RULE),
        input=table.text("input", **_TENSOR),
        logits=table.text("logits", **_TENSOR),
        maps=table.optional_text("maps", **_TENSOR),
        features=table.optional_text("features", **_TENSOR),
    )
    outputs = [name for name in (model.logits, model.maps, model.features) if name]
    if len(set(outputs)) != len(outputs):
        table.problem("logits", "logits, maps and features must be different tensors")
    table.reject_unknown()
    return model


def _recipe(table: TableReader) -> InputRecipe | None:
    missing = any([not table.has(key) for key in InputRecipe.__struct_fields__])

    def any_number(_: float) -> bool:
        return True

    fields: dict[str, Any] = {key: table.integer(key, -(2**31), 2**31) for key in ("version", "height", "width")}
    fields["channels"] = table.integer("channels", -(2**31), 2**31)
    grey = table.text("grey")
    fit = table.text("fit")
    fields |= {key: table.number(key, any_number, "must be a finite number") for key in ("pad", "mean", "std")}
    table.reject_unknown()
    choices = (("grey", grey, GreySource), ("fit", fit, Fit))
    for key, value, choice in choices:
        allowed = [member.value for member in choice]
        if value and value not in allowed:
            table.problem(key, f"must be one of {', '.join(allowed)}")
            missing = True
    if missing or not grey or not fit:
        return None
    try:
        return InputRecipe(**fields, grey=GreySource(grey), fit=Fit(fit))
    except RecipeError as error:
        for key, what in error.problems:
            table.problem(key, what)
        return None


def _eligibility(table: TableReader) -> EligibilitySpec:
    years, rule = (lambda v: 0 <= v <= 150), "must be an age in years"
    eligibility = EligibilitySpec(
        modality=table.texts("modality"),
        view=table.texts("view", empty_ok=True),
        min_age=table.optional_number("min_age", years, rule),
        max_age=table.optional_number("max_age", years, rule),
        min_pixels=table.integer("min_pixels", 0, 65536) if table.has("min_pixels") else 0,
        density=_file_name(table, "density") if table.has("density") else None,
    )
    if (
        eligibility.min_age is not None
        and eligibility.max_age is not None
        and eligibility.min_age >= eligibility.max_age
    ):
        table.problem("min_age", "must be below max_age")
    table.reject_unknown()
    return eligibility


def _is_reference(value: float) -> bool:
    return 1e-30 <= value <= 1e30  # maps are float32: beyond, dividing by it gives no numbers


def _explanation(table: TableReader) -> ExplanationSpec:
    explanation = ExplanationSpec(
        method=table.text("method"), reference=table.number("reference", _is_reference, _REFERENCE_RULE)
    )
    table.reject_unknown()
    return explanation


def _code(table: TableReader) -> Code:
    code = Code(
        scheme=table.text("scheme", pattern=r"[!-~ ]{1,16}", rule="must be at most 16 characters ((0008,0102))"),
        value=table.text("value", pattern=r"[!-~ ]{1,64}", rule="must be at most 64 characters"),
        meaning=table.text("meaning", pattern=r"[^\n\\]{1,64}", rule="must be one line of at most 64 characters"),
    )
    table.reject_unknown()
    return code


def _findings(top: TableReader) -> tuple[FindingSpec, ...]:
    tables = top.tables("finding")
    if len(tables) > MAX_FINDINGS:
        top.problem("finding", f"at most {MAX_FINDINGS} findings are allowed, not {len(tables)}")
        return ()
    return tuple(_finding(table) for table in tables)


def _finding(table: TableReader) -> FindingSpec:
    finding = FindingSpec(
        code=_code(table.table("code")),
        index=table.integer("index", 0, 9999),
        threshold=table.number("threshold", lambda v: 0 < v < 1, "must lie between 0 and 1"),
        threshold_source=table.text("threshold_source"),
        slope=table.number("slope", lambda v: 0 < v <= 1000, "must lie in (0, 1000]"),
        offset=table.number("offset", lambda v: abs(v) <= 1000, "must lie in [-1000, 1000]"),
        map_reference=table.optional_number("map_reference", _is_reference, _REFERENCE_RULE),
        auc=_auc(table.table("auc")) if table.has("auc") else None,
        interval=_interval(table.table("interval")) if table.has("interval") else None,
    )
    table.reject_unknown()
    return finding


def _auc(table: TableReader) -> AucEvidence:
    rule = "must lie in [0, 1]"
    value, low, high = (table.number(key, lambda v: 0 <= v <= 1, rule) for key in ("value", "low", "high"))
    evidence = AucEvidence(
        value=value,
        low=low,
        high=high,
        n=table.integer("n", 2, 10**9),
        positives=table.integer("positives", 1, 10**9),
        data=table.text("data"),
    )
    if not low <= value <= high:
        table.problem("value", "must lie between low and high")
    if evidence.positives >= evidence.n:
        table.problem("positives", "must be fewer than n")
    table.reject_unknown()
    return evidence


def _interval(table: TableReader) -> CalibrationInterval:
    error, rule = (lambda v: 0 <= v <= 1000), "must lie in [0, 1000]"
    interval = CalibrationInterval(
        slope_error=table.number("slope_error", error, rule),
        offset_error=table.number("offset_error", error, rule),
        correlation=table.number("correlation", lambda v: -1 <= v <= 1, "must lie in [-1, 1]"),
        n=table.integer("n", 2, 10**9),
        positives=table.integer("positives", 1, 10**9),
        patients=table.integer("patients", 2, 10**9),
        data=table.text("data"),
    )
    if interval.slope_error == interval.offset_error == 0:
        table.problem("slope_error", "must not be 0 together with offset_error")
    if interval.positives >= interval.n:
        table.problem("positives", "must be fewer than n")
    if interval.patients > interval.n:
        table.problem("patients", "must not be more than n")
    table.reject_unknown()
    return interval


def _test(table: TableReader) -> TestVector:
    test = TestVector(
        input=_file_name(table, "input"),
        logits=_file_name(table, "logits"),
        tolerance=table.number("tolerance", lambda v: 0 < v <= 0.1, "must lie in (0, 0.1]"),
    )
    table.reject_unknown()
    return test


def _files(table: TableReader) -> tuple[tuple[str, str], ...]:
    pairs = []
    for name, _ in table.items():
        shown = name if name.isprintable() else ascii(name)
        if not is_plain_name(name):
            table.problem(shown[:80], "must be the plain name of a file in the head's folder")
        pairs.append((name, table.text(name, pattern=_SHA256, rule=_SHA256_RULE)))
    return tuple(sorted(pairs))


def _contradictions(values: dict[str, Any]) -> list[str]:
    """Return what is wrong between keys that are each right."""
    model, eligibility, test = values["model"], values["eligibility"], values["test"]
    listed = {name for name, _ in values["files"]}
    needed = (("scope.density", eligibility.density), ("test.input", test.input), ("test.logits", test.logits))
    problems = [] if is_plain_name(values["id"]) else ["id: cannot be the name of a folder on every system"]
    problems += [f"{key}: {name} is not listed in [files]" for key, name in needed if name and name not in listed]
    if listed & {model.file, MANIFEST_NAME, SIGNATURE_NAME}:
        problems.append("files: lists every file besides the model, the manifest and its signature")
    if model.file in (MANIFEST_NAME, SIGNATURE_NAME):
        problems.append("model.file: is the manifest or its signature")
    if values["program"] and not model.file.endswith(".py"):
        problems.append("model.file: must be a .py file for kind = 'python'")
    backbone: BackboneSpec | None = values["backbone"]
    if backbone is not None and model.features:
        problems.append("model.features: a head of the kind features reads them and hands none on")
    if eligibility.density and not model.features and backbone is None:
        problems.append("scope.density: needs model.features")
    if (values["explanation"].method == NO_MAPS) == (model.maps is not None):
        problems.append(f"explanation.method: must be '{NO_MAPS}' without model.maps, and only then")
    findings: tuple[FindingSpec, ...] = values["findings"]
    if not findings:
        problems.append("finding: at least one finding is needed")
    if len({f.index for f in findings}) != len(findings):
        problems.append("finding: every index may be used once")
    if len({(f.code.scheme, f.code.value) for f in findings}) != len(findings):
        problems.append("finding: every code may be used once")
    return problems


def write_manifest(manifest: HeadManifest) -> str:
    """Return the text of the ``head.toml`` that parses to `manifest`.

    For exporters; what the parser would reject is rejected here.

    Raises
    ------
    ManifestError
    """
    m = manifest
    assert m.recipe.version == RECIPE_VERSION
    lines = [f"{key} = {_toml(getattr(m, key))}" for key in ("schema", "id", "title", "version", "license", "authors")]
    if m.kind != KINDS[0]:
        lines.insert(1, f"kind = {_toml(m.kind)}")
    lines += [f"{key} = {_toml(getattr(m, key))}" for key in ("intended_use", "not_for", "evidence_bar")]
    tables = {
        "backbone": m.backbone,
        "model": m.model,
        "recipe": m.recipe,
        "scope": m.eligibility,
        "explanation": m.explanation,
    }
    for name, table in tables.items():
        if table is None:
            continue
        lines += ["", f"[{name}]", *_pairs(table)]
    for finding in m.findings:
        lines += ["", "[[finding]]", *_pairs(finding)]
    lines += ["", "[test]", *_pairs(m.test), "", "[files]"]
    lines += [f"{_toml(name)} = {_toml(digest)}" for name, digest in m.files]
    text = "\n".join(lines) + "\n"
    parse_manifest(text)
    return text


def _pairs(value: Any) -> list[str]:
    fields = ((key, getattr(value, key)) for key in value.__struct_fields__)
    return [f"{key} = {_toml(v)}" for key, v in fields if v is not None]


def _toml(value: Any) -> str:
    if isinstance(value, str | int):
        # JSON's string escapes are TOML's too, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, GreySource | Fit):
        return _toml(value.value)
    return "{ " + ", ".join(_pairs(value)) + " }"
