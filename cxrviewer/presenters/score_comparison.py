"""Compares the scores of the image in the active viewport with those of another study beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cxrviewer.presenters.findings import FindingsPresenter
from cxrviewer.presenters.images import OpenedImage
from cxrviewer.presenters.library import LibraryPresenter
from cxrviewer.presenters.library_scoring import version_of
from cxrviewer.presenters.messages import one_line, patient_id_words, person_name
from cxrviewer.presenters.next_priors import moment_words, not_newest
from cxrviewer.presenters.score_change import ScoreChange, Scored, kept, score_changes
from cxrviewer.presenters.score_memory import ScoreMemory, joined
from cxrviewer.presenters.viewports import NO_OTHER, Pane, ViewportsPresenter
from cxrviewer.studies.index.scores import StoredScoring
from cxrviewer.text import msg, tr, translated

SLOT = "library compare"
NOT_ONE_PERSON = msg("The two images are not certainly of one person; their scores are not compared.")
NOT_COMPARABLE = msg(
    "There are no two scores of one model and recipe yet: wait until both images are scored, or score the studies in "
    "the library."
)
NOT_SCORABLE = msg(
    "There is nothing to compare: the models that are on do not score at least one of the two images; its row says why."
)


class ScoreComparison:
    """Looks up the scores of two images, those of this session and those that the library kept.

    Parameters
    ----------
    viewports : ViewportsPresenter
    findings : FindingsPresenter
    scores : ScoreMemory
    library : LibraryPresenter or None
    one_person : callable
        Returns whether two images are certainly of one person.
    titles : callable
        Returns the titles of the heads, by id.
    show : callable
        ``show(changes, about)`` shows how the scores differ, and which two images these are.
    hidden : callable
        Returns whether identity is hidden.
    notify : callable
    """

    def __init__(
        self,
        viewports: ViewportsPresenter,
        findings: FindingsPresenter,
        scores: ScoreMemory,
        library: LibraryPresenter | None,
        *,
        one_person: Callable[[OpenedImage, OpenedImage], bool],
        titles: Callable[[], Mapping[str, str]],
        show: Callable[[Sequence[ScoreChange], str], None],
        hidden: Callable[[], bool],
        notify: Callable[[str], None],
    ) -> None:
        self._viewports, self._findings, self._scores, self._library = viewports, findings, scores, library
        self._one_person, self._titles, self._show, self._notify = one_person, titles, show, notify
        self._hidden = hidden

    def compare(self) -> None:
        """Show how the scores of the active image differ from those of the image in the next viewport."""
        images = self._images()
        if images is None:
            self._notify(translated(NO_OTHER))
            return
        by_day = sorted(images, key=lambda one: one[0].entry.moment, reverse=True)
        newer, older = (image for image, _ in by_day)
        about = self._about(newer, *by_day[1])
        if not self._one_person(newer, older):
            self._notify(translated(NOT_ONE_PERSON))
            return
        session = [self._scores.of(one.entry.key) for one in (newer, older)]
        digests = [one.entry.digest for one in (newer, older)]
        current = {version_of(manifest) for manifest in self._findings.heads}
        titles = self._titles()

        def compare(stored: Mapping[str, tuple[StoredScoring, ...]]) -> None:
            made: list[tuple[Scored, ...]] = []
            for scored, digest in zip(session, digests, strict=True):
                made.append(joined(scored, tuple(kept(one) for one in stored.get(digest, ())), current))
            changes = score_changes(made[0], made[1], titles)
            if changes:
                self._show(changes, about)
            else:
                refused = any(self._findings.refused(one.radiograph) for one in (newer, older))
                self._notify(translated(NOT_SCORABLE if refused else NOT_COMPARABLE))

        if self._library is None:
            compare({})
        else:
            self._library.look(SLOT, lambda stores: stores.scores.of_files(digests), compare, lambda: compare({}))

    def _about(self, newer: OpenedImage, older: OpenedImage, pane: Pane) -> str:
        """Return whose the two images are and of which days, and that the older one stands in for a newer prior."""
        hidden, days = self._hidden(), [one.entry.header.identity.study_date for one in (newer, older)]
        words = []
        if not hidden and all(days):
            moments = [moment_words(newer.entry.moment, days[1]), moment_words(older.entry.moment, days[0])]
            words.append(tr("The film of {newer} against that of {older}.", newer=moments[0], older=moments[1]))
        words += [translated(one) for one in not_newest(pane.missed, older.entry, hidden=hidden)]
        return "\n".join(part for part in ("" if hidden else _who(newer), " ".join(words)) if part)

    def _images(self) -> tuple[tuple[OpenedImage, Pane], tuple[OpenedImage, Pane]] | None:
        """Return the active image and the first one of another study beside it, None where one of them is missing."""
        active, workspace = self._viewports.active, self._viewports.workspace
        near = {*range(workspace.layout.count), *workspace.windows}
        others = [pane for pane in self._viewports.panes if pane is not active and pane.number in near]
        order = sorted(others, key=lambda pane: (pane.number < active.number, pane.number))
        shown = active.image.image
        images = [(pane.image.image, pane) for pane in order if pane.image.image is not None]
        compared = next((one for one in images if shown is not None and _study(one[0]) != _study(shown)), None)
        return None if shown is None or compared is None else ((shown, active), compared)


def _who(opened: OpenedImage) -> str:
    who = opened.header.identity
    name = person_name(who.patient_name) or tr("No name in the file")
    return one_line((name, patient_id_words(who.patient_id)), "   ")


def _study(opened: OpenedImage) -> str:
    return opened.header.identity.study_uid
