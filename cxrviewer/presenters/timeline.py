"""A patient's chest images over time: the strip, and how far the scores differ from the newest prior's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import FactBoard
from cxrviewer.heads.contract import HeadManifest, Prediction
from cxrviewer.jobs import JobRunner
from cxrviewer.presenters.finding_states import NO_CHANGES, CardChange, PriorChanges
from cxrviewer.presenters.library_scoring import version_of
from cxrviewer.presenters.messages import image_title
from cxrviewer.presenters.privacy import Privacy
from cxrviewer.presenters.score_change import (
    Difference,
    Direction,
    Scored,
    difference,
    interval_text,
    kept,
    points,
    scored,
)
from cxrviewer.presenters.score_memory import ScoreMemory, joined
from cxrviewer.presenters.small_pictures import Make, Picture, SmallPictures
from cxrviewer.reports.percent import percent
from cxrviewer.studies.index.scores import ModelVersion, StoredFinding
from cxrviewer.studies.index.timeline import Place, Timeline, TimelineImage
from cxrviewer.studies.library import ImageEntry, PatientKey, patient_key, person_of, prior_image
from cxrviewer.studies.persons import Match, Person, decided_pair, same_person
from cxrviewer.studies.priors import PriorStudy, comparable_image, is_before
from cxrviewer.text import looked_up, msg, tr, tr_n, translated

if TYPE_CHECKING:
    from cxrviewer.presenters.library import LibraryPresenter

PICTURE_SLOT = "timeline picture"
FLAGGED_ROWS = 3
"""Findings that are shown where the reader chose none: the flagged ones with the highest scores."""
MAX_ROWS = 6
MOST = 60
"""Films of the strip, the newest ones."""

NOTHING = msg("Open a film to see the other studies of its patient.")
ALONE = msg("No other comparable film of this patient is open or in the library.")
NONE_FLAGGED = msg("Nothing is flagged in this film; choose findings to see their scores.")
NO_SCORES = msg("No film of this patient is scored.")

Finding = tuple[str, str]
"""Head id and code."""


class ListedImage(Struct, frozen=True):
    """The image of one study. `entry` is set for what the worklist lists, `place` for what only the library knows.

    `key` stands for the study, `picture` for the content of the image.
    """

    key: str
    picture: str
    study: PriorStudy
    title: str
    digest: str = ""
    entry: ImageEntry | None = None
    place: Place | None = None
    scored: tuple[Scored, ...] = ()


class TimelinePoint(Struct, frozen=True):
    """A score in a sparkline.

    Attributes
    ----------
    score : float
    low, high, threshold : float or None
    joined : bool
        A line leads here from the study before: both were scored by one model and recipe.
    current : bool
        By the version that is in use now.
    number : str
        What stands beside the point; there is no place for more.
    text : str
        The whole, for screen readers and tooltips.
    """

    score: float
    low: float | None
    high: float | None
    threshold: float | None
    joined: bool
    current: bool
    number: str
    text: str


class TimelineItem(Struct, frozen=True):
    """A study of the strip; a point for each row, None where there is no score.

    `current` is the film of the active viewport; `shown` is in some viewport.
    """

    key: str
    picture: str
    title: str
    detail: str
    current: bool
    shown: bool
    offline: bool
    points: tuple[TimelinePoint | None, ...]
    words: str
    """Everything, for screen readers and as a tooltip."""


class TimelineChoice(Struct, frozen=True):
    """A finding that can have a row."""

    finding: Finding
    name: str
    chosen: bool


class TimelineState(Struct, frozen=True):
    """What the strip shows.

    Attributes
    ----------
    items : tuple of TimelineItem
        From the oldest to the newest.
    rows : tuple of str
        Names of the findings, from top to bottom.
    message : str
    doubtful : str
        Of the button that asks about studies of perhaps the same person; empty where there are none.
    choices : tuple of TimelineChoice
    """

    items: tuple[TimelineItem, ...] = ()
    rows: tuple[str, ...] = ()
    message: str = ""
    doubtful: str = ""
    choices: tuple[TimelineChoice, ...] = ()


class TimelineView(Protocol):
    """What the presenter needs of the strip."""

    def show_timeline(self, state: TimelineState) -> None: ...
    def show_timeline_shown(self, *, shown: bool) -> None: ...
    def show_timeline_picture(self, key: str, picture: Picture) -> None: ...


class Worklist(Protocol):
    """What the worklist knows; `WorklistPresenter` is one."""

    def relatives(self, entry: ImageEntry) -> tuple[tuple[PriorStudy, tuple[ImageEntry, ...]], ...]: ...


class TimelinePresenter:
    """Follows the active image.

    Parameters
    ----------
    view : TimelineView
    jobs : JobRunner
    worklist : Worklist
    memory : ScoreMemory
    heads : callable
        Returns the manifests of the heads in use.
    privacy : Privacy
    on_changes : callable
        Called with what differs from the prior, for the findings panel.
    picture_of : callable
        Returns the work that makes a small picture of a film.
    on_open : callable
        Called with a film, and whether it is opened beside the current one instead of in its place.
    shown_keys : callable
        Returns the `ImageEntry.key` of every image in a viewport.
    on_doubtful : callable
        Called with the current person and the newest doubtful study.
    """

    def __init__(
        self,
        view: TimelineView,
        jobs: JobRunner,
        worklist: Worklist,
        memory: ScoreMemory,
        *,
        heads: Callable[[], Sequence[HeadManifest]],
        privacy: Privacy,
        on_changes: Callable[[Callable[[Prediction], PriorChanges]], None],
        picture_of: Callable[[ListedImage], Make | None],
        on_open: Callable[[ListedImage, bool], None],
        shown_keys: Callable[[], set[str]],
        on_doubtful: Callable[[Person, PriorStudy], None],
        facts: FactBoard,
        shown: bool = False,
    ) -> None:
        self._view, self._worklist, self._memory, self._heads = view, worklist, memory, heads
        self._privacy, self._on_changes, self._on_open = privacy, on_changes, on_open
        self._shown_keys, self._on_doubtful, self._facts = shown_keys, on_doubtful, facts
        self._shown = shown
        self._entry: ImageEntry | None = None
        self._asked_for = ""
        self._library: LibraryPresenter | None = None
        self._known = Timeline()
        self._list: tuple[ListedImage, ...] = ()
        self._doubtful: tuple[PriorStudy, ...] = ()
        self._chosen: tuple[Finding, ...] | None = None
        self._state: TimelineState | None = None
        self._pictures = SmallPictures(jobs, PICTURE_SLOT, self._make(picture_of), view.show_timeline_picture)
        privacy.listen(self._show)
        self._publish()

    @property
    def shown(self) -> bool:
        return self._shown

    @property
    def images(self) -> tuple[ListedImage, ...]:
        """The films of the strip, from the oldest to the newest."""
        return self._list

    def use(self, library: LibraryPresenter) -> None:
        """Look into the library, too, from now on."""
        self._library = library

    def toggle(self) -> None:
        """Show the strip, or hide it."""
        self._shown = not self._shown
        self._publish()
        self._show()

    def follow(self, entry: ImageEntry | None) -> None:
        """Be about the image of the active viewport, None for none; any frame of it is that image."""
        entry = None if entry is None else entry.at(0)
        self._entry = entry
        if entry is not None and entry.key != self._asked_for:
            self._asked_for, self._known = entry.key, Timeline()
            self._pictures.clear()
            self._ask()
        self._collect()

    def refresh(self) -> None:
        """The worklist, the viewports or scores have changed."""
        if self._entry is not None:
            self._collect()

    def reload(self) -> None:
        """The library has changed."""
        if self._entry is not None:
            self._ask()

    def want_picture(self, key: str) -> None:
        """Have a picture made; see `TimelineItem.picture`."""
        self._pictures.want(key)

    def open(self, key: str, *, beside: bool) -> None:
        """Open a film beside the current one, or in its place."""
        listed = next((one for one in self._list if one.key == key), None)
        if listed is not None and not (listed.entry is not None and listed.entry == self._entry):
            self._on_open(listed, beside)

    def choose(self, finding: Finding, *, on: bool) -> None:
        """Give a finding a row, or take it away; from then on the reader's choice holds for every image."""
        rows = [one for one in self._rows() if one != finding]
        if on:
            rows = [*rows, finding][-MAX_ROWS:]
        self._chosen = tuple(rows)
        self._show()

    def choose_flagged(self) -> None:
        """Show what is flagged in the current image again, whichever that is."""
        self._chosen = None
        self._show()

    def ask_doubtful(self) -> None:
        """Have the reader decide about the newest study of perhaps the same person."""
        doubtful, entry = self._doubtful, self._entry
        if doubtful and entry is not None:
            self._on_doubtful(person_of(entry.header), doubtful[0])

    # What there is.

    def _ask(self) -> None:
        """Let the library look up this patient; without a library there is nothing to wait for."""
        entry, library = self._entry, self._library
        if entry is None or library is None:
            return
        own = tuple(one.digest for _, images in self._worklist.relatives(entry) for one in images if one.digest)
        key = entry.key

        def found(known: Timeline) -> None:
            if self._entry is not None and self._entry.key == key:
                self._known = known
                self._collect()

        uid = entry.header.identity.sop_instance_uid
        library.look_up_patient(person_of(entry.header), prior_image(0, entry), uid, own, found)

    def _collect(self) -> None:
        entry = self._entry
        self._list, self._doubtful = (), ()
        if entry is not None:
            self._list = self._images_of(entry)
        self._show()
        self._on_changes(self._changes)

    def _images_of(self, entry: ImageEntry) -> tuple[ListedImage, ...]:
        person, current = person_of(entry.header), prior_image(0, entry)
        listed: dict[str, ListedImage] = {}
        doubtful = {study.uid: study for study in self._known.doubtful}
        for study, images in self._worklist.relatives(entry):
            own = entry in images
            decided = decided_pair(self._known.pairs, person.identity, study.person.identity)
            match = Match.SAME if own else same_person(person, study.person, decided)
            found = comparable_image(current, [prior_image(number, one) for number, one in enumerate(images)])
            if match is Match.OTHER or (found is None and not own):
                continue
            if match is Match.DOUBTFUL:
                doubtful.setdefault(study.uid, study)
                continue
            chosen = entry if own or found is None else images[found.id]
            listed[study.uid or chosen.key] = self._listed(study, chosen)
        for one in self._known.images:
            if one.study.uid not in listed:
                listed[one.study.uid] = self._indexed(one)
        newest_first = sorted(doubtful.values(), key=lambda one: (one.date, one.time, one.uid), reverse=True)
        self._doubtful = tuple(study for study in newest_first if study.uid not in listed)
        ordered = sorted(listed.values(), key=lambda each: (each.study.date, each.study.time, each.study.uid))
        place = next((place for place, each in enumerate(ordered) if each.entry == entry), 0)
        start = max(0, len(ordered) - MOST)
        return tuple(ordered[start if place >= start else max(0, place - MOST // 2) :][:MOST])

    def _listed(self, study: PriorStudy, entry: ImageEntry) -> ListedImage:
        digest, facts = entry.digest, entry.header.facts
        stored = tuple(kept(one) for one in self._known.stored.get(digest, ()))
        made = joined(self._memory.of(entry.key), stored, self._current())
        title = _detail(facts.modality, image_title(facts))
        return ListedImage(study.uid or entry.key, digest or entry.key, study, title, digest, entry, None, made)

    def _indexed(self, one: TimelineImage) -> ListedImage:
        made = joined((), tuple(kept(scoring) for scoring in one.scored), self._current())
        title = _detail(one.image.modality, " ".join(part for part in (one.image.body_part, one.image.view) if part))
        return ListedImage(one.study.uid, one.digest, one.study, title, one.digest, None, one.place, made)

    def _current(self) -> set[ModelVersion]:
        return {version_of(manifest) for manifest in self._heads()}

    def _now(self) -> ListedImage | None:
        return next((listed for listed in self._list if listed.entry is not None and listed.entry == self._entry), None)

    def prior(self) -> ListedImage | None:
        """Return the newest film that was certainly made before the current one."""
        now = self._now()
        if now is None:
            return None
        return next((listed for listed in reversed(self._list) if is_before(listed.study, now.study)), None)

    # What the panel is told.

    def _changes(self, prediction: Prediction) -> PriorChanges:
        """Return how an answer about the current image differs from what the same version made of the prior."""
        older = self.prior()
        if older is None:
            return NO_CHANGES
        newer = scored(prediction)
        before = next((one for one in older.scored if one.version == newer.version), None)
        hidden = self._privacy.hidden or not older.study.date
        if before is None:
            line = (
                tr("The prior has no score by this model and recipe.")
                if hidden
                else tr("The prior of {date} has no score by this model and recipe.", date=older.study.date)
            )
            return PriorChanges(line, tr("Open it, or score its study in the library, to see what changed."), {})
        cards: dict[int, CardChange] = {}
        stated = False
        for number, one in enumerate(prediction.scores):
            code = f"{one.spec.code.scheme}:{one.spec.code.value}"
            now, then = newer.finding(code), before.finding(code)
            if one.validated and now is not None and then is not None:
                changed = difference(now, then)
                stated |= changed.interval is not None
                cards[number] = _card_change(then, changed)
        line = (
            tr("Against the prior, in percentage points.")
            if hidden
            else tr("Against the prior of {date}, in percentage points.", date=older.study.date)
        )
        if stated:
            line = tr("{line} The intervals know the calibration only, not exposure or position.", line=line)
        else:
            line = tr("{line} This head states no uncertainty, so no change is named.", line=line)
        return PriorChanges(line, translated(HOW if stated else HOW_NOT), cards)

    # What the strip shows.

    def _rows(self) -> tuple[Finding, ...]:
        if self._chosen is not None:
            return self._chosen
        now = self._now()
        if now is None:
            return ()
        flagged = [
            (finding.score, (one.version.head, finding.code))
            for one in now.scored
            if one.current
            for finding in one.findings
            if finding.flagged
        ]
        return tuple(finding for _, finding in sorted(flagged, reverse=True)[:FLAGGED_ROWS])

    def _show(self) -> None:
        if not self._shown:
            return
        state = self._made_state()
        if state != self._state:
            self._state = state
            self._view.show_timeline(state)
            self._pictures.keep({item.picture for item in state.items})

    def _made_state(self) -> TimelineState:
        if self._entry is None:
            return TimelineState(message=translated(NOTHING))
        names, rows = self._names(), self._rows()
        items = self._items(rows, names)
        doubtful = len(self._doubtful)
        message = ""
        if len(items) < 2 and not doubtful:
            message = translated(ALONE)
        elif not names:
            message = translated(NO_SCORES)
        elif not rows:
            message = translated(NONE_FLAGGED)
        return TimelineState(
            items,
            tuple(names.get(row, row[1]) for row in rows),
            message,
            tr_n("{n} study is perhaps of the same person…", "{n} studies are perhaps of the same person…", doubtful)
            if doubtful
            else "",
            tuple(TimelineChoice(finding, name, finding in rows) for finding, name in names.items()),
        )

    def _names(self) -> dict[Finding, str]:
        """Return every finding that some film has a score of, by the order of its head."""
        found: dict[Finding, str] = {}
        for listed in reversed(self._list):
            for one in listed.scored:
                for finding in one.findings:
                    found.setdefault((one.version.head, finding.code), looked_up(finding.name))
        titles = {manifest.id: manifest.title for manifest in self._heads()}
        if len({head for head, _ in found}) < 2:
            return found
        return {
            key: tr("{finding} ({head})", finding=name, head=titles.get(key[0], key[0])) for key, name in found.items()
        }

    def _items(self, rows: Sequence[Finding], names: Mapping[Finding, str]) -> tuple[TimelineItem, ...]:
        shown = self._shown_keys()
        items: list[TimelineItem] = []
        before: list[ModelVersion | None] = [None] * len(rows)
        if self._privacy.hidden:
            for listed in reversed(self._list):  # what is not numbered yet, the newest first as in the worklist
                self._privacy.stand_ins.study(_patient(listed), listed.study.uid)
        for listed in self._list:
            made = []
            for place, row in enumerate(rows):
                version, point = _point(listed, row, before[place])
                before[place] = version
                made.append(point)
            items.append(self._item(listed, tuple(made), [names.get(row, row[1]) for row in rows], shown))
        return tuple(items)

    def _stand_in(self, listed: ListedImage) -> str:
        """Return the number of a study; beside those of another row of the worklist also the patient's."""
        numbers, key, uid = self._privacy.stand_ins, _patient(listed), listed.study.uid
        if self._entry is None or key == patient_key(self._entry):
            return tr("Study {number}", number=numbers.study(key, uid))
        return numbers.words(key, uid)

    def _item(
        self,
        listed: ListedImage,
        made: tuple[TimelinePoint | None, ...],
        names: Sequence[str],
        shown: set[str],
    ) -> TimelineItem:
        title = self._stand_in(listed) if self._privacy.hidden else listed.study.date or tr("date unknown")
        current = listed.entry is not None and listed.entry == self._entry
        visible = listed.entry is not None and listed.entry.key in shown
        offline = listed.entry is None and (listed.place is None or not listed.place.online)
        state = tr("the current film") if current else tr("in a viewport") if visible else ""
        words = [title, listed.title, state, tr("offline") if offline else ""]
        scores = [
            tr("{finding}: {score}", finding=name, score=point.text)
            for name, point in zip(names, made, strict=True)
            if point is not None
        ]
        comma = tr(", ", context="between items")
        together = "\n".join([comma.join(word for word in words if word), *scores])
        return TimelineItem(listed.key, listed.picture, title, listed.title, current, visible, offline, made, together)

    def _make(self, picture_of: Callable[[ListedImage], Make | None]) -> Callable[[str], Make | None]:
        def make(key: str) -> Make | None:
            listed = next((one for one in self._list if one.picture == key), None)
            return None if listed is None else picture_of(listed)

        return make

    def _publish(self) -> None:
        self._facts.publish({Fact.TIMELINE_SHOWN}, {Fact.TIMELINE_SHOWN} if self._shown else ())
        self._view.show_timeline_shown(shown=self._shown)


HOW = msg(
    "A change is named only where the 95 % interval of the difference leaves out 0. The interval knows the calibration "
    "of the head only: another exposure or position can change a score by more. No change shown does not mean that "
    "nothing has changed."
)
HOW_NOT = msg(
    "Without an uncertainty nobody can tell a change from chance. No change shown does not mean that nothing has "
    "changed."
)


def _patient(listed: ListedImage) -> PatientKey:
    """Return the row of the worklist that a study belongs to, or would."""
    person = listed.study.person
    if listed.entry is None:
        return person.patient_id, person.name, person.birth_date
    return patient_key(listed.entry)


def _detail(modality: str, title: str) -> str:
    """Return modality and view; what both are made of is said once."""
    words = [word for word in title.split() if word != "CHEST"]
    return " ".join(dict.fromkeys([*([modality] if modality else []), *words]))


def _card_change(before: StoredFinding, changed: Difference) -> CardChange:
    prior, direction = percent(before.score), changed.direction
    interval = interval_text(changed)
    by = (
        tr("{points} ({interval})", points=points(changed.value), interval=interval)
        if interval
        else points(changed.value)
    )
    text = tr("{change} · prior {prior} · {by}", change=_named(direction), prior=prior, by=by)
    short = tr("{change} · {by}", change=_named(direction), by=by)
    return CardChange(text, direction is not Direction.NONE, short)


def _named(direction: Direction) -> str:
    return f"{direction.value} {direction.words}".strip()


def _point(
    listed: ListedImage, row: Finding, before: ModelVersion | None
) -> tuple[ModelVersion | None, TimelinePoint | None]:
    """Return the score of a film, and its version for the next one: the version in use where there are several."""
    head, code = row
    for one in sorted(listed.scored, key=lambda one: not one.current):
        finding = one.finding(code) if one.version.head == head else None
        if finding is not None:
            text = number = percent(finding.score)
            if finding.low is not None and finding.high is not None:
                text = tr("{score} ({low} to {high})", score=text, low=percent(finding.low), high=percent(finding.high))
            if not one.current:
                text = tr("{score}, not by the version in use now", score=text)
            ends = finding.low, finding.high, finding.threshold
            joined = before == one.version
            return one.version, TimelinePoint(finding.score, *ends, joined, one.current, number, text)
    return None, None
