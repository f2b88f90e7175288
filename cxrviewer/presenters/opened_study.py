"""The study of the library that is open, and which images are of its person."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.studies.library import ImageEntry, person_of
from cxrviewer.studies.persons import Match, Pairs, decided_pair, same_person

if TYPE_CHECKING:
    from cxrviewer.studies.index.opening import Opening


class OpenedStudy:
    """Kept from its opening until another study hangs by itself, or all is closed.

    Parameters
    ----------
    pairs : callable
        Returns what the reader has decided about persons, as far as it is known.

    Attributes
    ----------
    opening : Opening or None
        None where no study of the library is open.
    """

    def __init__(self, pairs: Callable[[], Pairs]) -> None:
        self._pairs = pairs
        self.opening: Opening | None = None

    def hangs(self, paths: Collection[Path]) -> None:
        """Take note of the files that hang by themselves: where others are among them, another study is open."""
        if self.opening is not None and not {*paths} <= set(self.opening.paths):
            self.opening = None

    def is_another(self, entry: ImageEntry) -> bool:
        """Return whether an image is about another person than the study is; where none is open, no image is."""
        return self.opening is not None and not self._is_of(self.opening, entry)

    def has_both(self, one: ImageEntry, other: ImageEntry) -> bool:
        """Return whether two images hang as one person's by the library, and their files are still about that one."""
        opened = self.opening
        return opened is not None and all(
            image.path in opened.paths and self._is_of(opened, image) for image in (one, other)
        )

    def _is_of(self, opened: Opening, entry: ImageEntry) -> bool:
        """Return whether an image is about the person of a study of the library, by the rules or by the reader."""
        person = person_of(entry.header)
        decided = decided_pair(self._pairs(), opened.person.identity, person.identity)
        if person == opened.person or (decided is None and person.identity in opened.identities):
            return True
        return same_person(opened.person, person, decided) is Match.SAME
