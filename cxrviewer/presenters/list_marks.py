"""Marks in the list of images that nobody has opened: key images of earlier readings, twins, shared IDs and
known scores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.readings import Readings
from cxrviewer.presenters.worklist import WorklistPresenter

if TYPE_CHECKING:
    from cxrviewer.heads.contract import HeadManifest
    from cxrviewer.presenters.finding_states import ImageStatus
    from cxrviewer.presenters.library import LibraryPresenter
    from cxrviewer.studies.index.known_scores import KnownScore
    from cxrviewer.studies.index.stores import Stores

logger = logging.getLogger(__name__)

KEY_IMAGES_SLOT, DOUBLES_SLOT, SCORES_SLOT = "marked", "doubles", "known scores"


class ListMarks:
    """Looks them up off the GUI thread and has the list mark the images.

    Parameters
    ----------
    jobs : JobRunner
    worklist : WorklistPresenter
    readings : Readings
    library : callable
        Returns the library, None where there is none.
    held : callable
        Whether the first picture of a launch is still waited for; the library is not asked before.
    heads : callable
        Returns the manifests of the heads that are ready, the default one first; of none while the AI is off.
    """

    def __init__(
        self,
        jobs: JobRunner,
        worklist: WorklistPresenter,
        readings: Readings,
        library: Callable[[], LibraryPresenter | None],
        held: Callable[[], bool],
        heads: Callable[[], Sequence[HeadManifest]] = tuple,
    ) -> None:
        self._jobs, self._worklist, self._readings, self._library, self._held = jobs, worklist, readings, library, held
        self._heads = heads

    def find_key_images(self) -> None:
        """Have the list mark the key images of studies that nobody has opened since the start."""
        studies, readings = self._worklist.unmarked(), self._readings

        def mark(found: dict[str, frozenset[str]]) -> None:
            for study in found.keys() & self._worklist.unmarked():  # not of one that was opened meanwhile
                self._worklist.mark_key_images(study, found[study])

        if studies:
            self._jobs.submit(
                Lane.INDEX,
                KEY_IMAGES_SLOT,
                lambda cancel: readings.key_images(studies, cancel),
                on_done=mark,
                on_failed=lambda error: logger.error("key images could not be looked up", exc_info=error),
            )

    def find_doubles(self) -> None:
        """Ask the library for other content under the UIDs of what is listed, and for other patients with its IDs."""
        if self._held():
            return
        library, listed = self._library(), self._worklist.listed_images()
        if library is None or not listed:
            return

        patients, paths = self._worklist.listed_patients(), frozenset(entry.path for entry in listed)

        def doubles(stores: Stores) -> tuple[frozenset[str], tuple[tuple[str, str, str], ...]]:
            from cxrviewer.studies.index.known_patients import patients_with
            from cxrviewer.studies.index.known_twins import known_twins

            return known_twins(stores.reading, listed), patients_with(stores.reading, patients, paths)

        def found(both: tuple[frozenset[str], tuple[tuple[str, str, str], ...]]) -> None:
            self._worklist.mark_twins(both[0])
            self._worklist.know_patients(both[1])

        library.look(DOUBLES_SLOT, doubles, found)

    def find_scores(self) -> None:
        """Ask the library what the heads in use made of images that have no answer in this window."""
        if self._held():
            return
        heads = self._heads()
        digests = {entry.key: entry.digest for entry in self._worklist.unscored() if entry.digest}
        library = self._library() if heads and digests else None  # none is made for an empty list
        if library is None:
            self._worklist.know_scores({})
            return

        def scores(stores: Stores) -> Mapping[str, KnownScore]:
            from cxrviewer.presenters.library_scoring import version_of
            from cxrviewer.studies.index.known_scores import known_scores

            return known_scores(stores.reading, digests.values(), {version_of(one) for one in heads})

        def known(found: Mapping[str, KnownScore]) -> None:
            made = {key: _status(found[digest], len(heads)) for key, digest in digests.items() if digest in found}
            if heads == self._heads():  # and the AI was not switched off meanwhile
                self._worklist.know_scores({key: status for key, status in made.items() if status is not None})

        library.look(SCORES_SLOT, scores, known)


def _status(known: KnownScore, heads: int) -> ImageStatus | None:
    from cxrviewer.heads.contract import RejectionCode
    from cxrviewer.presenters.finding_states import status_of

    rejection = next((one for one in RejectionCode if one.value == known.rejection), None)
    return status_of(known.scored, heads, len(known.flagged), rejection)
