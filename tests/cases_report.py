"""``python -m tests.cases_report [NAME...]``: what the viewer makes of every small file, against its right outcome.

NAME limits the table to files that start so (``a01 b14``). Cases are read from ``CXR_DATA``. Exit status 1 where one
is wrong. Runs under a memory limit where the platform has one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cxrviewer.errors import CxrError
from cxrviewer.imaging.image import open_image
from cxrviewer.imaging.radiograph import Radiograph
from cxrviewer.imaging.shown import as_stored, display_size, shown
from cxrviewer.imaging.voi import VoiWindow
from tests.cases import Result, faults, read_cases
from tests.conftest import shared_data_dir

MEMORY_LIMIT = 6_000_000_000


def result_of(path: Path) -> Result:
    """Return what the first frame of `path` looks like by default; a bug in the viewer is raised."""
    try:
        radiograph = open_image(path).radiograph
    except CxrError as error:
        return Result(None, error.user_message)
    grey = as_stored(radiograph, shown(radiograph))
    details = {"windows": _windows(radiograph), "drawn": display_size(radiograph)}
    # Not `shown_notes`: a sentence about missing sides says nothing of what a case is about.
    return Result(grey, notes=radiograph.notes, details=details)


def _windows(radiograph: Radiograph) -> list[tuple[str, float]]:
    return [(preset.name, preset.voi.center) for preset in radiograph.presets if isinstance(preset.voi, VoiWindow)]


def main(names: Sequence[str]) -> int:
    """Print one line per case and the counts."""
    _limit_memory()
    wrong = total = 0
    for case in read_cases(shared_data_dir() / "cases"):
        if names and not case.name.startswith(tuple(names)):
            continue
        try:
            result = result_of(case.path)
            found = faults(case, result)
        except Exception as error:
            result, found = Result(None), [f"CRASH {type(error).__name__}: {error}"]
        total += 1
        wrong += bool(found)
        said = "; ".join(result.notes) if result.grey is not None else f"not shown: {result.message}"
        print(f"{'WRONG' if found else 'ok   '} {case.name:44} {'; '.join(found)}{' | ' if said else ''}{said}")
    print(f"{total} cases, {total - wrong} right, {wrong} wrong")
    return 1 if wrong else 0


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
