"""The files ``cxrviewer score`` writes; docs/heads.md lists their fields."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, TypeAlias

from cxrviewer.batch.score import Entry
from cxrviewer.heads.contract import FindingScore, HeadManifest

Record: TypeAlias = dict[str, Any]

CSV_COLUMNS = (
    *("path", "source", "status", "reason_code", "reason_message"),
    *(
        "code",
        "name",
        "logit",
        "probability",
        "threshold",
        "above",
        "validated",
        "maps",
        "seconds",
        "notes",
    ),
    # Behind the older columns: a reader that counts them still finds those.
    *("low", "high"),
)


class JsonWriter:
    """Writes the JSON document of a run piece by piece, UTF-8, as ``json.dumps(document, indent=1)`` would.

    ``maps`` and ``reason`` are null where there is none.
    """

    def __init__(self, manifest: HeadManifest) -> None:
        self._head = describe_head(manifest)
        self._first = True

    def begin(self) -> bytes:
        return f'{{\n "head": {_indented(self._head, 1)},\n "files": ['.encode("ascii")

    def entry(self, record: Record) -> bytes:
        """Return the bytes of one file's record (`record_of`)."""
        comma, self._first = "" if self._first else ",", False
        return f"{comma}\n  {_indented(record, 2)}".encode("ascii")

    def end(self) -> bytes:
        return b"]\n}\n" if self._first else b"\n ]\n}\n"


class CsvWriter:
    """Writes one row per file and finding; a file without findings has one row with empty columns."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._rows = csv.DictWriter(self._out, CSV_COLUMNS, lineterminator="\r\n")  # RFC 4180

    def begin(self) -> bytes:
        self._rows.writeheader()
        return self._taken()

    def entry(self, record: Record) -> bytes:
        """Return the rows of one file's record (`record_of`)."""
        reason = record["reason"] or {"code": None, "message": None}
        common = {key: record[key] for key in ("path", "source", "status", "maps", "seconds")}
        common["notes"] = " ".join(record.get("notes", ()))  # a journal of an older version has none
        common |= {"reason_code": reason["code"], "reason_message": reason["message"]}
        for finding in record["findings"] or [{}]:
            self._rows.writerow(common | finding)
        return self._taken()

    def end(self) -> bytes:
        return b""

    def _taken(self) -> bytes:
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text.encode("utf-8", "surrogateescape")


Writer = JsonWriter | CsvWriter


def _indented(value: Any, depth: int) -> str:
    # ASCII keeps file names that are no valid UTF-8 (as lone surrogates) from breaking the document.
    return json.dumps(value, indent=1, allow_nan=False).replace("\n", "\n" + " " * depth)


def describe_head(manifest: HeadManifest) -> dict[str, str]:
    """Return what identifies the model: a score means nothing without it."""
    return {
        "id": manifest.id,
        "version": manifest.version,
        "sha256": manifest.model.sha256,
        "recipe": manifest.recipe.digest(),
    }


def record_of(entry: Entry) -> Record:
    """Return what the result file holds for one image, as JSON values."""
    reason = entry.reason
    return {
        "path": entry.path,
        "source": entry.source,
        "status": entry.status,
        "reason": None if reason is None else {"code": reason.code.value, "message": reason.message},
        "findings": [_finding(score) for score in entry.findings],
        "maps": entry.maps,
        "seconds": round(entry.seconds, 4),
        "notes": list(entry.notes),
    }


def _finding(score: FindingScore) -> dict[str, Any]:
    return {
        "code": score.spec.code.value,
        "name": score.spec.code.meaning,
        "logit": score.logit,
        "probability": score.probability,
        "low": score.interval[0] if score.interval else None,
        "high": score.interval[1] if score.interval else None,
        "threshold": score.spec.threshold,
        "above": score.above,
        "validated": score.validated,
    }
