"""Which file each input is written to, before anything is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from cxrviewer.batch.walk import Candidate, ListMembers, collect
from cxrviewer.errors import CxrError


class PlanError(CxrError):
    """The inputs cannot be rendered into the folder without overwriting something."""


class Job(Struct, frozen=True):
    """One input and its place.

    Attributes
    ----------
    source : str
        Path of the input.
    problem : str or None
        Why it cannot be read, where that is known already.
    folder : tuple of str
        Folders below the output folder, outermost first.
    name : str
        File name of the input; pictures and report are called so, with an ending.
    """

    source: str
    problem: str | None
    folder: tuple[str, ...]
    name: str


def plan(paths: Iterable[Path], output: Path, list_members: ListMembers) -> tuple[Job, ...]:
    """Return a job for every file below `paths`, sorted by path.

    A file that is named itself is written straight into the output folder, what lies in a folder
    to the same place below it; a ZIP is a folder. Where the output folder lies in an input folder, it is left out.

    Parameters
    ----------
    paths : iterable of Path
    output : Path
        Without links in it.
    list_members : callable
        See `batch.walk`.

    Raises
    ------
    PlanError
        Where two inputs would be written to one place (the sentence names both, for the terminal), and
        where the output folder is an input.
    """
    jobs: dict[str, Job] = {}
    for path in paths:
        if os.path.realpath(path) == str(output):
            raise PlanError("The output folder is also an input: name another one, or pictures would be drawn again.")
        for candidate in collect([path], list_members):
            if candidate.path == str(path) or not _lies_in(candidate.path, output):
                jobs.setdefault(os.path.abspath(candidate.path), _job(candidate, path))
    planned = tuple(jobs[key] for key in sorted(jobs))
    _reject_clashes(planned)
    return planned


def _lies_in(path: str, folder: Path) -> bool:
    parent = os.path.realpath(os.path.dirname(path) or ".")
    return parent == str(folder) or parent.startswith(str(folder) + os.sep)


def _job(candidate: Candidate, root: Path) -> Job:
    inside = Path(candidate.path)
    folder = inside.relative_to(root).parent.parts if inside != root else ()
    return Job(candidate.path, candidate.problem, folder, inside.name or os.path.basename(os.path.realpath(inside)))


def _reject_clashes(jobs: Sequence[Job]) -> None:
    places: dict[tuple[str, ...], Job] = {}
    for job in jobs:
        place = tuple(os.path.normcase(part) for part in (*job.folder, job.name))
        first = places.setdefault(place, job)
        if first is not job:
            raise PlanError(
                f"{first.source} and {job.source} would be written to one place: give the folder that holds both, "
                "or render them into different folders."
            )
