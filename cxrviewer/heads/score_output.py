"""The files ``cxrviewer score`` writes; docs/heads.md lists their fields."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from cxrviewer.heads.batch import Entry
from cxrviewer.heads.contract import FindingScore, HeadManifest

CSV_COLUMNS = (
    *("path", "source", "status", "reason_code", "reason_message"),
    *("code", "name", "logit", "probability", "threshold", "above", "validated", "maps", "seconds"),
)


def to_json(manifest: HeadManifest, entries: Sequence[Entry]) -> bytes:
    """Return the JSON document of a run, UTF-8; ``maps`` and ``reason`` are null where there is none."""
    document = {"head": describe_head(manifest), "files": [_file(entry) for entry in entries]}
    # ASCII keeps file names that are no valid UTF-8 (as lone surrogates) from breaking the document.
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode("ascii")


def to_csv(manifest: HeadManifest, entries: Sequence[Entry]) -> bytes:
    """Return one row per file and finding; a file without findings has one row with empty columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    for entry in entries:
        whole = _file(entry)
        reason = whole["reason"] or {"code": None, "message": None}
        common = {key: whole[key] for key in ("path", "source", "status", "maps", "seconds")}
        common |= {"reason_code": reason["code"], "reason_message": reason["message"]}
        for finding in whole["findings"] or [{}]:
            writer.writerow(common | finding)
    return out.getvalue().encode("utf-8", "surrogateescape")


def describe_head(manifest: HeadManifest) -> dict[str, str]:
    """Return what identifies the model: a score means nothing without it."""
    return {
        "id": manifest.id,
        "version": manifest.version,
        "sha256": manifest.model.sha256,
        "recipe": manifest.recipe.digest(),
    }


def _file(entry: Entry) -> dict[str, Any]:
    reason = entry.reason
    return {
        "path": entry.path,
        "source": entry.source,
        "status": entry.status,
        "reason": None if reason is None else {"code": reason.code.value, "message": reason.message},
        "findings": [_finding(score) for score in entry.findings],
        "maps": entry.maps,
        "seconds": round(entry.seconds, 4),
    }


def _finding(score: FindingScore) -> dict[str, Any]:
    return {
        "code": score.spec.code.value,
        "name": score.spec.code.meaning,
        "logit": score.logit,
        "probability": score.probability,
        "threshold": score.spec.threshold,
        "above": score.above,
        "validated": score.validated,
    }
