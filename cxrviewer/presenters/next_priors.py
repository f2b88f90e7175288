"""A prior whose pixels cannot be decoded: its viewport says so, and offers the next older one, never by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.imaging.contents import Header
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.viewports import Pane, ViewportsPresenter
from cxrviewer.presenters.worklist import Brought, WorklistPresenter
from cxrviewer.studies.library import Alike, ImageEntry
from cxrviewer.studies.next_prior import compared_with, image_of, newer_listed, next_listed, passed_over
from cxrviewer.studies.persons import Pairs
from cxrviewer.studies.priors import Prior, PriorImage, PriorStudy
from cxrviewer.studies.scan import HeaderReader, header_or_none
from cxrviewer.text import Message, msg, tr, translated

if TYPE_CHECKING:
    from cxrviewer.presenters.library import LibraryPresenter
    from cxrviewer.studies.index.known_priors import KnownPriors
    from cxrviewer.studies.index.store import Index

logger = logging.getLogger(__name__)

SLOT, FILES_SLOT = "next prior", "next prior files"
"""Followed by the number of the viewport: one does not replace what was asked for in another."""

OFFER = msg("Show the next older prior")
NONE_OLDER = msg("No older prior with an image to compare was found.")
NEWER_HIDDEN = msg("Not the newest prior: a newer one cannot be shown.")
SAME_STUDY = msg("Another file of this study cannot be shown.")


class _Found(Struct, frozen=True):
    """What is listed, what only the index knows, and what the reader decided about persons."""

    listed: Prior | None
    known: KnownPriors | None = None
    pairs: Pairs | None = None


class _Comparison(Struct, frozen=True):
    """The image that a prior which cannot be decoded stands beside, among the studies of its person."""

    alike: Alike
    image: PriorImage
    study: PriorStudy


class NextPriors:
    """Names priors that cannot be shown, and shows the next older one in their viewport when the reader asks for it.

    An older prior in the place of the newest would be read as the newest: it comes only by the reader's hand, and says
    as long as it is there which one could not be shown.

    Parameters
    ----------
    jobs : JobRunner
    viewports : ViewportsPresenter
    worklist : WorklistPresenter
    library : callable
        Returns the library, None where there is none.
    read_header : callable
    privacy : Privacy
    one_person : callable
        ``one_person(pane, newer, older)``: whether the image of a viewport is certainly of another one's person.
    bring : callable
        See `SelfHanging`.
    open_in : callable
        Opens an image in a viewport as a prior.
    notify, touch : callable
        `touch` is told that the reader has done something.
    """

    def __init__(
        self,
        jobs: JobRunner,
        viewports: ViewportsPresenter,
        worklist: WorklistPresenter,
        library: Callable[[], LibraryPresenter | None],
        read_header: HeaderReader,
        privacy: Privacy,
        *,
        one_person: Callable[[Pane, ImageEntry, ImageEntry], bool],
        bring: Callable[[tuple[Path, ...], Brought], None],
        open_in: Callable[[Pane, ImageEntry], None],
        notify: Callable[[str], None],
        touch: Callable[[], None],
    ) -> None:
        self._jobs, self._viewports, self._worklist, self._library = jobs, viewports, worklist, library
        self._read_header, self._privacy, self._one_person = read_header, privacy, one_person
        self._bring, self._open_in, self._notify, self._touch = bring, open_in, notify, touch
        self._unreadable: dict[str, Path] = {}
        self._none_older: set[str] = set()
        self._named: dict[int, tuple[ImageEntry, str, str, str]] = {}
        privacy.listen(self.refresh)

    def failed(self, pane: Pane, entry: ImageEntry) -> None:
        """Take note of an image that cannot be decoded."""
        pane.failed = entry
        self._unreadable[entry.key] = entry.path
        self._named.pop(pane.number, None)
        self.refresh()

    def shown(self, entry: ImageEntry) -> None:
        """Take note of an image that can be decoded, perhaps by now only."""
        self._none_older.discard(entry.key)
        if self._unreadable.pop(entry.key, None) is not None:
            self.refresh()

    def forget(self) -> None:
        """Take note that everything is closed: what is opened again is tried again."""
        self._unreadable.clear()
        self._none_older.clear()

    def refresh(self) -> None:
        """Name each prior that cannot be shown anew: what it is compared with may only have been found now."""
        for pane in self._viewports.shown:
            if pane.failed is not None:
                self._name(pane, pane.failed)

    def take(self, number: int | None = None) -> bool:
        """Show the next older prior in a viewport, in the first one that offers it where None; False for no offer."""
        for pane in self._viewports.shown:
            if number in (None, pane.number) and self._offers(pane):
                self._touch()
                self._look(pane)
                return True
        return False

    # Inside.

    def _offers(self, pane: Pane) -> bool:
        failed = pane.failed
        return failed is not None and failed.key not in self._none_older and self._compared(pane, failed) is not None

    def _name(self, pane: Pane, failed: ImageEntry) -> None:
        compared = self._compared(pane, failed)
        title = more = offer = ""
        if compared is not None:
            unreadable = self._unreadable.keys()
            if next_listed(compared.alike, compared.image, compared.study, unreadable, {}) is not None:
                self._none_older.discard(failed.key)  # it was found since
            none_older = failed.key in self._none_older
            title = self._title(pane, failed, compared)
            more, offer = (translated(NONE_OLDER), "") if none_older else ("", translated(OFFER))
        named = failed, title, more, offer
        before = self._named.get(pane.number)
        fresh = before is None or before[0] is not failed
        self._named[pane.number] = named
        if title if fresh else before != named:  # what is no prior has been said so already
            pane.image.name_failure(title, more=more, offer=offer)

    def _title(self, pane: Pane, failed: ImageEntry, compared: _Comparison) -> str:
        date, hidden = moment_words(failed.moment, compared.alike.study.date), self._privacy.hidden
        if set(pane.missed) - {failed.moment}:
            if hidden:
                return tr("The next older prior cannot be shown either")
            return tr("The next older prior, of {date}, cannot be shown either", date=date)
        if newer_listed(compared.alike, compared.image, compared.study, self._unreadable):
            return tr("This prior cannot be shown") if hidden else tr("The prior of {date} cannot be shown", date=date)
        if hidden:
            return tr("The newest prior at hand cannot be shown")
        return tr("The newest prior at hand, of {date}, cannot be shown", date=date)

    def _compared(self, pane: Pane, failed: ImageEntry) -> _Comparison | None:
        """Return what a failed image stands beside, the active image first; None where it is no prior of any."""
        active = self._viewports.active
        order = sorted(self._viewports.shown, key=lambda one: one is not active)
        for other in order:
            entry = other.entry
            if other is pane or entry is None or self._worklist.listed(entry.key) is None:
                continue
            if not self._one_person(pane, entry, failed):
                continue
            alike = self._worklist.alike(entry, (failed.key,))
            image = image_of(alike, entry)
            study = None if image is None else compared_with(alike, image, failed)
            if image is not None and study is not None:
                return _Comparison(alike, image, study)
        return None

    def _look(self, pane: Pane, *, reached: bool = False) -> None:
        failed = pane.failed
        compared = None if failed is None else self._compared(pane, failed)
        if failed is None or compared is None:
            return
        unreadable, library = frozenset(self._unreadable), self._library()

        def work(_: object, pairs: Pairs, index: Index | None) -> _Found:
            listed = next_listed(compared.alike, compared.image, compared.study, unreadable, pairs)
            if index is None:
                return _Found(listed)
            from cxrviewer.studies.index.known_priors import known_priors

            return _Found(listed, known_priors(index, compared.alike, pairs), pairs)

        def found(answer: _Found) -> None:
            if self._waits(pane, failed, compared):
                self._found(pane, failed, compared, answer, reached=reached)

        def without_library() -> None:
            found(work((), {}, None))

        if library is None:
            without_library()
        else:
            library.by_rules(f"{SLOT} {pane.number}", work, found, without_library)

    def _found(self, pane: Pane, failed: ImageEntry, compared: _Comparison, answer: _Found, *, reached: bool) -> None:
        library = self._library()
        if library is None or reached or answer.known is None or not answer.known.offline:
            self._choose(pane, failed, compared, answer)
            return

        def again(_: frozenset[Path]) -> None:
            if self._waits(pane, failed, compared):
                self._look(pane, reached=True)

        library.reach(again)  # a stick may be connected again

    def _choose(self, pane: Pane, failed: ImageEntry, compared: _Comparison, answer: _Found) -> None:
        """Prefer a file of the library to an older one that is listed; its header is read before it is listed."""
        known, pairs, listed = answer.known, answer.pairs or {}, answer.listed
        if known is None or not known.others:
            self._listed(pane, failed, compared, answer.listed, self._passed_over(compared, pairs))
            return
        from cxrviewer.studies.index.known_priors import next_known

        read_header, unreadable = self._read_header, frozenset(self._unreadable.values())
        image, study = compared.image.id, compared.study

        def work(cancel: CancelToken) -> tuple[Path | None, tuple[str, ...]]:
            def read(path: Path) -> Header | None:
                return None if path in unreadable else header_or_none(read_header, cancel, path)

            return next_known(known, image, study, None if listed is None else listed.study, pairs, read)

        def chosen(result: tuple[Path | None, tuple[str, ...]]) -> None:
            path, missed = result[0], (*result[1], *self._passed_over(compared, pairs))
            if not self._waits(pane, failed, compared):
                return
            if path is None:
                self._listed(pane, failed, compared, listed, missed)
            else:
                self._bring((path,), lambda entries: self._brought(pane, failed, compared, listed, entries, missed))

        def not_read(error: Exception) -> None:
            logger.warning("priors of the library could not be looked at", exc_info=error)
            chosen((None, ()))

        self._jobs.submit(Lane.AHEAD, f"{FILES_SLOT} {pane.number}", work, on_done=chosen, on_failed=not_read)

    def _waits(self, pane: Pane, failed: ImageEntry, compared: _Comparison) -> bool:
        """Return whether a viewport still waits for a prior of what it stood beside when the reader asked for it."""
        current = compared.alike.entries[compared.image.id].key
        beside = (other.entry for other in self._viewports.shown if other is not pane)
        return pane.failed is failed and any(entry is not None and entry.key == current for entry in beside)

    def _passed_over(self, compared: _Comparison, pairs: Pairs) -> tuple[str, ...]:
        return passed_over(compared.alike, compared.image, compared.study, self._unreadable.keys(), pairs)

    def _brought(
        self,
        pane: Pane,
        failed: ImageEntry,
        compared: _Comparison,
        listed: Prior | None,
        entries: tuple[ImageEntry, ...] | None,
        missed: tuple[str, ...],
    ) -> None:
        if entries is None or not self._waits(pane, failed, compared):  # the reader stopped it, or went on
            return
        if entries:
            self._show(pane, failed, entries[0], missed)
        else:
            self._listed(pane, failed, compared, listed, missed)

    def _listed(
        self, pane: Pane, failed: ImageEntry, compared: _Comparison, prior: Prior | None, missed: tuple[str, ...]
    ) -> None:
        entry = None if prior is None else self._worklist.listed(compared.alike.entries[prior.image.id].key)
        if entry is None:
            self._none_older.add(failed.key)
            self._notify(translated(NONE_OLDER))
            self.refresh()
        else:
            self._show(pane, failed, entry, missed)

    def _show(self, pane: Pane, failed: ImageEntry, entry: ImageEntry, missed: tuple[str, ...]) -> None:
        newer = {failed.moment, *(moment for moment in (*pane.missed, *missed) if moment > entry.moment)}
        self._open_in(pane, entry)
        pane.missed = tuple(sorted(newer, reverse=True))


def not_newest(missed: tuple[str, ...], entry: ImageEntry, *, hidden: bool) -> tuple[Message, ...]:
    """Return what an image says as long as it stands where those of the moments `missed` could not be shown."""
    own = entry.header.identity.study_date
    notes = []
    for moment in missed:
        date = moment_words(moment, own)
        newer = NEWER_HIDDEN if hidden else msg("Not the newest prior: that of {date} cannot be shown.", date=date)
        notes.append(SAME_STUDY if moment == entry.moment else newer)
    return tuple(dict.fromkeys(notes))


def moment_words(moment: str, day: str) -> str:
    """Return the day of a study beside those of another day, with its time beside those of that day."""
    date = moment.partition(" ")[0]
    return moment if date == day else date
