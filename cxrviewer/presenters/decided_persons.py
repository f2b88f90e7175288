"""What the reader has decided about persons, kept at hand: no library is asked about what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cxrviewer.studies import same_patient
from cxrviewer.studies.library import ImageEntry
from cxrviewer.studies.persons import Pairs

if TYPE_CHECKING:
    from cxrviewer.presenters.library import LibraryPresenter

SLOT = "decided persons"


class DecidedPersons:
    """The decisions as the library had them last, and whether images are of one person by them and the rules.

    Until they have come, and without a library, the rules alone are gone by. What cannot be read leaves what is known.

    Parameters
    ----------
    library : callable
        Returns where decisions are kept, None where there is no library.
    ready : callable
        Returns whether the library may be asked; the first picture of a launch does not wait for it.
    on_changed : callable
        Called when `pairs` are others.

    Attributes
    ----------
    pairs : mapping
        See `persons.Pairs`.
    """

    def __init__(
        self, library: Callable[[], LibraryPresenter | None], ready: Callable[[], bool], on_changed: Callable[[], None]
    ) -> None:
        self._library, self._ready, self._on_changed = library, ready, on_changed
        self.pairs: Pairs = {}

    def look(self) -> None:
        """Ask the library which decisions there are by now."""
        library = self._library() if self._ready() else None
        if library is not None:
            library.look(SLOT, lambda stores: stores.user.pairs(), self._take)

    def _take(self, pairs: Pairs) -> None:
        if pairs != self.pairs:
            self.pairs = pairs
            self._on_changed()

    def of_one_person(self, one: ImageEntry, other: ImageEntry) -> bool:
        return same_patient.of_one_person(one, other, self.pairs)

    def of_others(self, one: ImageEntry, other: ImageEntry) -> bool:
        return same_patient.of_others(one, other, self.pairs)

    def rejected(self, one: ImageEntry, other: ImageEntry) -> bool:
        """Return whether the reader decided that two images are of two persons."""
        return same_patient.decided(one, other, self.pairs) is False

    def is_again(self, one: ImageEntry | None, other: ImageEntry) -> bool:
        return same_patient.is_again(one, other, self.pairs)
