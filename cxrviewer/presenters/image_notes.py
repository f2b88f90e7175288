"""What stands beside an image as a warning: of whom it is, what is not saved, and what is missing before it."""

from __future__ import annotations

from collections.abc import Callable

from cxrviewer.presenters.patients_beside import PatientsBeside
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.readings import NOT_SAVED
from cxrviewer.presenters.viewports import Pane
from cxrviewer.presenters.worklist import WorklistPresenter
from cxrviewer.presenters.worklist_rows import SAME_UID, SHARED_ID
from cxrviewer.studies.library import ImageEntry


class ImageNotes:
    """Collects the notes of one image, in one order whatever came first.

    Parameters
    ----------
    patients : PatientsBeside
    worklist : callable
        Returns the list of the images.
    privacy : Privacy
    """

    def __init__(self, patients: PatientsBeside, worklist: Callable[[], WorklistPresenter], privacy: Privacy) -> None:
        self._patients, self._worklist, self._privacy = patients, worklist, privacy

    def of(self, pane: Pane, entry: ImageEntry) -> tuple[str, ...]:
        """Return the warnings about the image in a viewport."""
        worklist = self._worklist()
        notes: tuple[str, ...] = (
            *((self._patients.note,) if self._patients.note else ()),
            *((NOT_SAVED,) if pane.annotations.unsaved else ()),
            *((SAME_UID,) if worklist.colliding(entry) else ()),
            *((SHARED_ID,) if worklist.shares_an_id(entry) else ()),
        )
        if not pane.missed:
            return notes
        from cxrviewer.presenters.next_priors import not_newest

        return (*not_newest(pane.missed, entry, hidden=self._privacy.hidden), *notes)
