"""The newest study of a folder hangs beside its prior by itself, unless the reader has done something meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from cxrviewer.cancel import CancelToken
from cxrviewer.commands.facts import Fact
from cxrviewer.commands.registry import Command, FactBoard
from cxrviewer.jobs import JobRunner, Lane
from cxrviewer.text import looked_up, msg, tr, translated

if TYPE_CHECKING:  # the first image of a launch waits for none of it
    from cxrviewer.presenters.library import LibraryPresenter
    from cxrviewer.presenters.person_questions import Ask
    from cxrviewer.studies.first_hanging import FirstHanging
    from cxrviewer.studies.hanging import Rule
    from cxrviewer.studies.index.known_priors import Choice, KnownPriors
    from cxrviewer.studies.index.store import Index
    from cxrviewer.studies.library import Alike, ImageEntry
    from cxrviewer.studies.persons import Pairs
    from cxrviewer.studies.priors import PriorStudy
    from cxrviewer.studies.scan import HeaderReader

logger = logging.getLogger(__name__)

SLOT, CHOICE_SLOT = "first hanging", "first hanging choice"
NO_PRIOR = msg("The worklist holds no older study of this patient with an image to compare.")
MISSING = msg(
    "The library knows an older study of this patient to compare, but its files are not connected, gone or changed."
)
HANDS = frozenset({"viewport", "worklist", "file", "tool"})
"""Groups of commands that arrange or open something, or begin that, beside those that need something on the screen."""


class Listed(Protocol):
    """What the worklist knows; `WorklistPresenter` is one."""

    @property
    def scanning(self) -> bool: ...
    def alike(self, entry: ImageEntry, also: Collection[str] = ()) -> Alike: ...
    def newest_day(self, keys: Collection[str]) -> tuple[ImageEntry, ...]: ...


class _Look(Struct, frozen=True):
    """A study whose hanging is being looked for.

    Attributes
    ----------
    entries : tuple of ImageEntry
        An image of it, and of the other studies of its day.
    by_hand : bool
        The reader started it.
    turn, touches : int
        When that was.
    alone : bool
        A single file, which hangs with nothing that is listed already.
    anyhow : bool
        Ask the library although the worklist holds a prior: it knows one that the reader has just confirmed.
    reached : bool
        What was offline has been looked at again.
    choice : Choice or None
        What the library has brought.
    brought : tuple of ImageEntry
    """

    entries: tuple[ImageEntry, ...]
    by_hand: bool
    turn: int
    touches: int
    alone: bool = False
    anyhow: bool = False
    reached: bool = False
    choice: Choice | None = None
    brought: tuple[ImageEntry, ...] = ()


class _Answer(Struct, frozen=True):
    """How a study hangs, and what the library knows where the worklist holds no prior."""

    made: FirstHanging | None
    known: tuple[KnownPriors, ...] = ()
    rules: Sequence[Rule] = ()
    pairs: Pairs | None = None


class SelfHanging:
    """Waits until a scan has ended, then hangs what it found, beside a prior of the library where it found none.

    Parameters
    ----------
    jobs : JobRunner
    listed : Listed
    library : callable
        Returns where rules and decisions about persons are kept; without it nothing hangs.
    read_header : callable
        ``(path, cancel)`` to a header: a file of the library may be gone or hold another image by now.
    bring : callable
        ``bring(paths, done)`` lists files without opening them; see `WorklistPresenter.bring`.
    hang : callable
        ``hang(hanging, missed)`` shows a hanging; images that are there already stay as they are. `missed` are the
        moments of newer priors of the library that cannot be read, by the file that hangs in their place.
    decode : callable
        ``decode(hanging, done)`` decodes what a hanging shows and calls `done` with whether the files still hold
        that; the screen stays as it is until then.
    stop : callable
        Decodes no more of that.
    ask : callable
        Asks whether a study is of the same person; see `PersonQuestions.ask`.
    decided : callable
        Called after the reader has decided about two persons.
    settled : callable
        Called when the screen will not be rearranged any more.
    notify : callable
    on : bool
        See `Settings.hang_priors`.
    facts : FactBoard
    """

    def __init__(
        self,
        jobs: JobRunner,
        listed: Listed,
        library: Callable[[], LibraryPresenter | None],
        read_header: HeaderReader,
        *,
        bring: Callable[[tuple[Path, ...], Callable[[tuple[ImageEntry, ...] | None], None]], None],
        hang: Callable[[FirstHanging, Mapping[Path, tuple[str, ...]]], bool],
        decode: Callable[[FirstHanging, Callable[[bool], None]], None],
        stop: Callable[[], None],
        ask: Ask,
        decided: Callable[[], None],
        settled: Callable[[], None],
        notify: Callable[[str], None],
        on: bool,
        facts: FactBoard,
    ) -> None:
        self._jobs, self._read_header = jobs, read_header
        self._listed, self._library, self._hang, self._ask = listed, library, hang, ask
        self._bring, self._decode, self._stop = bring, decode, stop
        self._decided, self._settled, self._notify, self._facts = decided, settled, notify, facts
        self._on = on
        self._found: list[str] | None = None
        self._untouched = self._asking = self._alone = False
        self._turn = self._touches = 0
        self._held = False
        self._due: tuple[ImageEntry, ...] = ()
        self._publish()

    @property
    def on(self) -> bool:
        return self._on

    @property
    def touches(self) -> int:
        """How often the reader has done something that ends what moves by itself."""
        return self._touches

    @property
    def pending(self) -> bool:
        """Whether the screen is perhaps rearranged soon."""
        return self._found is not None or self._asking

    def toggle(self) -> None:
        """Let priors hang by themselves from the next folder on, or no longer."""
        self._on = not self._on
        self._publish()

    def hold(self) -> None:
        """Look for nothing before `release`: the first picture of a launch does not wait for the library."""
        self._held = True

    @property
    def held(self) -> bool:
        """Whether the library is not asked yet; see `hold`."""
        return self._held

    def release(self) -> None:
        self._held = False
        self._look_for_due()

    def begin(self) -> None:
        """A folder is opened and nothing stands in the way."""
        self.forget()
        if self._on:
            self._found, self._untouched = [], True

    def forget(self) -> None:
        """Something else is open or arranged from here on."""
        self._turn += 1
        self._untouched = False
        self._end()

    def touch(self) -> None:
        """The reader has done something: nothing moves by itself any more."""
        was = self.pending
        self._touches += 1
        self._untouched = False
        if was:
            self._end()
            self._settled()

    def ran(self, command: Command) -> None:
        """The reader runs a command; panels, language and help leave the images as they are."""
        if command.needs or command.group in HANDS:
            self.touch()

    def found(self, entries: tuple[ImageEntry, ...]) -> None:
        """Take note of what a scan found."""
        if self._found is not None:
            self._found += [entry.key for entry in entries]

    def scanned(self) -> None:
        """The scan has ended: hang the newest study of its first patient."""
        found, self._found = self._found, None
        if found is None:
            return
        self._due = self._listed.newest_day(found)
        self._asking = bool(self._due)
        self._alone = len(found) == 1
        if self._due:
            self._look_for_due()
        else:
            self._settled()

    def hang_study(self, entry: ImageEntry) -> None:
        """Hang the study of an image with its priors because the reader asks for it."""
        self.forget()
        self._look(_Look((entry,), True, self._turn, self._touches))

    # Inside.

    def _end(self) -> None:
        self._found, self._asking, self._due = None, False, ()
        self._jobs.cancel(CHOICE_SLOT)
        self._stop()

    def _look_for_due(self) -> None:
        if self._held or not self._due:
            return
        due, self._due = self._due, ()
        self._look(_Look(due, False, self._turn, self._touches, alone=self._alone))

    def _wanted(self, look: _Look) -> bool:
        """Return whether the screen may still change; what was asked for by hand ends when the reader goes on."""
        if look.turn != self._turn:
            return False
        return look.touches == self._touches if look.by_hand else self._untouched

    def _look(self, look: _Look) -> None:
        library = self._library()
        alone = look.alone and look.choice is None
        if library is None or (alone and not library.kept):
            self._asking = False
            self._settled()
            return
        from cxrviewer.studies.first_hanging import first_hanging, has_prior

        also = [entry.key for entry in look.brought]
        candidates = [self._listed.alike(entry, also) for entry in look.entries]
        self._asking = not look.by_hand

        def work(rules: Sequence[Rule], pairs: Pairs, index: Index | None) -> _Answer:
            made = None if alone else first_hanging(candidates, rules, pairs, alone=look.by_hand)
            held = has_prior(candidates, pairs) and not look.anyhow
            if index is None or held or look.choice is not None:
                return _Answer(made)
            from cxrviewer.studies.index.known_priors import known_priors

            return _Answer(made, tuple(known_priors(index, one, pairs) for one in candidates), rules, pairs)

        def done(answer: _Answer) -> None:
            if not self._wanted(look):
                return
            if not any(one.others for one in answer.known):
                self._decoded(library, look, answer.made)
            elif look.reached or not any(one.offline for one in answer.known):
                self._choose(library, look, answer)
            else:
                library.reach(lambda back: self._reached(library, look, answer, back=bool(back)))

        def failed() -> None:
            if self._wanted(look):
                self._asking = False
                self._settled()

        library.by_rules(SLOT, work, done, failed)

    def _reached(self, library: LibraryPresenter, look: _Look, answer: _Answer, *, back: bool) -> None:
        """Ask the library again where a disc or stick is connected again."""
        if not self._wanted(look):
            return
        if back:
            self._look(replace(look, reached=True))
        else:
            self._choose(library, look, answer)

    def _choose(self, library: LibraryPresenter, look: _Look, answer: _Answer) -> None:
        """See which files of the library can be read, and list those that hang."""
        from cxrviewer.studies.index.known_priors import Choice, choose
        from cxrviewer.studies.scan import header_or_none

        read_header = self._read_header

        def work(cancel: CancelToken) -> Choice:
            read = partial(header_or_none, read_header, cancel)
            return choose(answer.known, answer.rules, answer.pairs or {}, read)

        def chosen(choice: Choice) -> None:
            after = replace(look, choice=choice)
            if not self._wanted(after):
                return
            if choice.paths:
                self._bring(choice.paths, lambda found: self._listed_now(after, found))
            else:
                self._decoded(library, after, answer.made)

        def failed(error: Exception) -> None:
            logger.warning("priors of the library could not be looked at", exc_info=error)
            chosen(Choice())

        self._jobs.submit(Lane.AHEAD, CHOICE_SLOT, work, on_done=chosen, on_failed=failed)

    def _listed_now(self, look: _Look, found: tuple[ImageEntry, ...] | None) -> None:
        if not self._wanted(look):
            return
        if found is None:  # the reader has stopped it
            self.touch()
        else:
            self._look(replace(look, brought=found))

    def _decoded(self, library: LibraryPresenter, look: _Look, made: FirstHanging | None) -> None:
        """Show a hanging when its images are decoded, where the reader does not wait for it."""

        def show(unchanged: bool = True) -> None:
            if self._wanted(look):
                self._asking = False
                self._show(library, look, made, unchanged=unchanged)
                self._settled()

        if made is None or not made.entries or look.by_hand:
            show()
        else:
            self._decode(made, show)

    def _show(self, library: LibraryPresenter, look: _Look, made: FirstHanging | None, *, unchanged: bool) -> None:
        doubtful = () if made is None else made.doubtful
        hung = unchanged and made is not None and bool(made.entries) and self._hang(made, _missed(made, look))
        words = _words(made, look) if hung and made is not None else ""
        why = "" if hung and made is not None and not made.alone else self._why_alone(look, asks=bool(doubtful))
        if words or why:
            self._notify(f"{words} {why}".strip())
        if made is not None and doubtful:
            self._ask_about(library, look, made.study, doubtful[0], anyhow=look.anyhow)
        elif look.choice is not None and look.choice.study is not None and look.choice.doubtful:
            self._ask_about(library, look, look.choice.study, look.choice.doubtful[0], anyhow=True)

    @staticmethod
    def _why_alone(look: _Look, *, asks: bool) -> str:
        """Return why no prior hangs, where that is to be said; `asks`: the reader is asked about one."""
        if look.choice is not None and (look.choice.paths or look.choice.missed):
            return translated(MISSING)
        asked = asks or (look.choice is not None and bool(look.choice.doubtful))
        return translated(NO_PRIOR) if look.by_hand and not asked else ""

    def _ask_about(
        self, library: LibraryPresenter, look: _Look, study: PriorStudy, other: PriorStudy, *, anyhow: bool
    ) -> None:
        """Ask whether an older study is of the same person, and look again where it is."""
        from cxrviewer.presenters.library_opening import person_question

        def again(same: bool) -> None:
            self._decided()
            if same and self._wanted(look):
                self._look(_Look(look.entries, look.by_hand, look.turn, look.touches, anyhow=anyhow))

        self._ask(
            person_question(study.person, other),
            lambda same: library.decide_persons(study.person, other.person, same=same, done=lambda: again(same)),
            *((one.person, one.uid, one.date) for one in (study, other)),
        )

    def _publish(self) -> None:
        self._facts.publish({Fact.HANGS_PRIORS}, {Fact.HANGS_PRIORS} if self._on else ())


def _is_brought(made: FirstHanging, look: _Look) -> bool:
    """Return whether something hangs that the library has brought."""
    brought = {entry.key for entry in look.brought}
    return look.choice is not None and any(entry.key in brought for entry in made.entries)


def _missed(made: FirstHanging, look: _Look) -> Mapping[Path, tuple[str, ...]]:
    """Return the moments of newer priors of the library that cannot be read, by what hangs in their place."""
    return look.choice.missed_at if look.choice is not None and _is_brought(made, look) else {}


def _words(made: FirstHanging, look: _Look) -> str:
    """Return by which rule a study hangs, and where its prior comes from."""
    rule = looked_up(made.rule)
    if not _is_brought(made, look):
        return tr("Hung by the rule “{rule}”.", rule=rule)
    if _missed(made, look):
        return tr(
            "Hung by the rule “{rule}” with a prior from the library. A newer one is not connected, gone or changed.",
            rule=rule,
        )
    return tr("Hung by the rule “{rule}” with a prior from the library.", rule=rule)
